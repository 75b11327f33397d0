import { parsePort } from '../address.ts';
import type { Publish, Slot, Variable } from '../facts.ts';
import { type Node, nodeAt, type Scalar } from '../syntax/document.ts';
import type { Given } from './interpolation.ts';
import { stretchOf } from './manifest-values.ts';
import { type Stretch, slotOf, unsaid } from './port-mappings.ts';

/** Labels by which proxies that read them are told the port of a container. */
const labelled: readonly { readonly by: string; readonly key: RegExp; readonly value: RegExp }[] = [
  {
    by: 'traefik',
    key: /^traefik\.(?:(?:http|tcp)\.services\.[^.]{1,100}\.loadbalancer\.server\.port|(?:[\w-]+\.)?port)$/i,
    value: /^\S+$/,
  },
  {
    by: 'caddy',
    key: /^caddy(?:_\d+)?(?:\.[\w-]+)*\.(?:\d+_)?reverse_proxy$/,
    value: /(?<=^\{\{\s{0,9}upstreams\s{1,9})\d{1,5}(?=\s{0,9}\}\}$)/,
  },
];

/**
 * The ports that proxies beside a service of compose are told to pass requests to.
 * @param variables of the service
 */
export function passedPorts(
  service: Node,
  variables: readonly Variable[],
  common: Pick<Publish, 'framework' | 'language' | 'scope' | 'context'>,
  given: Given,
): Publish[] {
  const labels = [nodeAt(service, ['labels']), nodeAt(service, ['deploy', 'labels'])].flatMap(labelsIn);
  const off = labels.some(({ key, value }) => key === 'traefik.enable' && value.text === 'false');
  const image = nodeAt(service, ['image']);
  // What Traefik says of itself leads nowhere.
  const isTraefik = image?.kind === 'scalar' && /(?:^|\/)traefik(?::|$)/.test(String(image.value));
  const told = labels.flatMap(({ key, value }) =>
    labelled.flatMap(({ by, key: names, value: port }) => {
      const found = names.test(key) ? port.exec(value.text) : null;
      if (!found || (by === 'traefik' && (off || isTraefik))) return [];
      return [{ by, target: slotOf(part(value, found.index, found.index + found[0].length), given, parsePort) }];
    }),
  );
  const named = variables.findLast(({ name }) => name === 'VIRTUAL_PORT');
  if (named?.value !== undefined && variables.some(({ name }) => name === 'VIRTUAL_HOST'))
    told.push({ by: 'nginx-proxy', target: fromVariable(named) });
  return told.map(({ by, target }) => ({
    kind: 'publish',
    span: target.site,
    via: 'manifest',
    sure: true,
    ...common,
    host: unsaid(target.site),
    port: unsaid(target.site),
    target,
    protocol: 'tcp',
    role: 'service',
    by,
  }));
}

function fromVariable({ value, span, frame }: Variable): Slot<number> {
  const port = parsePort(value!);
  return {
    value: port,
    ...(port === undefined && { written: value! }),
    origin: { by: 'literal' },
    span,
    site: span,
    chain: [],
    fixed: true,
    ...(frame && { frame, siteFrame: frame }),
  };
}

function part({ text, span, exact }: Stretch, from: number, to: number): Stretch {
  const inside = exact ? { ...span, start: span.start + from, end: span.start + to } : span;
  return { text: text.slice(from, to), span: inside, exact };
}

function labelsIn(node: Node | undefined): { readonly key: string; readonly value: Stretch }[] {
  if (node?.kind === 'map')
    return node.entries.flatMap(({ key, value }) =>
      value.kind === 'scalar' && value.value !== null ? [{ key, value: stretchOf(value) }] : [],
    );
  if (node?.kind !== 'list') return [];
  const items = node.items.filter((item): item is Scalar => item.kind === 'scalar' && item.value !== null);
  return items.flatMap((item) => {
    const whole = stretchOf(item);
    const equals = whole.text.indexOf('=');
    return equals === -1
      ? []
      : [{ key: whole.text.slice(0, equals), value: part(whole, equals + 1, whole.text.length) }];
  });
}
