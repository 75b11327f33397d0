import type { Bind } from './facts.ts';
import { unknownFailure, unsaidSlot } from './settings/slots.ts';

/**
 * The options and settings keys that binds take their host or port from, each a row of its own.
 */
export function optionRows(binds: readonly Bind[]): Bind[] {
  const rows = new Map<string, Bind>();
  for (const bind of binds) {
    for (const role of ['host', 'port'] as const) {
      const declared = bind[role].declared;
      if (!declared) continue;
      const key = `${declared.span.file}:${declared.span.start}:${role}`;
      const before = rows.get(key);
      if (before) {
        if (!before.feeds!.some((span) => span === bind.span))
          rows.set(key, { ...before, feeds: [...before.feeds!, bind.span] });
        continue;
      }
      rows.set(key, {
        kind: 'bind',
        span: declared.span,
        via: declared.via,
        language: bind.language,
        framework: bind.framework,
        scope: bind.scope,
        context: bind.context,
        sure: bind.sure,
        host: role === 'host' ? bind.host : unsaidSlot(declared.span),
        port: role === 'port' ? bind.port : unsaidSlot(declared.span),
        protocol: bind.protocol,
        failure: { ...unknownFailure, place: 'library' },
        reached: [],
        blocks: false,
        feeds: [bind.span],
      });
    }
  }
  return [...rows.values()];
}
