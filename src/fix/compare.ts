import type { Bind, Fact, Slot, Span } from '../facts.ts';
import type { Fill, Finding, Repair } from '../rule.ts';
import type { Analysis } from '../run.ts';
import { targetOf } from './edits.ts';

const sameSpan = (a: Span, b: Span) => a.file === b.file && a.start === b.start && a.end === b.end;

/**
 * What changed that no repair asked for.
 * @param before the analysis that the findings come from
 * @param after the analysis of the new texts
 * @param applied findings whose fixes were made
 * @returns a reason to leave the texts alone, or undefined
 */
export function unaskedChange(before: Analysis, after: Analysis, applied: readonly Finding[]): string | undefined {
  for (const [file, errors] of after.syntaxErrors)
    if (errors > (before.syntaxErrors.get(file) ?? 0)) return `${file} would no longer be understood`;
  const problems = new Set(before.problems.map(({ file, kind }) => `${kind} ${file}`));
  const problem = after.problems.find(({ file, kind }) => !problems.has(`${kind} ${file}`));
  if (problem) return `${problem.file} would no longer be understood: ${problem.message}`;
  const repairs = applied.flatMap((finding) => finding.fix?.repairs ?? []);
  return changedFact(before, after, repairs) ?? changedFindings(before, after, applied);
}

function changedFact(before: Analysis, after: Analysis, repairs: readonly Repair[]): string | undefined {
  const fills = repairs.filter((repair) => repair.kind === 'fill');
  const handled = repairs.flatMap((repair) =>
    repair.kind === 'handle-bind-error' ? (repair.bind.failure.repair?.statement ?? []) : [],
  );
  for (const kind of ['binds', 'publishes', 'dials', 'settings'] as const) {
    const paired = pairs<Fact>(before.facts[kind], after.facts[kind]);
    if (typeof paired === 'string') return paired;
    for (const [old, now] of paired) {
      const reason =
        changedSlots(old, now, fills) ??
        (old.kind === 'bind' && now.kind === 'bind' ? changedBind(old, now, handled) : undefined);
      if (reason !== undefined) return `${reason} in ${old.span.file}`;
    }
  }
  return undefined;
}

/** Offsets shift, so facts are matched by their order within a file, framework and way. */
function pairs<F extends Fact>(before: readonly F[], after: readonly F[]): (readonly [F, F])[] | string {
  const key = (fact: F) =>
    [fact.span.file, fact.kind, 'framework' in fact ? fact.framework : '', 'via' in fact ? fact.via : ''].join(' ');
  const groups = new Map<string, F[]>();
  for (const fact of after) groups.set(key(fact), [...(groups.get(key(fact)) ?? []), fact]);
  const found: (readonly [F, F])[] = [];
  for (const fact of before) {
    const now = groups.get(key(fact))?.shift();
    if (now === undefined) return `a ${fact.kind} in ${fact.span.file} would no longer be seen`;
    found.push([fact, now]);
  }
  const extra = [...groups.values()].find((group) => group.length > 0)?.[0];
  return extra === undefined ? found : `a ${extra.kind} in ${extra.span.file} would be new`;
}

function changedSlots(old: Fact, now: Fact, fills: readonly Fill[]): string | undefined {
  for (const role of ['host', 'port', 'target'] as const) {
    const was = slotOf(old, role);
    const is = slotOf(now, role);
    if (was === undefined || is === undefined) continue;
    const fill = fills.find(
      (candidate) =>
        (candidate.role === 'host') === (role === 'host') &&
        sameSpan(targetOf(candidate).span, candidate.at === 'value' ? was.span : was.site),
    );
    if (fill) {
      if (is.value !== fill.value) return `the ${role} would be ${is.value ?? 'unknown'} instead of ${fill.value}`;
    } else if (is.value !== was.value || is.written !== was.written) {
      return `the ${role} ${was.value ?? 'that is unknown'} would become ${is.value ?? 'unknown'}`;
    } else if (is.origin.by !== was.origin.by) {
      return `the ${role} would come from another place`;
    }
  }
  return undefined;
}

function slotOf(fact: Fact, role: 'host' | 'port' | 'target'): Slot<string | number> | undefined {
  return role in fact ? (fact as unknown as Record<string, Slot<string | number>>)[role] : undefined;
}

function changedBind(old: Bind, now: Bind, handled: readonly Span[]): string | undefined {
  const { repair } = old.failure;
  if (repair && handled.some((statement) => sameSpan(statement, repair.statement))) {
    if (now.failure.state !== 'handled') return 'a taken port would still not be seen';
  } else if (now.failure.state !== old.failure.state && now.failure.state !== 'handled') {
    return `the handling of a taken port would be ${now.failure.state}`;
  }
  for (const property of ['protocol', 'scope', 'context', 'sure', 'guarded', 'debug', 'blocks'] as const)
    if (now[property] !== old[property]) return `what is known of a server would change (${property})`;
  return undefined;
}

/** Every finding whose fix was made has to be gone, and no other may come. */
function changedFindings(before: Analysis, after: Analysis, applied: readonly Finding[]): string | undefined {
  const key = (finding: Finding) => `${finding.rule} in ${finding.at.file}`;
  const count = (findings: readonly Finding[]) => {
    const counts = new Map<string, number>();
    for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1);
    return counts;
  };
  const was = count(before.findings);
  const done = count(applied);
  for (const [place, found] of count(after.findings)) {
    if (done.has(place)) {
      if (found > (was.get(place) ?? 0) - done.get(place)!) return `${place} would still be found`;
    } else if (found > (was.get(place) ?? 0)) {
      const news = after.findings.filter((finding) => key(finding) === place);
      if (news.some(({ severity }) => severity !== 'info')) return `${place} would be found`;
    }
  }
  return undefined;
}
