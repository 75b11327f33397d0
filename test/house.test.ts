import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import rules from '../generated/rules.ts';
import { parsePage } from '../src/testing/pages.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Files below a folder with an ending, relative to the root, with `/`. */
function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file, ending);
      return entry.name.endsWith(ending) ? [file] : [];
    })
    .sort();
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

function namesBelow(folder: string, ending: string): string[] {
  return filesBelow(folder, ending).map((file) => file.slice(folder.length + 1, -ending.length));
}

interface Import {
  readonly from: string;
  /** A file of this repository, or the specifier of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const code = [...filesBelow('bin', '.ts'), ...filesBelow('src', '.ts'), ...filesBelow('rules', '.ts')];
const texts = new Map(code.map((file) => [file, read(file)]));

const imports: Import[] = [...texts].flatMap(([from, text]) =>
  [...text.matchAll(/^import\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm)].map(
    (match) => {
      const specifier = (match[2] ?? match[3])!;
      const to = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : specifier;
      return { from, to, typeOnly: match[1] !== undefined };
    },
  ),
);

const isPackage = ({ to }: Import) => !/^(src|rules|bin|generated)\//.test(to);
const arrow = ({ from, to }: Import) => `${from} -> ${to}`;

/** No import of the given files may be other than allowed. */
function assertImports(of: RegExp, allowed: (one: Import) => boolean): void {
  const wrong = imports.filter((one) => of.test(one.from) && !allowed(one)).map(arrow);
  assert.deepEqual(wrong, []);
}

/** Code without comments and string literals. */
function withoutTexts(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, '');
}

/** The rules of the design; an id is never another's name again. */
const ruleIds = [
  'ambiguous-localhost',
  'exposed-debugger',
  'exposed-sensitive-service',
  'ignored-host-setting',
  'implicit-host',
  'ineffective-bind-handler',
  'invalid-port',
  'loopback-host',
  'misleading-healthcheck',
  'misleading-listen-log',
  'missing-port',
  'platform-variable',
  'port-conflict',
  'port-mismatch',
  'unhandled-bind-error',
  'unreachable-publish',
  'unspecified-destination',
  'unused-suppression',
];

test('there is code to read', () => {
  assert.ok(code.includes('src/run.ts') && imports.some(({ to }) => to === 'src/facts.ts'), 'no code was found');
});

test('every rule, framework and format has a page, and every page has one of these', () => {
  assert.deepEqual(namesBelow('fixtures/rules', '.md'), namesBelow('rules', '.ts'));
  assert.deepEqual(namesBelow('fixtures/frameworks', '.md'), namesBelow('src/frameworks', '.ts'));
  assert.deepEqual(namesBelow('fixtures/formats', '.md'), namesBelow('src/formats', '.ts'));
});

test('a rule has an id of the design', () => {
  assert.deepEqual(
    namesBelow('rules', '.ts').filter((id) => !ruleIds.includes(id)),
    [],
  );
});

test('facts import nothing', () => assertImports(/^src\/facts\.ts$/, () => false));

