import type { Dial } from '../facts.ts';
import type { Running } from '../scopes.ts';
import { placedAt } from './containers.ts';

/** Dials of proxies with the containers that their hosts name, in the compose projects that run the proxy with the file they stand in. */
export function proxied(dials: readonly Dial[], running: readonly Running[]): Dial[] {
  const services = running.filter(({ container }) => container.workload.framework === 'compose');
  const named = new Map<string, string[]>();
  for (const { container } of services) {
    for (const name of new Set(container.workload.names)) {
      const key = `${projectOf(container.scope)} ${name.toLowerCase()}`;
      named.set(key, [...(named.get(key) ?? []), container.scope]);
    }
  }
  const projects = new Map<string, readonly string[]>();
  const projectsWith = (file: string) => {
    const known =
      projects.get(file) ??
      services.flatMap(({ container }) =>
        placedAt(container, file) === undefined ? [] : [projectOf(container.scope)],
      );
    projects.set(file, known);
    return known;
  };
  return dials.map((dial) => {
    const { host, port, span, via } = dial;
    if (via !== 'config' || host.value === undefined || port.value === undefined) return dial;
    const name = host.value.toLowerCase();
    const to = projectsWith(span.file).flatMap((project) => named.get(`${project} ${name}`) ?? []);
    return to.length > 0 ? { ...dial, to: [...new Set(to)] } : dial;
  });
}

const projectOf = (scope: string) => scope.replace(/#.*$/, '');
