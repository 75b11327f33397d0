import type { Context } from './facts.ts';

const segments: readonly (readonly [RegExp, Context])[] = [
  [
    /^(tests?([-_][\w-]+)?|(?:acceptance|api|e2e|functional|integration|load|perf|smoke|system|unit)[-_]?tests?|__tests__|testing|spec|specs|e2e|fixtures?|testdata|test_data|mocks?|__mocks__|benchmarks?|bench|perf|(?:[a-z]+[-_])*(?:e2e|test|integration)[-_]harness)$/i,
    'test',
  ],
  [/^(examples?|demos?|samples?|tutorials?|playground|scratch|cookbook|snippets|quickstarts?)$/i, 'example'],
  [/^(docs?|documentation|docs_src|website)$/i, 'docs'],
  [/^(scripts?|tools?|bin|hack|dev-?tools)$/i, 'tool'],
];
const names: readonly (readonly [RegExp, Context])[] = [
  [
    /(^test_|_test\.|^conftest\.py$|[.-](test|spec|e2e)(\.|$)|(^|[._-])(e2e|mock)[._-][\w.-]+\.([cm]?[jt]s|py)$)/i,
    'test',
  ],
  [/[._-](example|sample|template|dist)(\.[^.]+)?$/i, 'example'],
  [/(?:[.-]local|(?:^|[.-])(?:dev|development))(\.[^.]+)?$/i, 'development'],
];

/**
 * What a file is for, judged by its path below the root.
 * @param file path relative to the root, with `/`
 */
export function contextOf(file: string): Context {
  const parts = file.split('/');
  const name = parts.pop()!;
  // What Express's generator calls the program that starts the server.
  if (/^www(\.[cm]?[jt]s)?$/.test(name) && parts.at(-1) === 'bin') parts.pop();
  // What Sails and node-config read on the machine of who writes it.
  if (/^local\.\w+$/.test(name) && parts.at(-1) === 'config') return 'development';
  for (const part of parts)
    for (const [pattern, context] of segments) if (context !== 'tool' && pattern.test(part)) return context;
  for (const [pattern, context] of names) if (pattern.test(name)) return context;
  for (const part of parts) for (const [pattern, context] of segments) if (pattern.test(part)) return context;
  return 'production';
}