test('rules see facts, addresses and joins', () =>
  assertImports(/^rules\//, ({ to }) => /^src\/(rule|facts|address|joins)\.ts$/.test(to)));

test('frameworks are data in the vocabulary of the catalogue', () =>
  assertImports(/^src\/frameworks\//, ({ to }) => to === 'src/framework.ts'));

test('formats import neither a parser package nor a sibling', () =>
  assertImports(/^src\/formats\//, (one) => !isPackage(one) && !one.to.startsWith('src/formats/')));

test('a reporter sees the report, not the run', () =>
  assertImports(/^src\/report\//, ({ to }) => !/^src\/(cli|run|workspace|fix|config)\b/.test(to)));

test('the engine is handed the rules', () =>
  assertImports(/^src\/(?!(?:main|api)\.ts$)/, ({ to }) => !to.startsWith('rules/') && to !== 'generated/rules.ts'));

test('nothing below the command line imports it', () =>
  assertImports(/^(src\/(?!cli\/|main\.ts$|api\.ts$)|rules\/)/, ({ to }) => !/^(src\/cli|bin)\//.test(to)));

test('every page of a rule says the problem and why, the fix, the exceptions, and how to suppress it', () => {
  for (const file of readdirSync(path.join(root, 'fixtures/rules'))) {
    const lines = readFileSync(path.join(root, 'fixtures/rules', file), 'utf8').split(/\r?\n/);
    const sections = lines.filter((line) => line.startsWith('## '));
    for (const wanted of [/^## Fix$/, /^## (?:Exceptions|When it is quieter)$/, /^## Suppress$/])
      assert.ok(
        sections.some((section) => wanted.test(section)),
        `${file} has no section ${wanted}`,
      );
    const opening = lines
      .slice(
        1,
        lines.findIndex((line) => line.startsWith('```')),
      )
      .filter((line) => line !== '');
    assert.ok(opening.join(' ').length > 120, `${file} does not say why`);
  }
});

test('only cli, fix and the tester of pages run the program', () =>
  assertImports(
    /^(src\/(?!cli\/|fix\/|runtime\/|testing\/|api\.ts$|triage\.ts$)|rules\/)/,
    ({ to, typeOnly }) => to !== 'src/run.ts' || typeOnly,
  ));

test('only workspace, config, cli, fix, runtime and the tester of pages touch the file system', () =>
  assertImports(
    /^(src\/(?!(workspace|config|cli|fix|runtime|testing)\/)|rules\/)/,
    ({ to }) => !/^(node:)?(fs|child_process|net|http|https|worker_threads|os)\b/.test(to),
  ));

test('each parser package is imported by exactly one file', () => {
  const importers = new Map<string, Set<string>>();
  for (const one of imports) {
    const parser =
      /^(yaml|jsonc-parser|toml-eslint-parser|@lezer\/python|oxc-parser|ts-morph|cosmiconfig|@vscode\/ripgrep|diff)\b/.exec(
        one.to,
      );
    if (parser && isPackage(one)) {
      importers.set(parser[1]!, (importers.get(parser[1]!) ?? new Set()).add(one.from));
    }
  }
  assert.ok(importers.size > 0, 'no parser is imported');
  for (const [parser, files] of importers) assert.equal(files.size, 1, `${parser}: ${[...files].join(', ')}`);
  assert.deepEqual(
    [...(importers.get('ts-morph') ?? ['src/fix/typescript/morph.ts'])],
    ['src/fix/typescript/morph.ts'],
  );
});

test('the command line and the tester of pages alone read the process', () => {
  const wrong = [...texts]
    .filter(([file]) => !/^((bin|src\/(cli|runtime|testing))\/|src\/main\.ts$)/.test(file))
    .flatMap(([file, text]) =>
      [...withoutTexts(text).matchAll(/\bprocess\.(?!platform\b)\w+/g)].map((match) => `${file}: ${match[0]}`),
    );
  assert.deepEqual(wrong, []);
});

test('nothing is exported a second time', () => {
  const wrong = [...texts].filter(([, text]) => /^export\s+(type\s+)?(\*|\{[^}]*\}\s*from\b)/m.test(text));
  assert.deepEqual(
    wrong.map(([file]) => file),
    [],
  );
});

test('names say what a thing is', () => {
  const vague = /(manager|helpers?|utils?|utilities)$|.service$/i;
  const wrong = [...texts].flatMap(([file, text]) => [
    ...(vague.test(path.basename(file, '.ts')) && !/^(rules|src\/(formats|frameworks))\//.test(file) ? [file] : []),
    ...[...text.matchAll(/^(?:export\s+)?(?:class|interface|type|function|const)\s+(\w+)/gm)]
      .filter((match) => vague.test(match[1]!))
      .map((match) => `${file}: ${match[1]}`),
  ]);
  assert.deepEqual(wrong, []);
});

test('every exported function says what it is for', () => {
  const wrong = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/(^.*\n)?^export (?:async )?function\*? (\w+)/gm)]
      .filter((match) => !match[1]?.trimEnd().endsWith('*/'))
      .map((match) => `${file}: ${match[2]}`),
  );
  assert.deepEqual(wrong, []);
});

test('messages are lower case, without a full stop', () => {
  const messages = filesBelow('fixtures/rules', '.md').flatMap((file) =>
    parsePage(read(file)).flatMap((one) => {
      const lines = one.expected.get('findings')?.text.split('\n') ?? [];
      return lines.filter(Boolean).map((line) => {
        const message = /^(?: {2}\S+ |\S+ (?:error|warning|info|problem) )(.*)$/.exec(line)?.[1];
        assert.ok(message, `${file}: not a finding: ${line}`);
        return { place: `${file}: ${one.title}`, message };
      });
    }),
  );
  assert.ok(messages.length > 0, 'no page of a rule expects a finding');
  for (const { place, message } of messages) assert.match(message, /^[^A-Z](.*[^.])?$/s, place);
});

test('the README lists every rule as it is', () => {
  const rows = Object.entries(rules).map(
    ([id, { summary, severity, recommended }]) =>
      `| [${id}](fixtures/rules/${id}.md) | ${recommended ?? severity} | ${summary} |`,
  );
  assert.deepEqual(read('README.md').match(/^\| \[[a-z-]+\]\(fixtures.*$/gm), rows);
});

test('CONTRIBUTING installs for the live tests what CI does', () => {
  const packages = (file: string) =>
    /^apt-get install (?:-qy --no-install-recommends )?([^<\n]+?)(?: <.*)?$/m
      .exec(read(file).replaceAll(/ \\\n */g, ' '))?.[1]
      ?.split(' ')
      .sort();
  const installed = packages('.ci/run');
  assert.ok(installed && installed.length > 10);
  assert.deepEqual(packages('CONTRIBUTING.md'), installed);
});
