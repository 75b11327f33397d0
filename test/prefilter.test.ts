import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import formats from '../generated/formats.ts';
import javascript from '../generated/javascript.ts';
import program from '../generated/program.ts';
import python from '../generated/python.ts';
import rules from '../generated/rules.ts';
import signs from '../generated/signs.ts';
import { type Analysis, analyze, type RunOptions } from '../src/run.ts';
import { signsOf } from '../src/signs.ts';
import { parsePage } from '../src/testing/pages.ts';
import { analyzeProject } from '../src/triage.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';
import type { Workspace } from '../src/workspace/workspace.ts';

const root = path.dirname(import.meta.dirname);
type Texts = ReadonlyMap<string, string>;

const options: RunOptions = {
  rules,
  host: '0.0.0.0',
  hostStated: false,
  severity: (_id, _file, _context, _lowered, { severity }) => severity,
  exposure: () => undefined,
};

function textsBelow(folder: string): Texts {
  return new Map(
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(path.join(root, folder), file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')];
      }),
  );
}

/** The inputs of every page of fixtures, and the example projects. */
const projects: readonly (readonly [name: string, texts: Texts])[] = [
  ...readdirSync(path.join(root, 'fixtures'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('projects'))
    .flatMap((name) =>
      parsePage(readFileSync(path.join(root, 'fixtures', name), 'utf8')).map(
        ({ title, files }) => [`${name}: ${title}`, files] as const,
      ),
    ),
  ...readdirSync(path.join(root, 'fixtures/projects'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, textsBelow(`fixtures/projects/${name}`)] as const),
];

/** Every file is a candidate, and every program by the link in its last line, which as a comment means nothing. */
function unfiltered(texts: Texts): Workspace {
  const parsed = [...texts].map(
    ([file, text]) => [file, /\.pyw?$/.test(file) ? `${text}\n# http://0.0.0.0/\n` : text] as const,
  );
  return {
    ...textWorkspace(new Map(parsed)),
    candidates: async () => ({ files: [...texts.keys()].sort(), quiet: [], seen: texts.size }),
  };
}

/** What was found out. */
function outcome({ facts, findings, suppressed, problems }: Analysis) {
  return { facts, findings, suppressed, problems };
}

test('the signs are those of the catalogue and the formats', () => {
  assert.deepEqual(signs, signsOf(python, javascript, program, formats));
});

describe('the findings are the same as if every program were parsed', () => {
  assert.ok(projects.length > 100);
  for (const [name, texts] of projects) {
    test(name, async () => {
      const every = await analyze(unfiltered(texts), options);
      assert.ok(
        every.parsed >= [...texts.keys()].filter((file) => file.endsWith('.py')).length - every.problems.length,
      );
      assert.deepEqual(outcome(await analyze(textWorkspace(texts), options)), outcome(every));
    });
  }

  test('all of them as one project', async () => {
    const texts = new Map(
      projects.flatMap(([, files], index) => [...files].map(([file, text]) => [`p${index}/${file}`, text] as const)),
    );
    const every = await analyze(unfiltered(texts), options);
    const some = await analyze(textWorkspace(texts), options);
    assert.ok(some.findings.length > 100);
    assert.deepEqual(outcome(some), outcome(every));
  });
});

test('nothing is passed over that would be parsed', async () => {
  let nothing = 0;
  for (const [, texts] of projects) {
    for (const [file, text] of texts) {
      const one = new Map([[file, text]]);
      const sorted = await analyzeProject(textWorkspace(one), options);
      assert.deepEqual(sorted, await analyze(textWorkspace(one), options), file);
      if (sorted.parsed === 0) nothing++;
    }
  }
  assert.ok(nothing > 10);
});

test('declarations of a settings file are no settings', async () => {
  const texts = new Map([
    ['vite.config.d.ts', 'declare const config: { server: { host: string } };\nexport default config;\n'],
    ['package.json', '{ "scripts": { "dev": "vite" } }\n'],
  ]);
  assert.deepEqual((await analyze(textWorkspace(texts), options)).problems, []);
});
