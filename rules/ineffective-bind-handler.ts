import { groupedBy, listed, listeningBinds, startsOf } from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** A handler that looks right and can never run is worse than none: it ends the search for one that works. */
export default {
  summary: "there is a handler, and it cannot see this framework's failure",
  severity: 'warning',
  *check(facts) {
    const blind = listeningBinds(facts).filter(
      (bind) => bind.failure.state === 'ineffective' && bind.failure.by !== undefined,
    );
    for (const group of groupedBy(blind, (bind) => bind.failure.by!)) {
      const bind = group.find((candidate) => candidate.failure.silent) ?? group[0]!;
      const { failure } = bind;
      const ports = listed(
        group.flatMap((candidate) => candidate.port.value ?? []),
        'or',
      );
      const { repair } = failure;
      yield {
        at: failure.by!,
        message: `this handler never sees that ${ports === '' ? 'the port' : `port ${ports}`} is taken: ${failure.how}`,
        ...((!bind.sure || (!failure.silent && failure.place === 'library')) && { severity: 'info' as const }),
        context: bind.context,
        related: [{ at: bind.span, message: 'the server starts here' }, ...startsOf(group)],
        ...(bind.sure &&
          repair && {
            fix: {
              safety: repair.safe ? ('safe' as const) : ('unsafe' as const),
              does: repair.endsProcess
                ? `catch ${repair.catches}, say which port is taken and end the program`
                : `catch ${repair.catches} and say which port is taken`,
              repairs: [{ kind: 'handle-bind-error' as const, bind }],
            },
          }),
      };
    }
  },
} satisfies Rule;
