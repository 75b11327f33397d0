import { parsePort } from '../address.ts';
import type { Dial, Publish, Slot, Span, Undeclared, Variable } from '../facts.ts';
import type { Running } from '../scopes.ts';
import { type Assembled, placedAt } from './containers.ts';

/** Containers and services by the names under which others reach them. */
export interface Names {
  /** The containers of a compose project that go by a name. */
  readonly inProject: (project: string, name: string) => readonly string[];
  /** The port rows of the Services of a name that a pod of a namespace reaches; none where anything of them is not known. */
  readonly inCluster: (namespace: string | undefined, host: string) => readonly Publish[];
}

const serviceOf = (scope: string) => /#Service\/([^{}]+)$/.exec(scope)?.[1];

/** The names of all containers and Services of a project. */
export function namesOf(running: readonly Running[], publishes: readonly Publish[]): Names {
  const named = new Map<string, string[]>();
  for (const { container } of composed(running)) {
    for (const name of new Set(container.workload.names)) {
      const key = `${projectOf(container.scope)} ${name.toLowerCase()}`;
      named.set(key, [...(named.get(key) ?? []), container.scope]);
    }
  }
  const services = new Map<string, Publish[]>();
  for (const publish of publishes) {
    const name = serviceOf(publish.scope);
    if (name === undefined) continue;
    const key = `${publish.namespace ?? ''} ${name}`;
    const rows = services.get(key);
    if (rows) rows.push(publish);
    else services.set(key, [publish]);
  }
  return {
    inProject: (project, name) => named.get(`${project} ${name.toLowerCase()}`) ?? [],
    inCluster: (namespace, host) => {
      const [, name, other] = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local\.?)?)?)?$/.exec(host) ?? [];
      const rows = name === undefined ? [] : (services.get(`${other ?? namespace ?? ''} ${name}`) ?? []);
      return rows.every(({ settled, port }) => settled && port.value !== undefined) ? rows : [];
    },
  };
}

/** Dials of proxies with what their hosts name, where the proxy runs with the file they stand in. */
export function proxied(dials: readonly Dial[], running: readonly Running[], names: Names): Dial[] {
  const known = new Map<string, readonly Assembled[]>();
  const runningWith = ({ span: { file }, framework }: Dial) => {
    const found =
      known.get(file) ??
      proxiesFirst(
        running.filter(({ container }) => placedAt(container, file) !== undefined),
        framework,
      );
    known.set(file, found);
    return found;
  };
  // What stands where a host could may be a group of servers, of another file too.
  const groups = new Set(dials.flatMap(({ group }) => group ?? []));
  return dials.map((dial) => {
    const { host, port, via } = dial;
    if (via !== 'config' || host.value === undefined || port.value === undefined) return dial;
    if (port.origin.by === 'default' && dial.group === undefined && groups.has(host.value)) return dial;
    return leadingTo(dial, runningWith(dial), names);
  });
}

/** The programs and images that run a proxy. */
const proxyNames: Readonly<Record<string, RegExp>> = {
  nginx: /(?:^|[/_-])(?:nginx|openresty|tengine|ingress-nginx)/,
  caddy: /(?:^|[/_-])caddy/,
  apache: /(?:^|[/_-])(?:httpd|apache2?)/,
};

/** Where one of the containers runs the proxy, the others only carry its file along: `COPY . .` takes everything. */
function proxiesFirst(having: readonly Running[], framework: string): readonly Assembled[] {
  const name = proxyNames[framework];
  const proxies = having.filter(
    ({ container: { image = '' }, programs: { lines } }) =>
      name?.test(image.toLowerCase()) || lines.some(({ words }) => words.some(({ value }) => name?.test(value))),
  );
  return (proxies.length > 0 ? proxies : having).map(({ container }) => container);
}

/** Addresses that the variables of containers hold, where they name other containers or Services. */
export function variableDials(running: readonly Running[], names: Names): Dial[] {
  const found = new Map<string, Dial>();
  for (const { container, context } of running) {
    if (!/^(?:compose|kubernetes)$/.test(container.workload.framework)) continue;
    for (const { variable, host, port, part } of addressesIn(container.variables)) {
      const dial = leadingTo(
        {
          kind: 'dial',
          span: variable.span,
          via: 'manifest',
          language: 'yaml',
          framework: container.workload.framework,
          scope: container.scope,
          context,
          sure: true,
          host: slotOf(host, variable, undefined),
          port: slotOf(port, variable, part),
          shown: false,
          variable: variable.name,
        },
        [container],
        names,
      );
      const key = `${variable.span.file}:${variable.span.start}:${dial.to?.join(' ')}`;
      if ((dial.to || dial.undeclared) && !found.has(key)) found.set(key, dial);
    }
  }
  return [...found.values()];
}

