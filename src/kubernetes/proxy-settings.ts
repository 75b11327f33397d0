import { nginxFacts } from '../containers/nginx-settings.ts';
import type { Bind, Dial } from '../facts.ts';
import { type Manifest, mapAt } from './manifests.ts';

const isNginx = /\b(?:proxy_pass|grpc_pass)[ \t]|\bserver[ \t]*\{|\bupstream[ \t]/;

/** What configurations of nginx in the block scalars of a config map say. */
export function proxySettings(manifest: Manifest): readonly (Bind | Dial)[] {
  if (manifest.kind !== 'ConfigMap') return [];
  const scope = `${manifest.file}#ConfigMap/${manifest.name ?? ''}`;
  return (mapAt(manifest.root, 'data')?.entries ?? []).flatMap(({ value }) => {
    if (value.kind !== 'scalar' || value.filled || typeof value.value !== 'string' || !isNginx.test(value.value))
      return [];
    const { file, start, end } = value.span;
    const raw = manifest.text.slice(start, end);
    const header = /^\|[^\n]*\n/.exec(raw)?.[0];
    if (header === undefined) return [];
    return nginxFacts(file, raw.slice(header.length), start + header.length).map((fact) => ({ ...fact, scope }));
  });
}
