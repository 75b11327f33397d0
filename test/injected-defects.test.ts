import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import rules from '../generated/rules.ts';
import { bindlint, foundIn, project, write } from './command-line.ts';
import { defects, movedLines, randomNumbers, shareMoved, within } from './defects.ts';

const projects = path.join(path.dirname(import.meta.dirname), 'fixtures/projects');
/** Another seed moves other lines. */
const seed = Number(process.env.DEFECTS_SEED ?? 20_261_126);
const strict = ['--preset', 'strict', '--baseline', 'baseline.json'];
const injected = defects();

function filesOf(name: string): Record<string, string> {
  const folder = path.join(projects, name);
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(folder, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')]),
  );
}

const names = readdirSync(projects, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The rule and the file of what is found. */
const shown = async (root: string) => (await foundIn(root, ...strict)).map((one) => one.replace(/:\d+ /, ' '));

test('there is a defect of every rule', () => assert.deepEqual([...injected.keys()], Object.keys(rules).sort()));

describe('a baseline', () => {
  let moved = 0;
  let all = 0;
  for (const [number, name] of names.entries())
    test(`of ${name} outlives moved lines and hides no new defect`, async () => {
      const files = filesOf(name);
      const root = project(files);
      const { code, err } = await bindlint(['check', ...strict, '--update-baseline'], root);
      assert.equal(code, 0, err);
      assert.deepEqual(await shown(root), []);

      const random = randomNumbers(seed + number);
      for (const [file, text] of Object.entries(files)) {
        const other = movedLines(file, text, random);
        const share = shareMoved(text, other);
        moved += share.moved;
        all += share.all;
        write(root, { [file]: other });
      }
      assert.deepEqual(await shown(root), []);

      for (const [id, defect] of injected) write(root, within(`new/${id}`, defect));
      const found = await shown(root);
      for (const id of injected.keys())
        assert.ok(
          found.some((one) => one.startsWith(`new/${id}/`) && one.endsWith(` ${id}`)),
          id,
        );
      assert.deepEqual(
        found.filter((one) => !one.startsWith('new/')),
        [],
      );
    });

  test('stood against a third of the lines', () => assert.ok(moved / all > 0.3, `${moved} of ${all}`));
});

describe('one defect alone is reported', () => {
  const name = names[Math.floor(randomNumbers(seed)() * names.length)]!;
  for (const [id, defect] of injected)
    test(`${id} in ${name}`, async () => {
      const root = project(filesOf(name));
      await bindlint(['check', ...strict, '--update-baseline'], root);
      write(root, within('new', defect));
      const found = await shown(root);
      assert.ok(
        found.some((one) => one.startsWith('new/') && one.endsWith(` ${id}`)),
        found.join('\n'),
      );
    });
});
