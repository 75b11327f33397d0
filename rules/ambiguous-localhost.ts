import { isLoopbackName, listeningOn } from '../src/address.ts';
import {
  groupedBy,
  hostFills,
  isSpokenFor,
  listeningBinds,
  openingOf,
  runsInContainer,
  takenBy,
} from '../src/joins.ts';
import type { Rule } from '../src/rule.ts';

/** The name is resolved when the server starts: to 127.0.0.1, to ::1 or to both, as the hosts file says. */
export default {
  summary: 'a server binds the name localhost, so the family it answers depends on the machine',
  severity: 'warning',
  fixable: true,
  *check(facts, options) {
    const isSpoken = isSpokenFor(facts);
    const named = listeningBinds(facts).filter(
      (bind) =>
        !isSpoken(bind) && !bind.bothLoopbacks && bind.host.origin.by !== 'default' && isLoopbackName(bind.host.value),
    );
    for (const group of groupedBy(named, (bind) => bind.host.span)) {
      const bind = group[0]!;
      const { host } = bind;
      const guarded = group.find((candidate) => candidate.guarded !== undefined)?.guarded;
      const opening = openingOf(facts, group, options.host);
      const refused = guarded ?? ('refused' in opening ? opening.refused : undefined);
      const inside = runsInContainer(facts, bind);
      const meant = group.find((candidate) => candidate.local !== undefined)?.local;
      const library = group.every((candidate) => candidate.failure.place === 'library');
      const open = !host.fixed && host.declared?.via !== 'config';
      const quiet = open || meant !== undefined || guarded !== undefined || library || !bind.sure;
      yield {
        at: host.span,
        message: inside
          ? `binds the name ${host.value} inside the container: whether 127.0.0.1 or ::1 answers depends on the image, and nothing outside of it can connect`
          : `binds the name ${host.value}: whether 127.0.0.1 or ::1 answers depends on the machine, and no other machine can connect`,
        ...(quiet && { severity: 'info' as const }),
        context: bind.context,
        related: takenBy(group, 'host'),
        chain: host.chain,
        ...(host.frame !== undefined &&
          bind.sure &&
          guarded === undefined &&
          'host' in opening && {
            fix: {
              safety: meant !== undefined || (quiet && !options.hostStated) ? ('unsafe' as const) : ('safe' as const),
              does: listeningOn(opening.host),
              repairs: hostFills(group, opening.host),
            },
          }),
        ...(refused !== undefined && { advice: `not widened by fix: ${refused}` }),
        ...(refused === undefined && quiet && { advice: 'write 127.0.0.1 where it is meant for this machine only' }),
      };
    }
  },
} satisfies Rule;
