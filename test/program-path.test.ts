import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isProgram, programPath } from '../src/workspace/program-path.ts';
import { bindlint, commitAll, project, write } from './command-line.ts';

const posix = (search: string | undefined, ...files: string[]) => ['linux', { PATH: search }, files] as const;
const windows = (env: Readonly<Record<string, string>>, ...files: string[]) => ['win32', env, files] as const;

const table: readonly (readonly [
  why: string,
  system: ReturnType<typeof posix> | ReturnType<typeof windows>,
  found: string | undefined,
])[] = [
  ['the first folder that has it', posix('/a:/b:/c', '/b/git', '/c/git'), '/b/git'],
  ['no search path', posix(undefined, 'git', '/git'), undefined],
  ['nowhere', posix('/a'), undefined],
  ['an empty entry is the working directory', posix(':/b:', 'git', './git', '/b/git'), '/b/git'],
  ['relative entries depend on the working directory', posix('.:bin:node_modules/.bin', 'git', 'bin/git'), undefined],
  ['quotes are a part of a POSIX name only where they are there', posix('/a b', '/a b/git'), '/a b/git'],
  [
    'a program of Windows has an ending',
    windows({ PATH: 'C:\\Git\\cmd' }, 'C:\\Git\\cmd\\git.exe'),
    'C:\\Git\\cmd\\git.exe',
  ],
  ['its variable may be spelt otherwise', windows({ Path: 'C:\\Git' }, 'C:\\Git\\git.exe'), 'C:\\Git\\git.exe'],
  ['scripts would need a shell', windows({ PATH: 'C:\\a;C:\\b' }, 'C:\\a\\git.cmd', 'C:\\a\\git.bat'), undefined],
  [
    'the working directory of Windows',
    windows({ PATH: '.;;bin;C:\\b' }, 'git.exe', 'bin\\git.exe', 'C:\\b\\git.exe'),
    'C:\\b\\git.exe',
  ],
  [
    'a drive without a root, or a root without a drive',
    windows({ PATH: 'C:;C:bin;\\bin' }, 'C:git.exe', 'C:bin\\git.exe', '\\bin\\git.exe'),
    undefined,
  ],
  ['a quoted folder', windows({ PATH: '"C:\\a b"' }, 'C:\\a b\\git.exe'), 'C:\\a b\\git.exe'],
  ['a share', windows({ PATH: '\\\\host\\tools' }, '\\\\host\\tools\\git.exe'), '\\\\host\\tools\\git.exe'],
];

for (const [why, [platform, env, files], found] of table)
  test(`git is found: ${why}`, () =>
    assert.equal(programPath('git', { env, platform, isProgram: (file) => files.includes(file) }), found));

test('folders that are no part of the search path come last', () => {
  const lookup = {
    env: { PATH: '/bin' },
    platform: 'linux',
    isProgram: (file: string) => file !== '/bin/nft',
  } as const;
  assert.equal(programPath('nft', lookup, ['/usr/sbin', '/sbin']), '/usr/sbin/nft');
  assert.equal(programPath('nft', { ...lookup, isProgram: () => true }, ['/usr/sbin']), '/bin/nft');
});

test('a path says itself where the program lies', () => {
  const lookup = { env: { PATH: '/bin' }, platform: 'linux', isProgram: (file: string) => file === '/a/b' } as const;
  assert.equal(programPath('/a/b', lookup), '/a/b');
  assert.equal(programPath('/a/c', lookup), undefined);
});

test('a program is a file that may be run', { skip: process.platform === 'win32' }, () => {
  const root = project({ run: '#!/bin/sh\n', text: '' }, false);
  chmodSync(path.join(root, 'run'), 0o755);
  mkdirSync(path.join(root, 'folder'));
  assert.deepEqual(
    ['run', 'text', 'folder', 'absent'].map((name) => isProgram(path.join(root, name))),
    [true, false, false, false],
  );
});

test('a git of the project is not run', { skip: process.platform === 'win32' }, async () => {
  const root = project({ 'app.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n' });
  commitAll(root);
  write(root, { git: '#!/bin/sh\ntouch ran\nexit 1\n' });
  chmodSync(path.join(root, 'git'), 0o755);
  writeFileSync(path.join(root, 'app.py'), 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8001)\n');
  const before = process.env.PATH;
  process.env.PATH = `.:${before}`;
  const here = process.cwd();
  process.chdir(root);
  try {
    assert.equal((await bindlint(['check', '--since', 'HEAD', '--quiet'], root)).code, 1);
    assert.equal(isProgram(path.join(root, 'ran')), false);
    assert.throws(() => chmodSync(path.join(root, 'ran'), 0o644), /ENOENT/);
  } finally {
    process.chdir(here);
    process.env.PATH = before;
  }
});
