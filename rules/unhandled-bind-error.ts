import { isLoopback } from '../src/address.ts';
import type { Bind, BindErrorRepair, Failure } from '../src/facts.ts';
import { groupedBy, isChosenBySystem, listed, listeningBinds, startsOf } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** When the port is taken, somebody has to hear of it: by an exit status, at least by a line in the log. */
export default {
  summary: 'nobody sees or reports that the port is taken',
  severity: 'warning',
  fixable: true,
  *check(facts) {
    const unhandled = listeningBinds(facts).filter(
      (bind) => bind.failure.state === 'unhandled' && isJudged(bind) && !isChosenBySystem(bind),
    );
    for (const group of groupedBy(unhandled, (bind) => bind.span)) {
      const bind = group.find((candidate) => candidate.failure.silent) ?? group[0]!;
      const { failure } = bind;
      const affected = group.filter((candidate) => candidate.failure.silent === failure.silent);
      const ports = listed(
        affected.flatMap((candidate) => candidate.port.value ?? []),
        'or',
      );
      const port = ports === '' ? 'its port' : `port ${ports}`;
      const moves = bind.via === 'command' && failure.goesOn === true;
      // Whoever starts a debugger reads the line that it says.
      const attended = bind.via === 'command' && bind.debug === 'debugger' && isLoopback(bind.host.value);
      const loud =
        moves || attended || (!failure.silent && !failure.goesOn) || failure.place === 'library' || !bind.sure;
      const { repair } = failure;
      yield {
        at: bind.span,
        message: failure.silent
          ? `nobody sees it when ${port} is taken: ${failure.how}`
          : `nothing handles it when ${port} is taken: ${failure.how}`,
        ...(loud && { severity: 'info' as const }),
        context: bind.context,
        related: [
          ...(failure.by
            ? [
                {
                  at: failure.by,
                  message: failure.goesOn
                    ? 'the error is printed here'
                    : failure.late && !failure.silent
                      ? 'it is thrown on here'
                      : 'the error is dropped here',
                },
              ]
            : []),
          ...startsOf(group),
        ],
        ...(bind.sure &&
          repair && {
            fix: {
              // A test that ends the process takes the report of all others with it.
              safety: repair.safe && bind.context !== 'test' ? ('safe' as const) : ('unsafe' as const),
              does: doesOf(repair),
              repairs: [{ kind: 'handle-bind-error' as const, bind }],
            },
          }),
        ...(!repair && { advice: adviceFor(failure) }),
      };
    }
  },
} satisfies Rule;

/** A command counts where nobody could tell from outside that it failed; in a container of its own its port is never taken. */
const isJudged = ({ via, failure, scope, context }: Bind): boolean =>
  via === 'call' || (via === 'command' && failure.silent && scope === '' && context === 'production');

function doesOf({ catches, endsProcess, signal }: BindErrorRepair): string {
  if (signal?.by === 'event') return 'listen for the error, say which port is taken and end the program';
  if (signal) return 'catch the error, say which port is taken and end the program';
  const caught = `catch ${listed(catches, 'or')}`;
  return endsProcess
    ? `${caught}, say which port is taken and end the program`
    : `${caught} and say which port is taken`;
}

function adviceFor({ by, place, advice, goesOn }: Failure): string {
  if (place === 'command')
    return goesOn
      ? 'look at the port that it says, or start it only where the port is free'
      : 'ask the port itself whether the server is up, because its exit status says nothing';
  if (by) return 'report the error there, and end the program with a status that is not 0';
  if (place === 'task') return 'await the task where its exception can be seen, or bind before it is made';
  if (place === 'process') return 'look at the exit code of the child, or bind before it is started';
  return advice ?? 'bind the socket first, where the error can be seen, and hand it to the server';
}
