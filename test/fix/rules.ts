import type { Bind, Facts } from '../../src/facts.ts';
import type { Fix, Rule } from '../../src/rule.ts';
import type { RunOptions } from '../../src/run.ts';

function hostFix(bind: Bind): Fix | undefined {
  const { host } = bind;
  const at = host.frame ? 'value' : host.siteFrame ? 'site' : undefined;
  if (at === undefined) return undefined;
  const repair = { kind: 'fill', role: 'host', slot: host, at, value: '0.0.0.0' } as const;
  return { safety: 'safe', repairs: [repair], does: 'listen on 0.0.0.0' };
}

/** Every loopback host of a call becomes 0.0.0.0: as simple as a rule can be, so that only the fixes are tested. */
export const loopback: Rule = {
  summary: 'listens on loopback',
  severity: 'warning',
  *check(facts: Facts) {
    for (const bind of facts.binds) {
      if (bind.via !== 'call' || bind.host.value === undefined || !/^(127\.|localhost$)/.test(bind.host.value))
        continue;
      const fix = hostFix(bind);
      yield { at: bind.host.span, message: `listens on ${bind.host.value}`, ...(fix && { fix }) };
    }
  },
};

/** Every port left to a framework's default is written out. */
export const defaultPort: Rule = {
  summary: 'no port is written',
  severity: 'warning',
  *check(facts: Facts) {
    for (const bind of facts.binds) {
      const { port } = bind;
      if (port.value === undefined || port.origin.by !== 'default' || !port.frame) continue;
      const repair = { kind: 'fill', role: 'port', slot: port, at: 'value', value: port.value } as const;
      yield {
        at: bind.span,
        message: 'no port',
        fix: { safety: 'safe', repairs: [repair], does: `write port ${port.value}` },
      };
    }
  },
};

/** Every bind error that nobody handles. */
export const bindError: Rule = {
  summary: 'a taken port is not seen',
  severity: 'warning',
  *check(facts: Facts) {
    for (const bind of facts.binds) {
      const { state, repair } = bind.failure;
      if (state !== 'unhandled' && state !== 'ineffective') continue;
      const fix: Fix | undefined = repair && {
        safety: repair.safe ? 'safe' : 'unsafe',
        repairs: [{ kind: 'handle-bind-error', bind }],
        does: 'handle a taken port',
      };
      yield { at: bind.span, message: `a taken port is ${state}`, ...(fix && { fix }) };
    }
  },
};

/** Claims made at the wrong time. */
export const claims: Rule = {
  summary: 'claims to listen too early or too late',
  severity: 'warning',
  *check(facts: Facts) {
    for (const announcement of facts.announcements) {
      if (!announcement.defect) continue;
      const kind = announcement.redundant ? 'remove-announcement' : 'move-announcement';
      yield {
        at: announcement.span,
        message: announcement.defect,
        fix: { safety: 'safe', repairs: [{ kind, announcement }], does: kind },
      };
    }
  },
};

/** Options of a run with these rules at their own severity. */
export function runOptions(rules: RunOptions['rules']): RunOptions {
  return {
    rules,
    host: '0.0.0.0',
    hostStated: false,
    severity: (_id, _file, _context, lowered, own) => lowered ?? own.severity,
  };
}
