import type { Announcement, Bind } from '../src/facts.ts';
import { bindsAt, listed } from '../src/joins.ts';
import type { Fix, Rule } from '../src/rule.ts';

/** A line that says "listening" is believed: it has to be true when it is written. */
export default {
  summary: 'a line claims that a server listens when it does not, or not there',
  severity: 'warning',
  fixable: true,
  *check(facts) {
    for (const announcement of facts.announcements) {
      if (!announcement.defect) continue;
      const binds = announcement.bind ? bindsAt(facts, announcement.bind) : [];
      const bind = binds[0];
      const ports = listed(
        binds.flatMap((candidate) => candidate.port.value ?? []),
        'or',
      );
      const port = ports === '' ? '' : ` on port ${ports}`;
      const silent = binds.some(({ failure }) => failure.silent && failure.state !== 'handled');
      const message = {
        'after-blocking': 'claims that the server is up, but runs only when it has stopped: the call before it blocks',
        'before-bind': `claims that the server is up before it has bound its port, and stays in the log when the bind${port} fails`,
        'other-address': `shows another port than the one that is bound: the server listens${port}`,
        'other-host': `says that the server listens on ${announcement.host?.value}, but it listens on all interfaces`,
      }[announcement.defect];
      const fix = fixOf(announcement, bind);
      yield {
        at: announcement.host?.span ?? announcement.span,
        message,
        ...((announcement.defect === 'before-bind' && !silent) || bind?.sure === false
          ? { severity: 'info' as const }
          : {}),
        context: announcement.context,
        ...(bind && { related: [{ at: bind.span, message: 'the server starts here' }] }),
        ...(fix && bind?.sure !== false && { fix }),
        ...(!fix &&
          announcement.defect === 'before-bind' && {
            advice: 'say it when the bind has succeeded, with the address that is really bound',
          }),
      };
    }
  },
} satisfies Rule;

function fixOf(announcement: Announcement, bind: Bind | undefined): Fix | undefined {
  if (announcement.host && bind) {
    const value = bind.host.value || '0.0.0.0';
    return {
      safety: 'safe',
      does: `say that it listens on ${value}`,
      repairs: [{ kind: 'fill', at: 'site', role: 'host', slot: announcement.host, value }],
    };
  }
  if (announcement.defect === 'after-blocking' && announcement.redundant) {
    return {
      safety: 'safe',
      does: 'drop the line: the server itself says when it is up',
      repairs: [{ kind: 'remove-announcement', announcement }],
    };
  }
  if (announcement.defect === 'other-address' && announcement.wrong) {
    return {
      // Another port can be right for whoever stands in front of a proxy.
      safety: 'unsafe',
      does: `show port ${announcement.wrong.port}, which is bound`,
      repairs: [{ kind: 'correct-announcement', announcement }],
    };
  }
  if (announcement.defect !== 'other-address' && (announcement.target || announcement.into)) {
    return {
      safety: 'safe',
      does: 'say it once the port is bound',
      repairs: [{ kind: 'move-announcement', announcement }],
    };
  }
  return undefined;
}
