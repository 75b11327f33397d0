import { hostsOverlap } from './address.ts';
import type { Bind, Facts, Span } from './facts.ts';
import type { Exposure, RuleOptions } from './rule.ts';

const key = (span: Span) => `${span.file}:${span.start}:${span.end}`;

/** Facts by the place that `place` names, in the order they come. */
export function groupedBy<T>(items: Iterable<T>, place: (item: T) => Span): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const id = key(place(item));
    const group = groups.get(id);
    if (group) group.push(item);
    else groups.set(id, [item]);
  }
  return [...groups.values()];
}

/** The calls that take a value written elsewhere: related places of what is found where it is written. */
export function takenBy(binds: readonly Bind[], role: 'host' | 'port'): { at: Span; message: string }[] {
  const elsewhere = binds.filter(({ [role]: { site, span } }) => {
    return site.file !== span.file || span.start < site.start || site.end < span.end;
  });
  return groupedBy(elsewhere, (bind) => bind.span).map((group) => ({ at: group[0]!.span, message: 'it listens here' }));
}

/** The threads, processes and tasks that binds run in, as related places. */
export function startsOf(binds: readonly Bind[]): { at: Span; message: string }[] {
  const steps = binds.flatMap((bind) => bind.reached.filter((step) => step.via !== 'call'));
  return groupedBy(steps, (step) => step.span).map(([step]) => ({ at: step!.span, message: `runs in a ${step!.via}` }));
}

/** Does it run in an image? Its loopback and its ports are then the container's own. */
export function runsInContainer(bind: Bind): boolean {
  return /(^|\/)(Dockerfile|Containerfile)|\.(Dockerfile|Containerfile)$/i.test(bind.scope);
}

/** The binds that decide where something listens: option and settings rows only feed them. */
export function listeningBinds(facts: Facts): Bind[] {
  return facts.binds.filter((bind) => bind.feeds === undefined);
}

/** The binds of one place: a function that several callers use has one for each. */
export function bindsAt(facts: Facts, span: Span): Bind[] {
  return facts.binds.filter((bind) => bind.feeds === undefined && key(bind.span) === key(span));
}

/** Two binds of one program that want the same address at the same time. */
export function conflicts(facts: Facts): (readonly [Bind, Bind])[] {
  const binds = listeningBinds(facts).filter(
    (bind) => bind.sure && bind.via === 'call' && (bind.port.value ?? 0) > 0 && bind.root !== undefined,
  );
  const rivals = new Map<string, Bind[]>();
  const found: (readonly [Bind, Bind])[] = [];
  for (const second of binds) {
    const wanted = `${second.protocol} ${second.port.value} ${second.root}`;
    const earlier = rivals.get(wanted) ?? [];
    for (const first of earlier) {
      if (!hostsOverlap(first.host.value, second.host.value) || exclude(first, second)) continue;
      if (together(first, second)) found.push([first, second]);
    }
    earlier.push(second);
    rivals.set(wanted, earlier);
  }
  return found;
}

/** Different branches of one statement on the way to each. */
function exclude(first: Bind, second: Bind): boolean {
  const branches = new Map((first.exclusive ?? []).map((branch) => branch.split('=') as [string, string]));
  return (second.exclusive ?? []).some((branch) => {
    const [statement, taken] = branch.split('=') as [string, string];
    const other = branches.get(statement);
    return other !== undefined && other !== taken;
  });
}

/** Both run at once: the one that comes first does not hold up its caller. */
function together(first: Bind, second: Bind): boolean {
  const beside = (bind: Bind) => bind.reached.some((step) => step.via !== 'call');
  if (key(first.span) === key(second.span)) {
    const at = first.reached.findIndex(
      (step, index) => key(step.span) !== key(second.reached[index]?.span ?? first.span),
    );
    return (
      at !== -1 &&
      (first.reached.slice(at).some((step) => step.via !== 'call') ||
        second.reached.slice(at).some((step) => step.via !== 'call'))
    );
  }
  const ordered = (bind: Bind) => bind.reached[0]?.span.start ?? bind.span.start;
  const earlier = ordered(first) <= ordered(second) ? first : second;
  return beside(earlier) || !earlier.blocks;
}

/** `8000`, `8000 and 8080`, `8000, 8080 and 9090`. */
export function listed(values: Iterable<string | number>, word: 'and' | 'or' = 'and'): string {
  const all = [...new Set(values)];
  if (all.length <= 1) return String(all[0] ?? '');
  return `${all.slice(0, -1).join(', ')} ${word} ${all.at(-1)}`;
}

/** Who is meant to reach binds at one place, by the files that they and their hosts stand in; undefined where nobody said so. */
export function declaredReach(binds: readonly Bind[], { exposure }: RuleOptions): Exposure | undefined {
  const files = binds.flatMap(({ span, host }) => [span.file, host.span.file]);
  return files.map((file) => exposure?.(file)).find((declared) => declared !== undefined);
}
