import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import table from '../generated/rules.ts';
import { defaultSettings, severityOf } from '../src/config/settings.ts';
import type { Facts, Span } from '../src/facts.ts';
import type { Problem, RuleOptions } from '../src/rule.ts';
import { analyze } from '../src/run.ts';
import { parsePage } from '../src/testing/pages.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';

const root = path.dirname(import.meta.dirname);
const ids = Object.keys(table).sort();
const span: Span = { file: 'main.py', start: 0, end: 1 };
const options: RuleOptions = {
  host: '0.0.0.0',
  hostStated: false,
  unusedSuppressions: [
    { spans: [span] },
    { spans: [span, { ...span, start: 2, end: 3 }], rule: 'missing-port' },
    { spans: [span], rule: 'mising-port', unknown: true },
  ],
  unexplainedSuppressions: [span],
};

/** What stands in each rule's page, as facts. */
const factsOf = new Map<string, readonly Facts[]>();
before(async () => {
  for (const id of ids) {
    const cases = parsePage(readFileSync(path.join(root, 'fixtures/rules', `${id}.md`), 'utf8'));
    const all: Facts[] = [];
    for (const { files } of cases) {
      const run = { ...options, rules: {}, severity: () => 'off' as const, factsOnly: true };
      all.push((await analyze(textWorkspace(files), run)).facts);
    }
    factsOf.set(id, all);
  }
});

/** What a rule is told beside the facts: one of them speaks only of what is declared. */
function optionsFor(id: string): RuleOptions {
  return id === 'exposed-sensitive-service' ? { ...options, exposure: () => 'loopback' } : options;
}

function problemsOf(id: string): Problem[] {
  return factsOf.get(id)!.flatMap((facts) => [...table[id]!.check(facts, optionsFor(id))]);
}

/** Makes every object in a value unchangeable. */
function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) frozen(child);
  }
  return value;
}

describe('every rule is a pure function', () => {
  for (const id of ids) {
    test(`${id}: the same facts give the same problems, and stay as they are`, () => {
      const rule = table[id]!;
      let found = 0;
      for (const facts of factsOf.get(id)!) {
        const given = optionsFor(id);
        const first = [...rule.check(facts, given)];
        found += first.length;
        assert.deepEqual([...rule.check(facts, given)], first);
        const copy = frozen(structuredClone(facts));
        const untouched = structuredClone(copy);
        assert.deepEqual([...rule.check(copy, Object.freeze({ ...given }))], first);
        assert.deepEqual(copy, untouched);
      }
      assert.ok(found > 0, `its page shows no problem of ${id}`);
    });
  }

  test('other options than the address change nothing but fixes', () => {
    for (const id of ids) {
      for (const facts of factsOf.get(id)!) {
        const said = (given: RuleOptions) =>
          [...table[id]!.check(facts, given)].map(({ at, message, severity }) => ({ at, message, severity }));
        assert.deepEqual(said({ ...options, host: '::', hostStated: true }), said(options));
      }
    }
  });
});

describe('messages', () => {
  for (const id of ids) {
    test(`${id} speaks as the house does`, () => {
      const { summary } = table[id]!;
      const said = problemsOf(id).flatMap(({ message, related, advice, fix }) => [
        message,
        ...(related ?? []).map((place) => place.message),
        ...(advice === undefined ? [] : [advice]),
        ...(fix ? [fix.does] : []),
      ]);
      for (const text of [summary, ...said]) {
        assert.match(text, /^(?:[a-z\d"]|-\d)/, text);
        assert.doesNotMatch(text, /[.!?;,]$|\n|\s{2}|undefined|NaN|\[object|`/, text);
        assert.ok(text.length <= 220, text);
      }
    });
  }

  test('an address in a container is said to be inside of it', () => {
    const inside = ids
      .flatMap(problemsOf)
      .filter(({ at, message }) => at.file.endsWith('Dockerfile') && /127\.0\.0\.1|0\.0\.0\.0|localhost/.test(message));
    assert.ok(inside.length >= 3);
    for (const { message } of inside) assert.match(message, /inside the container/);
  });

  test('a rule that says it has fixes shows one, and no other does', () => {
    for (const id of ids)
      assert.equal(
        problemsOf(id).some(({ fix }) => fix !== undefined),
        table[id]!.fixable === true,
        id,
      );
  });

  test('a problem never has a higher severity than its rule', () => {
    const order = ['info', 'warning', 'error'];
    for (const id of ids)
      for (const { severity, message } of problemsOf(id))
        assert.ok(order.indexOf(severity ?? 'info') <= order.indexOf(table[id]!.severity), `${id}: ${message}`);
  });
});

/** The severity in recommended and strict, where a program is for production. */
const severities = {
  'ambiguous-localhost': ['warning', 'warning'],
  'exposed-debugger': ['error', 'error'],
  'exposed-sensitive-service': ['warning', 'warning'],
  'ignored-host-setting': ['warning', 'warning'],
  'implicit-host': ['off', 'warning'],
  'ineffective-bind-handler': ['warning', 'warning'],
  'invalid-port': ['error', 'error'],
  'loopback-host': ['warning', 'warning'],
  'misleading-healthcheck': ['warning', 'warning'],
  'misleading-listen-log': ['warning', 'warning'],
  'missing-port': ['warning', 'warning'],
  'platform-variable': ['warning', 'warning'],
  'port-conflict': ['error', 'error'],
  'port-mismatch': ['error', 'error'],
  'unhandled-bind-error': ['warning', 'warning'],
  'unreachable-publish': ['error', 'error'],
  'unspecified-destination': ['warning', 'warning'],
  'unused-suppression': ['warning', 'warning'],
} as const;

describe('severities', () => {
  const inPreset = (preset: 'recommended' | 'strict', id: string, context: string, lowered?: 'info') =>
    severityOf({ ...defaultSettings('/project'), preset }, id, table[id]!, 'main.py', context, lowered);

  test('every rule has its place in the table', () => {
    assert.deepEqual(ids, Object.keys(severities));
  });

  for (const [id, [recommended, strict]] of Object.entries(severities)) {
    test(`${id} is ${recommended} in recommended and ${strict} in strict`, () => {
      for (const context of ['production', 'tool']) {
        assert.equal(inPreset('recommended', id, context), recommended);
        assert.equal(inPreset('strict', id, context), strict);
      }
      assert.equal(inPreset('recommended', id, 'production', 'info'), recommended === 'off' ? 'off' : 'info');
      assert.equal(inPreset('strict', id, 'production', 'info'), strict);
      for (const context of ['development', 'test', 'example', 'docs']) {
        assert.equal(inPreset('recommended', id, context), 'off');
        assert.equal(inPreset('strict', id, context), strict);
      }
    });
  }
});

test('what a test opens is handled only where that was asked for', () => {
  const problems = [...problemsOf('unhandled-bind-error'), ...problemsOf('ineffective-bind-handler')];
  const safety = (of: (problem: Problem) => boolean) =>
    new Set(problems.flatMap((problem) => (problem.fix && of(problem) ? problem.fix.safety : [])));
  assert.deepEqual([...safety(({ context }) => context === 'test')], ['unsafe']);
  assert.ok(safety(({ context }) => context === 'production').has('safe'));
});
