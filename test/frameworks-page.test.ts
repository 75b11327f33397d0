import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import javascript from '../generated/javascript.ts';
import program from '../generated/program.ts';
import python from '../generated/python.ts';
import { type Families, familiesFile, frameworksPage } from '../scripts/frameworks-page.ts';

const page = path.join(import.meta.dirname, '../docs/frameworks.md');

test('docs/frameworks.md is what the catalogue says', () => {
  const text = frameworksPage();
  if (process.env.UPDATE) writeFileSync(page, text);
  assert.equal(readFileSync(page, 'utf8'), text, 'UPDATE=1 npm test test/frameworks-page.test.ts writes it');
});

test('every entry has a row, whole and with evidence', () => {
  const rows = readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ['));
  const entries = [python, javascript, program]
    .flatMap((table) => Object.values(table))
    .flatMap(({ calls, commands }) => [...(calls ?? []), ...(commands ?? [])]);
  const names = [python, javascript, program].flatMap((table) =>
    Object.values(table).flatMap(({ name, calls, commands }) =>
      [...(calls ?? []), ...(commands ?? [])].map(({ entry }, at) => `${name} ${entry ?? at}`),
    ),
  );
  assert.equal(rows.length, new Set(names).size);
  assert.equal(new Set(rows).size, rows.length);
  const from = entries.flatMap(({ source }) => source ?? []);
  for (const source of from)
    assert.ok(rows.join('\n').includes(`| source: ${source.replaceAll('|', '\\|')} |`), source);
  for (const row of rows) {
    const cells = row.split(/(?<!\\)\|/).slice(1, -1);
    assert.equal(cells.length, 10, row);
    assert.match(cells.at(-1)!, /^ (?:measured|source): \S/, row);
  }
});

test('what was measured of families belongs to an entry of the catalogue', () => {
  const families = JSON.parse(readFileSync(familiesFile, 'utf8')) as Families;
  const tables = { python, javascript, program } as const;
  for (const [language, words] of Object.entries(families)) {
    for (const [word, entries] of Object.entries(words)) {
      const framework = tables[language as keyof typeof tables]?.[word];
      assert.ok(framework, `${language} ${word}`);
      const known = [...(framework.calls ?? []), ...(framework.commands ?? [])].map(({ entry }) => entry);
      for (const entry of Object.keys(entries)) assert.ok(known.includes(entry), `${word}: ${entry}`);
    }
  }
});
