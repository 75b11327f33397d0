import { isUnspecified } from '../src/address.ts';
import type { Dial } from '../src/facts.ts';
import type { Rule } from '../src/rule.ts';

/** 0.0.0.0 is a place to listen, not a place to go. https://developer.chrome.com/blog/private-network-access-update */
export default {
  summary: 'the unspecified address is used as a destination',
  severity: 'warning',
  fixable: true,
  *check(facts) {
    for (const dial of facts.dials) {
      const { host } = dial;
      // Inside a container, where it runs on Linux, a health check gets through.
      if (!isUnspecified(host.value) || dial.check !== undefined) continue;
      const instead = dial.shown ? 'localhost' : '127.0.0.1';
      const { expression } = dial;
      const code = expression && spared(expression, instead, host.value!, host.frame?.code);
      const fixable = host.frame !== undefined && (expression === undefined || code !== undefined);
      yield {
        at: dial.span,
        message: dial.shown
          ? `shows ${host.value} as an address to open: it is a place to listen, and browsers and Windows refuse to go there`
          : `connects to ${host.value}: it is a place to listen, and Windows refuses to go there`,
        context: dial.context,
        chain: host.chain,
        ...(fixable && {
          fix: {
            // A test may hand it in to see it refused.
            safety: dial.context === 'test' ? ('unsafe' as const) : ('safe' as const),
            does: `${dial.shown ? 'show' : 'connect to'} ${instead}`,
            repairs: [
              {
                kind: 'fill' as const,
                at: 'site' as const,
                role: 'host' as const,
                slot: host,
                value: instead,
                ...(code !== undefined && { expression: code }),
              },
            ],
          },
        }),
      };
    }
  },
} satisfies Rule;

/** The host as it is, unless it is the unspecified address. */
function spared(
  { text, quote, operand, constant }: NonNullable<Dial['expression']>,
  instead: string,
  unspecified: string,
  language: string | undefined,
): string | undefined {
  const quoted = (value: string) => quote + value + quote;
  if (constant) return constant[0] + instead + constant[1];
  if (language !== 'python' && language !== 'javascript') return undefined;
  const chosen =
    language === 'python'
      ? `${quoted(instead)} if ${text} in (${quoted('0.0.0.0')}, ${quoted('::')}) else ${text}`
      : `${text} === ${quoted(unspecified)} ? ${quoted(instead)} : ${text}`;
  return operand ? `(${chosen})` : chosen;
}
