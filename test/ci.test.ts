import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { parse } from 'yaml';
import { missingProgram, type Ran, repository, run } from './live/tools.ts';

const read = (file: string) => readFileSync(path.join(repository, file), 'utf8');
const program = path.join(repository, 'bin/bindlint.js');
const made = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-ci-')));
after(() => rmSync(made, { recursive: true, force: true }));

const server = 'import uvicorn\n\nuvicorn.run(app, host="127.0.0.1", port=8000)\n';

/** A repository with a server in each of the files. */
function project(name: string, ...files: string[]): string {
  const root = path.join(made, name);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), server);
  }
  assert.equal(run(['git', 'init', '-q'], { cwd: root }).status, 0);
  return root;
}

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

describe('the action', { skip: missingProgram('bash') }, () => {
  const action: {
    readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
    readonly runs: { readonly using: string; readonly steps: readonly Step[] };
  } = parse(read('action.yml'));
  const check = action.runs.steps.at(-1)!;

  test('takes what the documentation says', () => {
    const documented = [
      ...read('docs/ci.md')
        .split('| input |')[1]!
        .matchAll(/^\| `([a-z-]+)` \| /gm),
    ].map((match) => match[1]);
    assert.deepEqual(documented, Object.keys(action.inputs));
    for (const { description } of Object.values(action.inputs)) assert.match(description, /^[A-Z].*[^.]$/);
  });

  test('no input can become a part of a script', () => {
    assert.equal(action.runs.using, 'composite');
    for (const step of action.runs.steps) {
      assert.equal(step.shell, 'bash');
      assert.doesNotMatch(step.run, /\$\{\{/);
    }
    const used = action.runs.steps.flatMap(({ env }) => Object.values(env)).join(' ');
    for (const input of Object.keys(action.inputs)) assert.ok(used.includes(`\${{ inputs.${input} }}`), input);
  });

  /** Runs the last step as a runner does. */
  function checked(root: string, inputs: Readonly<Record<string, string>>): Ran & { readonly summary: string } {
    const summary = path.join(root, '.git/summary.md');
    writeFileSync(summary, '');
    const values: Record<string, string> = {
      'steps.install.outputs.program': program,
      ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [`inputs.${name}`, input.default])),
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`inputs.${name}`, value])),
    };
    const env = Object.fromEntries(
      Object.entries(check.env).map(([name, text]) => [
        name,
        text.replace(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => {
          const value = values[expression];
          assert.ok(value !== undefined, expression);
          return value;
        }),
      ]),
    );
    const script = path.join(root, '.git/step.sh');
    writeFileSync(script, check.run);
    const ran = run(['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
      cwd: root,
      env: { ...env, GITHUB_STEP_SUMMARY: summary },
    });
    return { ...ran, summary: readFileSync(summary, 'utf8') };
  }

  test('annotates, writes the summary of the job, and fails', () => {
    const root = project('annotated', 'run.py', 'tools/other.py');
    const { status, stdout, stderr, summary } = checked(root, {});
    assert.equal(status, 1, stderr);
    assert.match(
      stdout,
      /^::warning file=run\.py,line=3,endLine=3,col=23,.*title=bindlint%3A loopback-host::listens on/m,
    );
    assert.match(stdout, /^bindlint: \d+ warnings?/m);
    assert.match(summary, /^## bindlint$/m);
    assert.match(summary, /`run\.py:3:23`/);
  });

  test('paths are one a line, whatever is in them', () => {
    const root = project('paths', 'a b/run.py', '-c.py', 'other.py', '$(touch x).py');
    const { stdout } = checked(root, { paths: 'a b\n\n-c.py\n$(touch x).py\n' });
    const files = new Set([...stdout.matchAll(/^::warning file=([^,]*),/gm)].map((match) => match[1]));
    assert.deepEqual([...files].sort(), ['$(touch x).py', '-c.py', 'a b/run.py']);
    assert.ok(!existsSync(path.join(root, 'x')));
  });

  test('preset, threshold and SARIF are handed on', () => {
    const root = project('handed', 'run.py');
    const { status, stdout } = checked(root, { preset: 'strict', 'fail-on': 'error', sarif: 'out/bindlint.sarif' });
    assert.equal(status, 0, stdout);
    assert.equal(JSON.parse(readFileSync(path.join(root, 'out/bindlint.sarif'), 'utf8')).version, '2.1.0');
    assert.equal(checked(root, { preset: 'strickt' }).status, 2);
  });
});

