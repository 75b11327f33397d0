import type { Bind, Fact, Slot, Span } from '../facts.ts';
import type { Fill, Finding, Repair } from '../rule.ts';
import type { Analysis } from '../run.ts';
import { contains, sameSpan } from '../spans.ts';
import { indexOf } from './fills.ts';

/** What changed that no repair asked for: a reason to leave the texts alone. */
export interface UnaskedChange {
  /** Where it shows. */
  readonly file: string;
  readonly reason: string;
  /** What came to light, where that is all. */
  readonly findings?: readonly Finding[];
}

/**
 * Everything that changed and that no repair asked for.
 * @param before the analysis that the findings come from
 * @param after the analysis of the new texts
 * @param applied findings whose fixes were made
 * @param searched places of ports that the new program looks for itself
 */
export function unaskedChanges(
  before: Analysis,
  after: Analysis,
  applied: readonly Finding[],
  searched: readonly Span[] = [],
): UnaskedChange[] {
  const unasked = changedFacts(before, after, applied, searched);
  return unasked.length > 0 ? unasked : [...newFindings(before, after, applied)];
}

/**
 * Is it about a line that shows an address, with a repair of that line alone? A host that a fill writes is shown by such lines
 * from then on, and they are rewritten in the next pass.
 */
function follows({ fix, severity }: Finding, { facts }: Analysis): boolean {
  if (fix?.safety !== 'safe' || severity === 'info') return false;
  const shown = new Set<unknown>([
    ...facts.dials.filter(isLink).map(({ host }) => host),
    ...facts.announcements.map(({ host }) => host),
  ]);
  return fix.repairs.every((repair) => repair.kind === 'fill' && shown.has(repair.slot));
}

/** A link that shows what an expression holds. */
const isLink = (fact: Fact) => fact.kind === 'dial' && fact.shown && fact.expression !== undefined;

/** Links that fills make, and that can be rewritten or that nobody objects to. */
function newLinks(before: Analysis, after: Analysis, fills: readonly Fill[]): readonly Fact[] {
  const values = new Set<unknown>(fills.flatMap(({ role, value }) => (role === 'host' ? [value] : [])));
  const isNew = (fact: Fact) => fact.kind === 'dial' && isLink(fact) && values.has(fact.host.value);
  const had = new Set(before.facts.dials.filter(isNew).map(({ span }) => span.file));
  return after.facts.dials.filter(
    (fact) =>
      isNew(fact) &&
      !had.has(fact.span.file) &&
      after.findings.every((finding) => !sameSpan(finding.at, fact.span) || follows(finding, after)),
  );
}

/** The part of them that is no finding. */
export function changedFacts(
  before: Analysis,
  after: Analysis,
  applied: readonly Finding[],
  searched: readonly Span[] = [],
): UnaskedChange[] {
  const unasked: UnaskedChange[] = [];
  for (const [file, errors] of after.syntaxErrors)
    if (errors > (before.syntaxErrors.get(file) ?? 0))
      unasked.push({ file, reason: `${file} would no longer be understood` });
  const problems = new Set(before.problems.map(({ file, kind }) => `${kind} ${file}`));
  for (const { file, kind, message } of after.problems)
    if (!problems.has(`${kind} ${file}`))
      unasked.push({ file, reason: `${file} would no longer be understood: ${message}` });
  const repairs = applied.flatMap((finding) => finding.fix?.repairs ?? []);
  return [...unasked, ...changesOf(before, after, repairs, searched)];
}

