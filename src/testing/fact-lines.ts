import type { Bind, Container, Fact, Facts, Origin, Slot, Span } from '../facts.ts';

/** Writes a place as `FILE:LINE:COLUMN`. */
export type Locate = (span: Span) => string;

function originText(origin: Origin): string {
  switch (origin.by) {
    case 'env':
    case 'argument':
      return `${origin.by} ${origin.name}`;
    case 'config':
      return `config ${origin.path}`;
    default:
      return origin.by;
  }
}

function valueText(slot: Slot<string | number>): string {
  if (slot.value === undefined) return slot.written === undefined ? '?' : JSON.stringify(slot.written);
  if (slot.value === '') return "''";
  return String(slot.value).includes(':') ? `[${slot.value}]` : String(slot.value);
}

function address(host: Slot<string>, port: Slot<number>): string {
  return `${valueText(host)}:${valueText(port)}`;
}

function origins(...slots: Slot<unknown>[]): string {
  return `(${slots.map((slot) => originText(slot.origin)).join(', ')})`;
}

/** The way a value took, one indented line a step; nothing where it is written at the bind. */
function chainLines(role: string, slot: Slot<unknown>, locate: Locate): string[] {
  return slot.chain.map((step) => `  ${role} ${locate(step.span)} ${step.note}`);
}

function failureText({ failure }: Bind): string {
  const place = failure.place === 'main' || failure.place === 'command' ? '' : ` in ${failure.place}`;
  return `${failure.state}${place}${failure.silent ? ' silently' : ''}`;
}

function list(words: string, spans: readonly Span[] | undefined, locate: Locate): string[] {
  return spans && spans.length > 0 ? [`${words} ${spans.map(locate).join(' ')}`] : [];
}

/** Only what differs from an image by itself whose programs are not known. */
function containerText(container: Container, at: string): string {
  const { framework, scope, network, image, images, listens, context } = container;
  return [
    at,
    'container',
    framework,
    scope,
    ...(network === scope ? [] : [`network ${network}`]),
    ...(image === undefined ? [] : [`on ${image}`]),
    ...(images.length > 0 ? [`runs ${images.join(' ')}`] : []),
    `listens ${listens}`,
    ...container.environment.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)),
    ...(container.open ? ['open'] : []),
    ...(container.user === undefined ? [] : [`user ${container.user}`]),
    context,
  ].join(' ');
}

function factLines(fact: Fact, locate: Locate): string[] {
  const at = locate(fact.span);
  if (fact.kind === 'announcement') {
    const defect = fact.defect ? [fact.defect] : [];
    const shows = fact.host === undefined ? [] : [`shows ${fact.host.value}`];
    const of = fact.bind ? [`of ${locate(fact.bind)}`] : [];
    const target = fact.target ? [`belongs to ${locate(fact.target)}`] : [];
    return [[at, fact.kind, ...defect, ...shows, ...of, ...target, fact.context].join(' ')];
  }
  if (fact.kind === 'setting') {
    const ignored = fact.ignoredBy ? [`ignored by ${locate(fact.ignoredBy.bind)}`] : [];
    return [
      [
        at,
        fact.kind,
        fact.via,
        fact.name,
        fact.role,
        ...list('feeds', fact.feeds, locate),
        ...ignored,
        fact.context,
      ].join(' '),
    ];
  }
  if (fact.kind === 'container') return [containerText(fact, at)];
  const head = [at, fact.kind, fact.framework, fact.via];
  const tail = [
    ...(fact.kind !== 'dial' && fact.protocol === 'udp' ? ['udp'] : []),
    fact.context,
    ...(fact.scope ? [`scope ${fact.scope}`] : []),
    ...(fact.kind === 'publish' && fact.role !== 'documentation' ? [fact.role] : []),
    ...(fact.kind === 'publish' && fact.to && fact.to.length > 0 ? [`to ${fact.to.join(' ')}`] : []),
    ...(fact.kind === 'dial' && fact.check !== undefined ? [`check ${fact.check}`] : []),
    ...(fact.sure ? [] : ['unsure']),
  ];
  if (fact.kind === 'publish') {
    return [
      [
        ...head,
        `${address(fact.host, fact.port)}->${valueText(fact.target)}`,
        origins(fact.host, fact.port, fact.target),
        ...tail,
      ].join(' '),
      ...chainLines('host', fact.host, locate),
      ...chainLines('port', fact.port, locate),
      ...chainLines('target', fact.target, locate),
    ];
  }
  const middle =
    fact.kind === 'dial'
      ? fact.shown
        ? ['shown']
        : []
      : [
          failureText(fact),
          ...(fact.guarded ? ['guarded'] : []),
          ...(fact.debug ? ['debug'] : []),
          ...list('feeds', fact.feeds, locate),
        ];
  return [
    [...head, address(fact.host, fact.port), origins(fact.host, fact.port), ...middle, ...tail].join(' '),
    ...chainLines('host', fact.host, locate),
    ...chainLines('port', fact.port, locate),
  ];
}

/**
 * The facts as a page shows them: a line each, sorted by file and place, the steps of a value's chain indented below.
 * `app.py:3:1 bind uvicorn call 127.0.0.1:8000 (literal, default) unhandled production`
 */
export function factsText(facts: Facts, locate: Locate): string {
  const all: Fact[] = [
    ...facts.binds,
    ...facts.publishes,
    ...facts.dials,
    ...facts.announcements,
    ...facts.settings,
    ...facts.containers,
  ];
  const ordered = all.map((fact) => ({ fact, lines: factLines(fact, locate) }));
  ordered.sort(
    (a, b) =>
      (a.fact.span.file < b.fact.span.file ? -1 : a.fact.span.file > b.fact.span.file ? 1 : 0) ||
      a.fact.span.start - b.fact.span.start ||
      (a.lines.join('\n') < b.lines.join('\n') ? -1 : 1),
  );
  return ordered.flatMap(({ lines }) => lines).join('\n');
}
