import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Files, git, write } from '../command-line.ts';
import { missingProgram, repository } from './tools.ts';

let folder: string;
before(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-traced-')));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const server = 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n';
/** Leaves a mark where it is run, imported or required. */
const evil: Files = {
  'evil.js': "require('node:fs').writeFileSync(`${__dirname}/ran-js`, '');\n",
  'evil.mjs': "import { writeFileSync } from 'node:fs';\nwriteFileSync('ran-mjs', '');\n",
  'evil.sh': '#!/bin/sh\ntouch ran-sh\n',
  'run.py': server,
};

const yaml = (text: string): Files => ({ '.bindlintrc.yaml': text });

/** Settings of a project that wants something to be run, loaded or fetched. */
const projects: Readonly<Record<string, Files>> = {
  'settings that extend code': yaml('extends: ./evil.js\n'),
  'settings that extend a package': yaml('extends: evil\n'),
  'settings that extend an address': yaml('extends: https://example.com/settings.yaml\n'),
  'settings that import': yaml('$import: ./evil.js\n'),
  'settings with a type of JavaScript': yaml('preset: !!js/function "function () { require(\'./evil.js\') }"\n'),
  'settings that name a schema elsewhere': yaml('$schema: https://example.com/schema.json\n'),
  'settings that name rules': yaml('rules: { ./evil.js: error }\n'),
  'frameworks with commands for names': yaml('frameworks:\n  "$(./evil.sh)":\n    calls: [{ call: "`./evil.sh`" }]\n'),
  'frameworks with expressions for names': yaml(
    'frameworks:\n  acme:\n    commands: [{ program: "$(./evil.sh)|(a+)+$" }]\n',
  ),
  'settings that are code': {
    'bindlint.config.js': evil['evil.js']!,
    '.bindlintrc.cjs': evil['evil.js']!,
    '.bindlintrc.mjs': evil['evil.mjs']!,
    '.config/bindlintrc.js': evil['evil.js']!,
  },
  'settings about where settings are': {
    '.config/config.js': `${evil['evil.js']!}module.exports = { searchPlaces: ['evil.js'] };\n`,
    'package.json': '{ "cosmiconfig": { "searchPlaces": ["evil.js"] }, "bindlint": { "extends": ["./evil.js"] } }\n',
  },
  'settings of Node and npm': {
    '.npmrc': 'node-options=--require ./evil.js\nscript-shell=./evil.sh\n',
    'package.json': '{ "scripts": { "preinstall": "./evil.sh" }, "main": "evil.js", "type": "module" }\n',
    'node_modules/yaml/index.js': evil['evil.js']!,
    'node_modules/git/package.json': '{ "name": "git", "bin": "../../evil.sh" }\n',
  },
};

/** Settings of git that run a program. A clone does not bring them along, an unpacked archive may. */
const gitSettings = [
  ['core.fsmonitor', './evil.sh'],
  ['core.hooksPath', '.'],
  ['core.pager', './evil.sh'],
  ['core.sshCommand', './evil.sh'],
  ['diff.external', './evil.sh'],
  ['filter.evil.clean', './evil.sh'],
  ['filter.evil.smudge', './evil.sh'],
  ['diff.evil.textconv', './evil.sh'],
] as const;

interface Traced {
  readonly status: number | null;
  readonly programs: readonly string[];
  readonly sockets: readonly string[];
}

function traced(root: string, ...words: string[]): Traced {
  const log = path.join(folder, 'trace');
  const { status } = spawnSync(
    'strace',
    ['-f', '-qq', '-s', '300', '-e', 'trace=execve,execveat,socket,connect', '-o', log]
      .concat([process.execPath, path.join(repository, 'bin/bindlint.js')])
      .concat(words),
    { cwd: root, env: { PATH: process.env.PATH, HOME: folder }, stdio: 'ignore' },
  );
  const lines = readFileSync(log, 'utf8').split('\n');
  return {
    status,
    programs: lines.flatMap((line) => {
      const found = /\bexecve(?:at)?\([^"]*"([^"]+)".* = 0$/.exec(line)?.[1];
      return found === undefined ? [] : [path.basename(found)];
    }),
    sockets: lines.filter((line) => /\bsocket\((?!AF_UNIX)|\bconnect\([^)]*AF_INET/.test(line)),
  };
}

describe('hostile settings run nothing and open no socket', { skip: missingProgram('strace') }, () => {
  const commands = [['check'], ['map'], ['fix', '--diff'], ['check', '--staged'], ['init', '--dry-run']];

  function assertQuiet(root: string): void {
    for (const words of commands) {
      const { status, programs, sockets } = traced(root, ...words);
      assert.ok(status !== null && status <= 2, `${words.join(' ')} ended with ${status}`);
      const others = programs.filter((name) => !['node', 'git', 'rg'].includes(name));
      assert.deepEqual(others, [], words.join(' '));
      assert.deepEqual(sockets, [], words.join(' '));
    }
    for (const mark of ['ran-js', 'ran-mjs', 'ran-sh']) assert.ok(!existsSync(path.join(root, mark)), mark);
  }

  for (const [name, files] of Object.entries(projects)) {
    test(name, () => {
      const root = path.join(folder, name);
      write(root, { ...evil, ...files });
      chmodSync(path.join(root, 'evil.sh'), 0o755);
      git(root, 'init', '-q', '-b', 'main');
      git(root, 'add', 'run.py');
      assertQuiet(root);
    });
  }

  test('settings of git', () => {
    const root = path.join(folder, 'git');
    write(root, { ...evil, '.gitattributes': '*.py filter=evil diff=evil\n', 'post-index-change': evil['evil.sh']! });
    for (const file of ['evil.sh', 'post-index-change']) chmodSync(path.join(root, file), 0o755);
    git(root, 'init', '-q', '-b', 'main');
    git(root, 'add', 'run.py', '.gitattributes');
    git(root, 'commit', '-q', '-m', 'x');
    write(root, { 'run.py': `${server}# changed\n` });
    git(root, 'add', 'run.py');
    for (const [key, value] of gitSettings) git(root, 'config', key, value);
    assertQuiet(root);
    const { programs } = traced(root, 'check', '--since', 'HEAD');
    assert.deepEqual(
      programs.filter((name) => !['node', 'git', 'rg'].includes(name)),
      [],
    );
    assert.ok(!existsSync(path.join(root, 'ran-sh')));
  });

  test('the trace sees what is run', () => {
    const log = path.join(folder, 'trace-of-all');
    spawnSync('strace', ['-f', '-qq', '-e', 'trace=execve', '-o', log, 'sh', '-c', 'true; /bin/ls'], {
      stdio: 'ignore',
    });
    assert.match(readFileSync(log, 'utf8'), /execve\("\/bin\/ls"/);
  });
});