function* changesOf(
  before: Analysis,
  after: Analysis,
  repairs: readonly Repair[],
  searched: readonly Span[],
): Iterable<UnaskedChange> {
  const fills = repairs.filter((repair) => repair.kind === 'fill');
  const handled = new Set(
    repairs.flatMap((repair) =>
      repair.kind === 'handle-bind-error' && repair.bind.failure.repair
        ? [placeOf(repair.bind.failure.repair.statement)]
        : [],
    ),
  );
  const removed = repairs.flatMap((repair) =>
    repair.kind === 'remove-announcement' ? repair.announcement.statement : [],
  );
  for (const kind of ['binds', 'publishes', 'dials', 'settings'] as const) {
    const looks = (fact: Fact) => searched.length > 0 && fact.kind === 'bind' && fact.probes === true;
    const kept = before.facts[kind].filter(
      (fact: Fact) => !looks(fact) && !removed.some((statement) => contains(statement, fact.span)),
    );
    const links = new Set<Fact>(kind === 'dials' ? newLinks(before, after, fills) : []);
    const shown = after.facts[kind].filter((fact: Fact) => !links.has(fact) && !looks(fact));
    const { found, unpaired } = pairs<Fact>(kept, shown, fills, searched.length > 0);
    yield* unpaired;
    for (const [old, now] of found) {
      const reason =
        changedSlots(old, now, fills, searched) ??
        (old.kind === 'bind' && now.kind === 'bind' ? changedBind(old, now, handled) : undefined);
      const { file } = old.span;
      if (reason !== undefined) yield { file, reason: `${reason} in ${file}` };
    }
  }
}

/** Offsets shift, so facts are matched by their order within a file, framework and way. */
function pairs<F extends Fact>(
  before: readonly F[],
  after: readonly F[],
  fills: readonly Fill[],
  searches: boolean,
): { readonly found: readonly (readonly [F, F])[]; readonly unpaired: readonly UnaskedChange[] } {
  const key = (fact: F) =>
    [fact.span.file, fact.kind, 'framework' in fact ? fact.framework : '', 'via' in fact ? fact.via : ''].join(' ');
  const grouped = (facts: readonly F[]) => {
    const groups = new Map<string, F[]>();
    for (const fact of facts) {
      const group = groups.get(key(fact));
      if (group) group.push(fact);
      else groups.set(key(fact), [fact]);
    }
    return groups;
  };
  const now = grouped(after);
  const found: (readonly [F, F])[] = [];
  const unpaired: UnaskedChange[] = [];
  for (const [name, all] of grouped(before)) {
    const rest = now.get(name) ?? [];
    now.delete(name);
    // A destination is a fact only while something is wrong with it.
    const unfilled = all.filter((fact) => fact.kind !== 'dial' || fillOf(fact.host, 'host', fills).length === 0);
    const old = rest.length === unfilled.length ? unfilled : all;
    if (rest.length === old.length) found.push(...old.map((fact, index) => [fact, rest[index]!] as const));
    else if (!isMovedRow(all[0]!, fills, searches)) {
      const {
        kind,
        span: { file },
      } = all[0]!;
      const comes = rest.length < old.length ? 'no longer be seen' : 'be new';
      unpaired.push({ file, reason: `a ${kind} in ${file} would ${comes}` });
    }
  }
  for (const fact of [...now.values()].flat()) {
    const { file } = fact.span;
    if (!isMovedRow(fact, fills, searches)) unpaired.push({ file, reason: `a ${fact.kind} in ${file} would be new` });
  }
  return { found, unpaired };
}

/** A row of an option or key, where a call takes its value from another place than before, or one that was ignored until now. */
function isMovedRow(fact: Fact, fills: readonly Fill[], searches: boolean): boolean {
  if (fact.kind === 'setting') return fills.some(({ slot }) => slot === fact.ignoredBy?.slot);
  return (
    fact.kind === 'bind' &&
    (fact.via === 'option' || fact.via === 'config') &&
    (searches || fills.some(({ at }) => at === 'site'))
  );
}

/** The fills that write this slot's value: its own, or those at the same place. */
function fillOf(slot: Slot<string | number>, role: 'host' | 'port', fills: readonly Fill[]): readonly Fill[] {
  const index = indexOf(fills);
  const own = index.of(slot);
  if (own.length > 0) return own;
  const given = slot.layers
    ? index.layered.filter(
        ({ layer, role: filled }) =>
          filled === role && slot.layers?.some((one) => one.name === layer!.name && sameSpan(one.span, layer!.span)),
      )
    : [];
  if (given.length > 0) return given;
  return [
    ...index.at(role, slot.span).filter(({ at }) => at === 'value'),
    ...index.at(role, slot.site).filter(({ at }) => at !== 'value'),
  ];
}

