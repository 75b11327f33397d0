/** `npm:express@4`, `jsr:/@oak/oak@^17/application` */
const registry = /^(?:npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?(\/.*)?$/;
/** https://docs.deno.com/runtime/fundamentals/modules/#https-imports */
const standard = /^https:\/\/deno\.land\/std(?:@[^/]+)?\/(.+?)(?:\/mod)?\.ts$/;
const third = /^https:\/\/deno\.land\/x\/([^/@]+)(?:@[^/]+)?\/(?:mod|main|index)\.ts$/;
const network =
  /^https:\/\/(?:esm\.sh|cdn\.skypack\.dev|jsr\.io|cdn\.jsdelivr\.net\/npm|unpkg\.com)\/(?:v\d+\/)?((?:@[^/@?]+\/)?[^/@?]+)(?:[@?][^/]*)?$/;

/**
 * The package that a module of JavaScript is, by its own name: `http` for `node:http`, and what Deno says with a version or an
 * address of the network.
 */
export function packageNamed(module: string): string {
  const [, name, inside] = registry.exec(module) ?? [];
  if (name !== undefined) return `${name}${inside ?? ''}`;
  const [, part] = standard.exec(module) ?? [];
  if (part !== undefined) return `@std/${part}`;
  return (third.exec(module) ?? network.exec(module))?.[1] ?? module.replace(/^node:/, '');
}
