import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { missingPackage, missingProgram, packages, repository, run } from './tools.ts';

const reports = path.join(repository, 'fixtures/reports');
const printed = (file: string) => readFileSync(path.join(reports, file), 'utf8');
const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-reports-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('SARIF Multitool', { skip: missingPackage('@microsoft/sarif-multitool') }, () => {
  /** Ids of the tool's rules that a report breaks, worst first; notes are advice. */
  function broken(name: string, text: string): string[] {
    const platform = `sarif-multitool-${process.platform}`;
    const program = path.join(packages, '@microsoft', platform, 'Sarif.Multitool');
    // Installed without the script that would do this.
    chmodSync(program, 0o755);
    const output = path.join(folder, `${name}.validated`);
    const input = written(`${name}.sarif`, text);
    const ran = run([program, 'validate', input, '--output', output, '--log', 'ForceOverwrite'], {
      cwd: folder,
      env: { DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
    });
    assert.match(ran.stdout, /Analysis completed/, ran.stderr);
    const results: readonly { readonly ruleId: string; readonly level?: string }[] =
      JSON.parse(readFileSync(output, 'utf8')).runs[0].results ?? [];
    return results
      .filter(({ level }) => level !== 'note')
      .map(({ ruleId, level }) => `${level ?? 'warning'} ${ruleId}`);
  }

  test('finds nothing but that we name no home page', () =>
    assert.deepEqual(broken('ours', printed('sarif.json')), ['warning SARIF2005']));

  test('would find what is wrong', () => {
    const wrong = printed('sarif.json').replace('"startLine": 3,', '"startLine": 0,');
    assert.ok(broken('wrong', wrong).some((one) => one.startsWith('error ')));
  });
});

describe('xmllint', { skip: missingProgram('xmllint') }, () => {
  for (const name of ['checkstyle', 'junit']) {
    const schema = path.join(import.meta.dirname, 'schemas', `${name}.xsd`);
    const validate = (file: string) =>
      run(['xmllint', '--noout', '--nonet', '--schema', schema, file], { cwd: folder });

    test(`${name} is valid`, () => {
      const { status, stderr } = validate(path.join(reports, `${name}.xml`));
      assert.equal(status, 0, stderr);
    });

    test(`what is no ${name} is not`, () => {
      const wrong = printed(`${name}.xml`).replace(/ name="compose.yml"/, ' nam="compose.yml"');
      assert.notEqual(validate(written(`${name}.xml`, wrong)).status, 0);
    });

    test(`${name} gives back a hostile name as it was`, () => {
      const attribute = name === 'junit' ? '//testsuite/@name' : '//file/@name';
      const query = `string((${attribute})[contains(., 'error')])`;
      const { stdout } = run(['xmllint', '--nonet', '--xpath', query, path.join(reports, `${name}.xml`)], {
        cwd: folder,
      });
      assert.equal(stdout.replace(/\n$/, ''), 'we,ird: 100%\n"<b>|`##[error]`.py');
    });
  }
});

describe('parse5', { skip: missingPackage('parse5') }, () => {
  interface Node {
    readonly nodeName: string;
    readonly attrs?: readonly { readonly name: string; readonly value: string }[];
    readonly childNodes?: readonly Node[];
    readonly value?: string;
  }
  function parsed(text: string): { readonly errors: readonly string[]; readonly nodes: readonly Node[] } {
    const { parse } = createRequire(path.join(packages, 'x.js'))('parse5') as {
      parse(text: string, options: object): Node;
    };
    const errors: string[] = [];
    const below = (node: Node): Node[] => [node, ...(node.childNodes ?? []).flatMap(below)];
    const nodes = below(
      parse(text, {
        onParseError: ({ code, startLine }: { code: string; startLine: number }) => errors.push(`${startLine} ${code}`),
      }),
    );
    return { errors, nodes };
  }

  test('the page has no error, and no element that could run or load anything', () => {
    const { errors, nodes } = parsed(printed('html.html'));
    assert.deepEqual(errors, []);
    const names = new Set(nodes.map(({ nodeName }) => nodeName));
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'a', 'b', 'i']) assert.ok(!names.has(name), name);
    const attributes = nodes.flatMap(({ attrs }) => attrs ?? []);
    assert.deepEqual(
      attributes.filter(({ name }) => /^on|^style$|^(src|href)$/.test(name)),
      [],
    );
    for (const severity of ['error', 'warning', 'info']) {
      assert.ok(attributes.some(({ name, value }) => name === 'id' && value === `show-${severity}`));
    }
    const texts = nodes.map(({ value }) => value ?? '').join('');
    assert.ok(texts.includes('we,ird: 100%\u240a"<b>|`##[error]`.py'));
  });

  test('would find an error', () => {
    const { errors } = parsed(printed('html.html').replace('<!doctype html>', ''));
    assert.match(errors.join(), /missing-doctype/);
  });
});
