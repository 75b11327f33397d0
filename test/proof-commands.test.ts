import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bindlint, project } from './command-line.ts';

const server = 'import uvicorn\n\nuvicorn.run("a:b", host="0.0.0.0", port=8000)\n';

describe('doctor and verify on the command line', () => {
  const folder = project({ 'run.py': server });

  test('their help has examples and exit codes', async () => {
    for (const word of ['doctor', 'verify']) {
      const { code, out } = await bindlint([word, '--help'], folder);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Examples:\\n  bindlint ${word} `, 'm'));
      assert.match(out, /^Exit codes:\n {2}0 {2}\S/m);
    }
    const { out } = await bindlint(['--help'], folder);
    assert.match(out, /^ {2}doctor /m);
    assert.match(out, /^ {2}verify /m);
  });

  test('what is misspelt is told with what was probably meant', async () => {
    for (const [words, expected] of [
      [['docter'], /doctor/],
      [['verfy', '--', 'x'], /verify/],
      [['verify', '--request', '1', '--', 'x'], /--requests/],
      [['doctor', '--format', 'jsn'], /json/],
      [['verify', '--format', 'sarif', '--', 'x'], /Known: text, json, junit/],
      [['verify', '--timeout', 'soon', '--', 'x'], /30s, 500ms or 2m/],
      [['verify', '--timeout', '0', '--', 'x'], /at least 100ms/],
      [['verify', '--requests', '0', '--', 'x'], /from 1 to 10000/],
      [['verify', '--port', 'http', '--', 'x'], /no port/],
      [['verify', '--path', 'health', '--', 'x'], /begins with \//],
      [['verify'], /missing required argument 'command'/],
      [['verify', '--'], /missing required argument 'command'/],
      [['verify', '--', ''], /there is no command/],
      [['doctor', '--host', 'not a host'], /neither an address nor a host name/],
    ] as const) {
      const { code, out, err } = await bindlint(words, folder);
      assert.equal(code, 2, words.join(' '));
      assert.match(err, expected, words.join(' '));
      assert.equal(out, '');
    }
  });

  test('options of the command are not ours', async () => {
    const { code, err } = await bindlint(['verify', 'no-such-program', '--port', 'x', '--help'], folder);
    assert.equal(code, 2);
    assert.match(err, /there is no program "no-such-program"/);
  });

  test('settings that cannot be read are a misuse here too', async () => {
    const wrong = project({ 'run.py': server, '.bindlintrc.yaml': 'presett: strict\n' });
    for (const words of [['doctor'], ['verify', '--', 'true']]) {
      const { code, err } = await bindlint(words, wrong);
      assert.equal(code, 2, words.join(' '));
      assert.match(err, /presett/);
    }
    const { code } = await bindlint(['verify', '--no-map', '--timeout', '1s', '--', 'true'], wrong);
    assert.equal(code, 1);
  });

  test('reports of verify go to a file, and the table stays', async () => {
    const { readFileSync } = await import('node:fs');
    const flags = ['--timeout', '1s', '--output'];
    const json = await bindlint(['verify', '--format', 'json', ...flags, 'own/verify.json', '--', 'true'], folder);
    assert.equal(json.code, 1);
    assert.match(
      json.out,
      /^ {2}failed {3}listens in time\s+ended after .* with status 0, and did not listen on any port$/m,
    );
    assert.match(json.out, /^0 passed, 1 failed, 5 skipped$/m);
    const { version, checks, summary } = JSON.parse(readFileSync(`${folder}/own/verify.json`, 'utf8'));
    assert.deepEqual([version, checks.length, summary], [1, 6, { passed: 0, failed: 1, skipped: 5 }]);
    const hostile = ['sh', '-c', 'printf "\\033[31m<&>\\007"; exit 4'];
    await bindlint(['verify', '--format', 'junit', ...flags, 'verify.xml', '--', ...hostile], folder);
    const xml = readFileSync(`${folder}/verify.xml`, 'utf8');
    assert.match(xml, /<testsuites name="bindlint" tests="6" failures="1" errors="0" skipped="5" time="[\d.]+">/);
    assert.match(
      xml,
      /<failure type="binds" message="ended after [\d.]+ s with status 4, and did not listen on any port">/,
    );
    const text = await bindlint(['verify', '--timeout', '1s', '--', ...hostile], folder);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal must not get them
    assert.doesNotMatch(text.out, /[\u001b\u0007]/);
  });
});
