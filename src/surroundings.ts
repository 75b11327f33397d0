import { isLoopback } from './address.ts';
import type { Bind, Dial, Slot } from './facts.ts';

/** Platforms that read a Procfile give every web process its port. https://devcenter.heroku.com/articles/runtime-principles#web-servers */
const platformSets = (variable: string, file: string) =>
  /^(?:PORT|RAILS_ENV|RACK_ENV)$/.test(variable) && /(^|\/)Procfile$/.test(file);

/**
 * A default may be overridden by a variable that another file sets: then it is not known.
 * @param mentioned does a file other than this one speak of a variable
 */
export function withVariables(bind: Bind, mentioned: (variable: string, except: string) => boolean): Bind {
  const { file } = bind.span;
  const slot = <T>(given: Slot<T>): Slot<T> => {
    const variable = given.variables?.find((name) => platformSets(name, file) || mentioned(name, file));
    if (variable === undefined) return given;
    return { ...given, value: undefined, origin: { by: 'env', name: variable }, fixed: false };
  };
  return { ...bind, host: slot(bind.host), port: slot(bind.port) };
}

/**
 * What the rest of the project says of binds on the loopback: a command that serves the project where a file can also be run
 * by itself, a proxy on the same machine that passes requests on.
 * @param runsMore does a container start programs beside those that are known
 */
export function inSurroundings(
  binds: readonly Bind[],
  dials: readonly Dial[],
  runsMore: (scope: string) => boolean,
): Bind[] {
  const command = binds.find((bind) => bind.via === 'command' && bind.context === 'production' && !bind.debug);
  const proxies = dials.filter((dial) => proxy.has(dial.framework) && isLoopback(dial.host.value));
  return binds.map((bind) => {
    if (bind.local !== undefined) return bind;
    if (bind.standalone && command) return { ...bind, local: `${command.framework} serves it in ${command.span.file}` };
    // A container's loopback is out of reach for a proxy beside it.
    if ((bind.scope !== '' && !runsMore(bind.scope)) || !isLoopback(bind.host.value)) return bind;
    const before = proxies.find((dial) => bind.port.value !== undefined && dial.port.value === bind.port.value);
    return before ? { ...bind, local: `${before.framework} passes requests to it, see ${before.span.file}` } : bind;
  });
}

const proxy = new Set(['nginx', 'caddy', 'apache']);
