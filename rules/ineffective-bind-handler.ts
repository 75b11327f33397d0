import type { Bind } from '../src/facts.ts';
import { groupedBy, isChosenBySystem, listed, listeningBinds, startsOf } from '../src/joins.ts';
import type { Fix, Rule } from '../src/rule.ts';

/** A handler that looks right and can never run is worse than none: it ends the search for one that works. */
export default {
  summary: "there is a handler, and it cannot see this framework's failure",
  severity: 'warning',
  fixable: true,
  *check(facts) {
    const blind = listeningBinds(facts).filter(
      (bind) => bind.failure.state === 'ineffective' && bind.failure.by !== undefined && !isChosenBySystem(bind),
    );
    for (const group of groupedBy(blind, (bind) => bind.failure.by!)) {
      const bind = group.find((candidate) => candidate.failure.silent) ?? group[0]!;
      const { failure } = bind;
      const ports = listed(
        group.flatMap((candidate) => candidate.port.value ?? []),
        'or',
      );
      const port = ports === '' ? 'the port' : `port ${ports}`;
      yield {
        at: failure.by!,
        message: failure.caught
          ? `this handler ${failure.place === 'thread' ? 'ends only the thread' : 'keeps the program running'} when ${port} is taken, ${failure.place === 'thread' ? 'and the program goes on ' : ''}without this server`
          : `this handler never sees that ${port} is taken: ${failure.how}`,
        ...((!bind.sure || (!failure.silent && failure.place === 'library')) && { severity: 'info' as const }),
        context: bind.context,
        related: [
          ...groupedBy(group, (candidate) => candidate.span).map(([server]) => ({
            at: server!.span,
            message: 'the server starts here',
          })),
          ...startsOf(group),
        ],
        ...fixOf(group),
        ...(failure.caught && {
          advice:
            failure.place === 'thread'
              ? 'end the process, with os._exit(1), or tell the main thread'
              : 'end the process there: process.exit(1)',
        }),
      };
    }
  },
} satisfies Rule;

/** A handler for each statement that a server starts in: for all of them, or the finding stays. */
function fixOf(group: readonly Bind[]): { fix: Fix } | undefined {
  const repairs = group.flatMap((bind) => (bind.sure ? (bind.failure.repair ?? []) : []));
  const first = repairs[0];
  if (first === undefined || repairs.length < group.length) return undefined;
  const statements = groupedBy(group, (bind) => bind.failure.repair!.statement);
  const endsProcess = repairs.some((repair) => repair.endsProcess || repair.signal);
  const heard =
    first.signal === undefined
      ? `catch ${listed(first.catches, 'or')}`
      : first.signal.by === 'event'
        ? 'listen for the error'
        : 'catch the error';
  return {
    fix: {
      safety:
        repairs.every((repair) => repair.safe) && group.every(({ context }) => context !== 'test') ? 'safe' : 'unsafe',
      does: endsProcess
        ? `${heard}, say which port is taken and end the program`
        : `${heard} and say which port is taken`,
      repairs: statements.map(([bind]) => ({ kind: 'handle-bind-error', bind: bind! })),
    },
  };
}