describe('the template for GitLab', { skip: missingProgram('bash') }, () => {
  interface Job {
    readonly script: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
    readonly artifacts: { readonly when: string; readonly reports: Readonly<Record<string, string>> };
  }
  const { bindlint: job }: { readonly bindlint: Job } = parse(read('ci/gitlab.yml'));

  test('its script writes what its artifacts are, and its variables reach it', () => {
    const root = project('gitlab', 'run.py', 'api/run.py');
    // Stands for npx: the program is here already.
    const bin = path.join(made, 'bin');
    mkdirSync(bin);
    writeFileSync(
      path.join(bin, 'npx'),
      `#!/bin/sh\n[ "$1 $2" = "--yes bindlint@latest" ] || exit 9\nshift 2\nexec "${process.execPath}" "${program}" "$@"\n`,
    );
    chmodSync(path.join(bin, 'npx'), 0o755);
    const env = { ...job.variables, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
    const script = (more: Readonly<Record<string, string>>) =>
      run(['bash', '-e', '-o', 'pipefail', '-c', job.script.join('\n')], { cwd: root, env: { ...env, ...more } });
    const { status, stdout, stderr } = script({});
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^run\.py:3:23 warning loopback-host: /m);
    const { codequality, junit } = job.artifacts.reports;
    const paths = () => {
      const issues: readonly { readonly location: { readonly path: string } }[] = JSON.parse(
        readFileSync(path.join(root, codequality!), 'utf8'),
      );
      return [...new Set(issues.map(({ location }) => location.path))].sort();
    };
    assert.deepEqual(paths(), ['api/run.py', 'run.py']);
    assert.match(readFileSync(path.join(root, junit!), 'utf8'), /<failure /);
    assert.equal(script({ BINDLINT_ARGUMENTS: '--fail-on error api' }).status, 0);
    assert.deepEqual(paths(), ['api/run.py']);
    assert.equal(job.artifacts.when, 'always');
  });
});

test('the problem matcher reads the first line of every finding in text', () => {
  const { problemMatcher } = JSON.parse(read('ci/problem-matcher.json'));
  const [{ regexp, ...groups }] = problemMatcher[0].pattern;
  const matched = read('fixtures/reports/text.txt')
    .split('\n')
    .flatMap((line) => {
      const match = new RegExp(regexp).exec(line);
      if (match === null) return [];
      const part = (name: string) => match[groups[name]];
      return [`${part('file')}|${part('line')}|${part('column')}|${part('severity')}|${part('code')}`];
    });
  assert.deepEqual(matched, [
    'compose.yml|4|9|error|port-conflict',
    'run.py|3|29|warning|loopback-host',
    'run.py|7|5|warning|unhandled-bind-error',
    'web/start app.py|1|1|warning|misleading-listen-log',
    'we,ird: 100%␊"<b>|`##[error]`.py|1|35|error|loopback-host',
  ]);
});

test('the settings of pre-commit, GitHub and GitLab in the documentation are what these read', () => {
  const blocks = ['docs/ci.md', 'docs/hooks.md'].flatMap((file) =>
    [...read(file).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => ({ file, text: match[1]! })),
  );
  assert.ok(blocks.length > 3);
  for (const { file, text } of blocks) assert.ok(typeof parse(text) === 'object', file);
  const hooks: readonly { readonly id: string }[] = parse(read('.pre-commit-hooks.yaml'));
  const used = blocks.flatMap(({ text }) => [...text.matchAll(/^\s+- id: (\S+)$/gm)].map((match) => match[1]));
  assert.deepEqual(
    used.filter((id) => !hooks.some((hook) => hook.id === id)),
    [],
  );
  assert.ok(used.length > 0);
});
