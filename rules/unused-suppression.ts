import type { Rule } from '../src/rule.ts';

/** A comment that silences nothing hides what comes next. */
export default {
  summary: 'a suppression hides nothing, or does not say why',
  severity: 'warning',
  fixable: true,
  *check(_facts, options) {
    for (const { spans, rule, unknown, meant } of options.unusedSuppressions ?? []) {
      yield {
        at: spans[0]!,
        message: unknown
          ? `there is no rule ${rule}, so this silences nothing${meant === undefined ? '' : `: did you mean ${meant}?`}`
          : rule !== undefined
            ? `${rule} finds nothing here, so this silences nothing`
            : 'nothing is found here, so this silences nothing',
        ...(meant === undefined && {
          fix: {
            safety: 'safe' as const,
            does: 'remove what silences nothing',
            repairs: spans.map((span) => ({ kind: 'remove-suppression' as const, span })),
          },
        }),
      };
    }
    for (const at of options.unexplainedSuppressions ?? []) {
      yield {
        at,
        message: 'gives no reason, so nobody can tell when it may go',
        severity: 'info' as const,
        advice: 'write the reason behind a colon',
      };
    }
  },
} satisfies Rule;