/** Schemes of servers with the port that a URL means where it names none. */
const schemes: Readonly<Record<string, number>> = {
  ...{ http: 80, https: 443, ws: 80, wss: 443, grpc: 0, tcp: 0 },
  ...{
    redis: 6379,
    rediss: 6379,
    postgres: 5432,
    postgresql: 5432,
    mysql: 3306,
    mongodb: 27017,
    amqp: 5672,
    nats: 4222,
  },
};
const url =
  /^(?:jdbc:)?([a-z]+)(?:\+\w+)?:\/\/(?:[^\s/@]{0,300}@)?([a-zA-Z0-9][\w.-]{0,252})(?::(\d{1,5}))?(?:[/?#][^\s]{0,2000})?$/;
/** More than anybody gives to one container. */
const mostVariables = 300;

interface Address {
  /** The variable that holds the port. */
  readonly variable: Variable;
  readonly host: string;
  readonly port: number;
  /** Where the port stands in its value; absent: none is written. */
  readonly part?: { readonly start: number; readonly end: number };
}

/** `API_URL=http://api:8000`, and `DB_HOST=db` or `DB_HOST=http://db` with `DB_PORT=5432`. */
function addressesIn(variables: readonly Variable[]): Address[] {
  const some = variables.slice(0, mostVariables);
  const byName = new Map(some.map((variable) => [variable.name, variable]));
  return some.flatMap((variable): Address[] => {
    const { name, value } = variable;
    if (value === undefined) return [];
    const [, scheme, host, written] = url.exec(value) ?? [];
    const [, prefix, word] = /^(\w+_)(HOST|HOSTNAME|ADDR|ADDRESS|BASE_URL|ENDPOINT|SERVER|URI|URL)$/.exec(name) ?? [];
    const other = prefix === undefined ? undefined : byName.get(`${prefix}PORT`);
    if (host !== undefined && (written !== undefined || !other)) {
      const port = written === undefined ? schemes[scheme!] : parsePort(written);
      if (!port || schemes[scheme!] === undefined) return [];
      const start = value.indexOf(`${host}:${written}`, scheme!.length + 3) + host.length + 1;
      return [{ variable, host, port, ...(written !== undefined && { part: { start, end: start + written.length } }) }];
    }
    // A port of its own beside a URL may be what the URL is completed with, or another program's.
    if (!word?.startsWith('HOST') || other?.value === undefined) return [];
    const port = parsePort(other.value);
    if (port === undefined || !/^[\w.-]{1,253}$/.test(host ?? value)) return [];
    return [{ variable: other, host: host ?? value, port, part: { start: 0, end: other.value.length } }];
  });
}

function slotOf<T>(
  value: T,
  { span, frame, from }: Variable,
  part: { readonly start: number; readonly end: number } | undefined,
): Slot<T> {
  const at: Span =
    frame === undefined || part === undefined
      ? span
      : {
          ...span,
          start: span.start + frame.before.length + frame.quote.length + part.start,
          end: span.start + frame.before.length + frame.quote.length + part.end,
        };
  const writable = part !== undefined && frame !== undefined && from === undefined && /^['"]?$/.test(frame.quote);
  return {
    ...{ value, origin: { by: 'literal' }, span: at, site: at, chain: [], fixed: true },
    ...(writable && { frame: { before: '', after: '', quote: '', part: true as const } }),
  };
}

/** @param from the containers that connect */
function leadingTo(dial: Dial, from: readonly Assembled[], names: Names): Dial {
  const name = dial.host.value!;
  const projects = new Set(composedOf(from).map(({ scope }) => projectOf(scope)));
  const to = new Set([...projects].flatMap((project) => names.inProject(project, name)));
  const own = new Set(from.map(({ scope }) => scope));
  for (const scope of own) to.delete(scope);
  const missing = from
    .filter(({ workload }) => workload.framework === 'kubernetes')
    .map(({ workload }) => undeclaredIn(names.inCluster(workload.namespace, name), dial));
  const [undeclared] = missing;
  // In a cluster the same port is that of a Service.
  const { frame: _frame, ...port } = dial.port;
  return {
    ...dial,
    ...(missing.length > 0 && { port }),
    ...(to.size > 0 && { to: [...to] }),
    ...(undeclared && missing.every((one) => one !== undefined) && { undeclared }),
  };
}

/** The port, where the Services that are asked do not have it. */
function undeclaredIn(rows: readonly Publish[], { port }: Dial): Undeclared | undefined {
  const service = rows[0] && serviceOf(rows[0].scope);
  if (rows.length === 0 || rows.some((row) => row.port.value === port.value)) return undefined;
  return {
    asked: port.value!,
    by: 'service',
    ...(service !== undefined && { service }),
    at: port.span,
    declared: rows.map((row) => ({ name: row.port.value!, span: row.span })),
  };
}

const composedOf = (containers: readonly Assembled[]) =>
  containers.filter(({ workload }) => workload.framework === 'compose');
const composed = (running: readonly Running[]) =>
  running.filter(({ container }) => container.workload.framework === 'compose');
const projectOf = (scope: string) => scope.replace(/#.*$/, '');