function changedSlots(old: Fact, now: Fact, fills: readonly Fill[], searched: readonly Span[]): string | undefined {
  for (const role of ['host', 'port', 'target'] as const) {
    const was = slotOf(old, role);
    const is = slotOf(now, role);
    if (was === undefined || is === undefined) continue;
    if (role === 'port' && is.value === undefined && searched.some((place) => sameSpan(place, was.site))) continue;
    const asked = fillOf(was, role === 'host' ? 'host' : 'port', fills);
    if (asked.length > 0) {
      if (!asked.some(({ value }) => value === is.value))
        return `the ${role} would be ${is.value ?? 'unknown'} instead of ${asked[0]!.value}`;
    } else if (is.value !== was.value || is.written !== was.written) {
      return `the ${role} ${was.value ?? 'that is unknown'} would become ${is.value ?? 'unknown'}`;
    } else if (is.origin.by !== was.origin.by && !isWrittenOut(old, was, is, fills)) {
      return `the ${role} would come from another place`;
    }
  }
  return undefined;
}

/** A default that a fill beside it writes out: `--bind` takes host and port as one. */
function isWrittenOut(
  fact: Fact,
  was: Slot<string | number>,
  is: Slot<string | number>,
  fills: readonly Fill[],
): boolean {
  if (was.origin.by !== 'default' || is.origin.by !== 'literal') return false;
  return (['host', 'port'] as const).some((role) => {
    const slot = slotOf(fact, role);
    return slot !== undefined && fillOf(slot, role, fills).length > 0;
  });
}

function slotOf(fact: Fact, role: 'host' | 'port' | 'target'): Slot<string | number> | undefined {
  return role in fact ? (fact as unknown as Record<string, Slot<string | number>>)[role] : undefined;
}

const placeOf = ({ file, start, end }: Span) => `${start} ${end} ${file}`;

/** @param handled the places of the statements whose error is handled now */
function changedBind(old: Bind, now: Bind, handled: ReadonlySet<string>): string | undefined {
  const { repair } = old.failure;
  if (repair && handled.has(placeOf(repair.statement))) {
    if (now.failure.state !== 'handled') return 'the error would not reach a handler put here';
  } else if (now.failure.state !== old.failure.state && now.failure.state !== 'handled') {
    return `the handling of a taken port would be ${now.failure.state}`;
  }
  for (const property of ['protocol', 'scope', 'context', 'sure', 'guarded', 'debug', 'blocks'] as const)
    if (now[property] !== old[property]) return `what is known of a server would change (${property})`;
  return undefined;
}

/** Every finding whose fix was made has to be gone, and no other may come. */
export function* newFindings(before: Analysis, after: Analysis, applied: readonly Finding[]): Iterable<UnaskedChange> {
  const key = (finding: Finding) => `${finding.rule} in ${finding.at.file}`;
  const grouped = (findings: readonly Finding[]) => {
    const groups = new Map<string, Finding[]>();
    for (const finding of findings) {
      const group = groups.get(key(finding));
      if (group) group.push(finding);
      else groups.set(key(finding), [finding]);
    }
    return groups;
  };
  const was = grouped(before.findings);
  // One finding may speak of several binds that are handled one after the other; the facts show that one more is.
  const settled = applied.filter(({ fix }) => fix?.repairs.every(({ kind }) => kind !== 'handle-bind-error'));
  const done = grouped(settled);
  const messages = new Set(settled.map(({ message }) => message));
  for (const [place, found] of grouped(after.findings)) {
    const gone = done.get(place)?.length ?? 0;
    // A line that was moved can show that it names another host.
    const findings = gone > 0 ? found.filter((one) => messages.has(one.message) || !follows(one, after)) : found;
    if (findings.length <= (was.get(place)?.length ?? 0) - gone) continue;
    const { file } = findings[0]!.at;
    if (gone > 0) yield { file, reason: `it would not put an end to ${place}` };
    else if (findings.some((finding) => finding.severity !== 'info' && !follows(finding, after)))
      yield { file, reason: `it would bring about ${place}`, findings };
  }
}
