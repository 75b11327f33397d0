import type { Rule } from '../src/rule.ts';

/** A comment that silences nothing hides what comes next. */
export default {
  summary: 'a suppression hides nothing',
  severity: 'warning',
  *check(_facts, options) {
    for (const span of options.unusedSuppressions ?? []) {
      yield {
        at: span,
        message: 'nothing is found here that this comment could silence',
        fix: {
          safety: 'safe' as const,
          does: 'remove the comment',
          repairs: [{ kind: 'remove-suppression' as const, span }],
        },
      };
    }
  },
} satisfies Rule;
