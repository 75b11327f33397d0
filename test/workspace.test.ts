import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { type DiskWorkspaceOptions, gitRootOf, openWorkspace } from '../src/workspace/disk-workspace.ts';
import { decode, type Encoding, encode, UndecodableError } from '../src/workspace/encoding.ts';
import { sizeLimit } from '../src/workspace/text-files.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function project(files: Readonly<Record<string, string | Uint8Array>>, git = false): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-')));
  made.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  if (git) execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

const unconfirmed = { confirms: (_: string, text: string) => !text.includes('no server') };
const prefilter = {
  searches: [
    { pattern: 'listen|0\\.0\\.0\\.0', paths: /\.(py|yml)$/, ...unconfirmed },
    { pattern: 'listen', paths: /\.js$/, ...unconfirmed },
    { paths: /\.toml$/, ...unconfirmed },
  ],
  always: (file: string) => /(^|\/)Procfile$/.test(file),
  revision: '',
};

const ways: readonly DiskWorkspaceOptions[] = [
  {},
  { listAtMost: 0 },
  { listAtMost: 0, readAtMost: 0 },
  { withoutRipgrep: true },
];

/** Every way to list and to search has to agree, so every test sees their common answer. */
async function candidates(root: string, options: DiskWorkspaceOptions = {}) {
  const [first, ...others] = await Promise.all(
    ways.map(async (way) => (await openWorkspace(root, { ...options, ...way })).candidates(prefilter)),
  );
  for (const other of others) assert.deepEqual(other, first);
  return first!;
}

describe('candidates', () => {
  test('are the files that hold a literal and fit, and those that always do', async () => {
    const root = project({
      'a.py': 'listen()',
      'b.py': 'sleep()',
      'c.txt': 'listen()',
      Procfile: 'web: python a.py',
      'sub/Procfile': '',
      'deep/er/d.yml': 'host: 0.0.0.0',
      'e.yml': 'host: 0a0b0c0',
      'f.toml': '',
      'g.toml': 'no server',
    });
    assert.deepEqual(await candidates(root), {
      files: ['Procfile', 'a.py', 'deep/er/d.yml', 'f.toml', 'sub/Procfile'],
      quiet: ['g.toml'],
      seen: 9,
    });
  });

  test('have any name a file can have', async () => {
    const names = [
      'with space.py',
      '-rf.py',
      '--files.py',
      'new\nline.py',
      'ümlaut.py',
      'quote".py',
      '.hidden.py',
      '!not.py',
      '[a].py',
    ];
    const root = project(Object.fromEntries(names.map((name) => [name, 'listen()'])));
    assert.deepEqual((await candidates(root)).files, [...names].sort());
    const workspace = await openWorkspace(root);
    for (const file of names) assert.deepEqual(await workspace.read(file), { file, text: 'listen()' });
  });

  test('are no ignored files, inside git and outside of it', async () => {
    const files = {
      '.gitignore': 'out/\n*.gen.py\n!kept.gen.py\n/only-here.py\n',
      '.ignore': 'by-ignore.py\n',
      'out/a.py': 'listen()',
      'x.gen.py': 'listen()',
      'kept.gen.py': 'listen()',
      'only-here.py': 'listen()',
      'sub/only-here.py': 'listen()',
      'sub/.gitignore': 'no.py\n!sure.gen.py\n',
      'sub/no.py': 'listen()',
      'sub/sure.gen.py': 'listen()',
      'by-ignore.py': 'listen()',
      'yes.py': 'listen()',
      'module/x.gen.py': 'listen()',
      'module/.git': 'gitdir: elsewhere',
    };
    for (const git of [false, true]) {
      const { files: found } = await candidates(project(files, git));
      // A submodule has ignore files of its own.
      const module = git ? ['module/x.gen.py'] : [];
      assert.deepEqual(found, ['kept.gen.py', ...module, 'sub/only-here.py', 'sub/sure.gen.py', 'yes.py']);
    }
  });

  test('respect ignore files above the root only up to the git root', async () => {
    const files = {
      '.gitignore': 'a.py\n',
      'repo/.gitignore': 'b.py\n',
      'repo/pkg/a.py': 'listen',
      'repo/pkg/b.py': 'listen',
      'repo/pkg/c.py': 'listen',
    };
    const inGit = project(files);
    execFileSync('git', ['init', '-q'], { cwd: path.join(inGit, 'repo') });
    writeFileSync(path.join(inGit, 'repo/.git/info/exclude'), 'c.py\n');
    assert.deepEqual((await candidates(path.join(inGit, 'repo/pkg'))).files, ['a.py']);
    assert.deepEqual((await candidates(path.join(project(files), 'repo/pkg'))).files, ['a.py', 'b.py', 'c.py']);
  });

  test('respect what git ignores in a linked worktree', async () => {
    const root = project({ 'main/.gitignore': '' });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], {
        cwd: path.join(root, 'main'),
      });
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'Begin');
    git('worktree', 'add', '-q', '../linked');
    writeFileSync(path.join(root, 'main/.git/info/exclude'), 'a.py\n');
    for (const file of ['a.py', 'b.py']) writeFileSync(path.join(root, 'linked', file), 'listen()');
    assert.deepEqual((await candidates(path.join(root, 'linked'))).files, ['b.py']);
  });

  test('respect what a repository inside another one excludes', async () => {
    const root = project({ 'in/a.py': 'listen()', 'in/b.py': 'listen()', 'b.py': 'listen()' }, true);
    execFileSync('git', ['init', '-q'], { cwd: path.join(root, 'in') });
    writeFileSync(path.join(root, 'in/.git/info/exclude'), 'a.py\n');
    writeFileSync(path.join(root, '.git/info/exclude'), 'b.py\n');
    assert.deepEqual((await candidates(root)).files, ['in/b.py']);
  });

  test('respect ignore files that are not of git above the git root too', async () => {
    const root = project({
      '.ignore': 'a.py\n',
      '.rgignore': 'b.py\n',
      '.gitignore': 'c.py\n',
      ...Object.fromEntries(['a', 'b', 'c'].map((name) => [`repo/${name}.py`, 'listen()'])),
    });
    execFileSync('git', ['init', '-q'], { cwd: path.join(root, 'repo') });
    assert.deepEqual((await candidates(path.join(root, 'repo'))).files, ['c.py']);
  });

  test('are the same for any ignore files', async () => {
    const name = fc.constantFrom('a', 'b.py', 'c.gen.py', '.d', 'build', 'ü', 'x y');
    const file = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const pattern = fc
      .tuple(
        fc.constantFrom('', '', '!', '/', '!/', '**/'),
        fc.oneof(name, file, fc.constantFrom('*', '*.py', 'a/**', '**/b.py', '[ab]*', '*.gen.*', '# no', '\\#')),
        fc.constantFrom('', '', '/', ' '),
      )
      .map((parts) => parts.join(''));
    const noText = Buffer.from([0x62, 0xff, 0x2a]);
    const ignoreFile = fc.tuple(
      fc.constantFrom('', 'in/', 'in/a/', 'in/build/'),
      fc.constantFrom('.gitignore', '.gitignore', '.ignore', '.rgignore', '.git/info/exclude'),
      fc.array(fc.oneof({ weight: 6, arbitrary: pattern.map((text) => Buffer.from(text)) }, fc.constant(noText)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom('', '', '\uFEFF'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 8 }),
        fc.array(ignoreFile, { maxLength: 4 }),
        fc.constantFrom([''], ['in'], ['', 'in'], ['', 'in/a']),
        fc.constantFrom('', 'in', 'in/build'),
        async (files, rules, repositories, at) => {
          const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-')));
          try {
            mkdirSync(path.join(root, 'in/build'), { recursive: true });
            for (const folder of repositories) mkdirSync(path.join(root, folder, '.git/info'), { recursive: true });
            const written = [...files.map((one) => `in/${one}`), ...rules.map(([folder, name]) => folder + name)];
            const texts = new Map(
              rules.map(([folder, one, lines, mark]) => {
                const broken = lines.flatMap((line) => [line, Buffer.from('\n')]);
                return [folder + one, Buffer.concat([Buffer.from(mark), ...broken])];
              }),
            );
            for (const one of written) {
              try {
                mkdirSync(path.dirname(path.join(root, one)), { recursive: true });
                writeFileSync(path.join(root, one), texts.get(one) ?? '');
              } catch {} // A file already stands where a folder would have to.
            }
            const always = { searches: [], always: () => true, revision: '' };
            const lists = await Promise.all(
              [{}, { listAtMost: 0 }].map(async (way) =>
                (await openWorkspace(path.join(root, at), way)).candidates(always),
              ),
            );
            assert.deepEqual(lists[0], lists[1]);
          } finally {
            rmSync(root, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('are never in installed packages, version control or minified files', async () => {
    const quiet = [
      '.git',
      'node_modules/x',
      '.venv/lib',
      'sub/venv/lib',
      'lib/site-packages',
      '__pycache__',
      'vendor/bundle/x',
      'a/vendor/bundle',
    ];
    const root = project({
      ...Object.fromEntries(quiet.map((folder) => [`${folder}/a.js`, 'listen()'])),
      'app.min.js': 'listen()',
      'vendor/own.js': 'listen()',
    });
    assert.deepEqual(await candidates(root), { files: ['vendor/own.js'], quiet: [], seen: 1 });
  });

  test('respect the settings, and files that were asked for by name come all the same', async () => {
    const root = project({
      '.gitignore': 'secret.py\n',
      'secret.py': 'listen()',
      'old/a.py': 'listen()',
      'old/keep.py': 'listen()',
      'new.py': 'listen()',
      'node_modules/m/i.js': 'listen()',
      'node_modules/m/quiet.js': '',
    });
    assert.deepEqual(
      (await candidates(root, { ignore: [{ patterns: ['old/*', '!old/keep.py'], folder: root }] })).files,
      ['new.py', 'old/keep.py'],
    );
    const ignore = [{ patterns: [`/${path.basename(root)}/old`], folder: path.dirname(root) }];
    const named = ['secret.py', 'old/a.py', 'node_modules/m/i.js', 'node_modules/m/quiet.js'];
    const { files } = await candidates(root, { ignore, named });
    assert.deepEqual(files, ['new.py', 'node_modules/m/i.js', 'old/a.py', 'secret.py']);
    const workspace = await openWorkspace(root, { ignore, named });
    assert.deepEqual(await workspace.read('secret.py'), { file: 'secret.py', text: 'listen()' });
    assert.deepEqual(await workspace.read('old/keep.py'), { file: 'old/keep.py', text: 'listen()', ignored: true });
  });

  test('are found in UTF-16, and past NUL characters', async () => {
    const root = project({
      'le.py': encode('listen()', 'utf-16le'),
      'be.py': encode('listen()', 'utf-16be'),
      'nul.py': `\0${'x'.repeat(100_000)}\nlisten()`,
    });
    assert.deepEqual((await candidates(root)).files, ['be.py', 'le.py', 'nul.py']);
  });

  test('name what cannot be read', { skip: process.getuid?.() === 0 && 'root can read everything' }, async () => {
    const root = project({ 'a.py': 'listen()', 'b.py': 'listen()' });
    chmodSync(path.join(root, 'a.py'), 0);
    assert.deepEqual((await candidates(root)).files, ['a.py', 'b.py']);
    assert.deepEqual(await (await openWorkspace(root)).read('a.py'), {
      file: 'a.py',
      kind: 'unsupported',
      message: 'cannot be read: permission denied',
    });
  });
});

test('a ripgrep that cannot be started is done without', async () => {
  const files = { 'a.py': 'listen()', 'b.py': 'sleep()', '.gitignore': 'c.py', 'c.py': 'listen()' };
  const root = project({ ...files, 'node_modules/rg': '' });
  const way = { listAtMost: 0, readAtMost: 0 };
  const usual = await (await openWorkspace(root, way)).candidates(prefilter);
  assert.deepEqual(usual.files, ['a.py']);
  for (const ripgrep of [path.join(root, 'node_modules/rg'), path.join(root, 'absent/rg')]) {
    const workspace = await openWorkspace(root, { ...way, ripgrep });
    assert.deepEqual(await workspace.candidates(prefilter), usual);
    assert.deepEqual(await workspace.mentioning(['sleep'], /\.py$/), ['b.py']);
  }
});

test('a ripgrep that is ended while it searches is done without', { skip: process.platform === 'win32' }, async () => {
  const files = { 'a.py': 'listen()', 'b.py': 'sleep()' };
  const dying = `#!/bin/sh\nfor word; do [ "$word" = --files ] && printf './%s\\0' a.py b.py && exit; done\nkill -9 $$\n`;
  const ripgrep = path.join(project({ rg: dying }), 'rg');
  chmodSync(ripgrep, 0o755);
  const workspace = await openWorkspace(project(files), { listAtMost: 0, readAtMost: 0, ripgrep });
  assert.deepEqual((await workspace.candidates(prefilter)).files, ['a.py']);
  assert.deepEqual(await workspace.mentioning(['sleep'], /\.py$/), ['b.py']);
});

test('patterns that are known later leave files out of what is listed already', async () => {
  const root = project({ 'a.py': 'listen()', 'b.py': 'listen()', 'sub/c.py': 'listen()' });
  for (const listAtMost of [0, 100]) {
    const workspace = await openWorkspace(root, { listAtMost });
    assert.deepEqual((await workspace.candidates(prefilter)).files, ['a.py', 'b.py', 'sub/c.py']);
    writeFileSync(path.join(root, `late${listAtMost}.py`), 'listen()');
    const narrowed = await workspace.ignoring([{ patterns: ['/b.py', 'late*'], folder: root }]);
    assert.deepEqual((await narrowed.candidates(prefilter)).files, ['a.py', 'sub/c.py']);
    rmSync(path.join(root, `late${listAtMost}.py`));
  }
});

describe('links', () => {
  test('are not followed out of the root, and loops end', async () => {
    const outside = project({ 'secret.py': 'listen()' });
    const root = project({ 'a.py': 'listen()', 'sub/b.py': 'listen()' });
    symlinkSync(outside, path.join(root, 'away'));
    symlinkSync(path.join(outside, 'secret.py'), path.join(root, 'secret.py'));
    symlinkSync(root, path.join(root, 'sub/loop'));
    symlinkSync('self.py', path.join(root, 'self.py'));
    symlinkSync('a.py', path.join(root, 'twin.py'));
    assert.deepEqual((await candidates(root)).files, ['a.py', 'sub/b.py']);
    const workspace = await openWorkspace(root);
    for (const file of ['secret.py', 'away/secret.py', 'self.py', '../x.py', path.join(root, 'a.py'), 'sub']) {
      assert.equal(await workspace.has(file), false, file);
      assert.ok('kind' in (await workspace.read(file)), file);
    }
    assert.equal(await workspace.has('sub/../a.py'), true);
    assert.equal(await workspace.has('twin.py'), true);
  });

  test('a file in a folder that may be entered and not listed is there', {
    skip: process.platform === 'win32' && 'no such folders',
  }, async () => {
    const root = project({ '.gitignore': 'shut', 'shut/inner/a.py': '', 'shut/b.py': '' });
    chmodSync(root, 0o755);
    chmodSync(path.join(root, 'shut'), 0o711);
    const workspace = await openWorkspace(root);
    await workspace.candidates(prefilter);
    const user = process.geteuid?.();
    if (user === 0) process.seteuid!(65_534);
    else chmodSync(path.join(root, 'shut'), 0o311);
    try {
      for (const file of ['shut/b.py', 'shut/inner/a.py']) assert.equal(await workspace.has(file), true, file);
      for (const file of ['shut/c.py', 'shut/inner/b.py', 'shut/b.py/c'])
        assert.equal(await workspace.has(file), false, file);
    } finally {
      if (user === 0) process.seteuid!(0);
      chmodSync(path.join(root, 'shut'), 0o755);
    }
  });

  test('a pipe in the tree is not waited for', {
    skip: process.platform === 'win32' && 'no pipes in folders',
  }, async () => {
    const root = project({ 'a.py': 'listen()' });
    execFileSync('mkfifo', [path.join(root, 'pipe.py')]);
    assert.deepEqual((await candidates(root)).files, ['a.py']);
    assert.equal(await (await openWorkspace(root)).has('pipe.py'), false);
  });
});

describe('reading', () => {
  test('says which files git ignores', async () => {
    const root = project({ '.gitignore': '.env\n', '.env': 'HOST=0.0.0.0', '.env.example': 'HOST=' }, true);
    const workspace = await openWorkspace(root);
    assert.deepEqual(await workspace.read('.env'), { file: '.env', text: 'HOST=0.0.0.0', ignored: true });
    assert.deepEqual(await workspace.read('.env.example'), { file: '.env.example', text: 'HOST=' });
  });

  test('names what is too large, no text, or not there', async () => {
    const root = project({
      'large.py': `listen()${' '.repeat(sizeLimit)}`,
      'latin.py': new Uint8Array([0x23, 0xe4, 0x0a]),
      'nul.py': 'a\0b',
      'wide.py': encode('x = 1\r\n', 'utf-16le'),
      'marked.py': encode('x = 1', 'utf-8-bom'),
    });
    const workspace = await openWorkspace(root);
    assert.deepEqual(await workspace.read('large.py'), {
      file: 'large.py',
      kind: 'limit',
      message: 'too large: 5.0 MB, the limit is 5 MB',
    });
    assert.deepEqual(await workspace.read('latin.py'), {
      file: 'latin.py',
      kind: 'unsupported',
      message: 'not valid UTF-8',
    });
    assert.deepEqual(await workspace.read('nul.py'), {
      file: 'nul.py',
      kind: 'unsupported',
      message: 'holds NUL characters, so it is no text',
    });
    assert.deepEqual(await workspace.read('wide.py'), { file: 'wide.py', text: 'x = 1\r\n' });
    assert.deepEqual(await workspace.read('marked.py'), { file: 'marked.py', text: 'x = 1' });
    assert.ok('kind' in (await workspace.read('absent.py')));
  });
});

test('mentioning finds whole words in files that fit', async () => {
  const root = project({
    'a.py': 'run_server(app)',
    'b.py': 'my_run_server(app)',
    'c.py': 'from x import (run_server)',
    'd.py': 'übrun_server()',
    'e.txt': 'run_server()',
    'f.py': 'def start(): ...',
    'g.py': 'a.$init(b)',
  });
  for (const way of ways) {
    const workspace = await openWorkspace(root, way);
    assert.deepEqual(await workspace.mentioning(['run_server', 'start'], /\.py$/), ['a.py', 'c.py', 'f.py']);
    assert.deepEqual(await workspace.mentioning(['-x', '$init'], /\.py$/), ['g.py']);
    assert.deepEqual(await workspace.mentioning([], /\.py$/), []);
  }
});

test('mentioning takes any number of words', async () => {
  const root = project({
    'a.py': 'serve_the_requests_of_the_service_with_the_number_029999()',
    'b.py': 'serve_0()',
    'c.py': 'observe_000001()',
    'd.py': 'dial()',
  });
  const words = Array.from(
    { length: 30_000 },
    (_, index) => `serve_the_requests_of_the_service_with_the_number_${String(index).padStart(6, '0')}`,
  );
  for (const way of ways) {
    const workspace = await openWorkspace(root, way);
    assert.deepEqual(await workspace.mentioning(words, /\.py$/, ['dial']), ['a.py']);
  }
});

test('what will be asked for next is looked for in the same go, and told apart', async () => {
  const root = project({ 'a.py': 'serve()', 'b.py': 'connect()', 'c.py': 'serve(connect)', 'd.py': 'observe()' });
  for (const way of ways) {
    const workspace = await openWorkspace(root, way);
    assert.deepEqual(await workspace.mentioning(['serve'], /\.py$/, ['connect', 'dial']), ['a.py', 'c.py']);
    writeFileSync(path.join(root, 'd.py'), 'connect()');
    assert.deepEqual(await workspace.mentioning(['connect', 'dial'], /\.py$/), ['b.py', 'c.py'], 'nobody asks again');
    assert.deepEqual(await workspace.mentioning(['connect'], /\.py$/), ['b.py', 'c.py', 'd.py']);
    writeFileSync(path.join(root, 'd.py'), 'observe()');
  }
});

test('what is looked for in one go is read once, and not at all where the search has answered', async (context) => {
  const files = ['a.py', 'b.py', 'c.py'];
  const root = project({ 'a.py': 'serve()', 'b.py': 'connect()', 'c.py': 'serve(connect)' });
  const opened: string[] = [];
  const { openSync } = fs;
  const watched = (...args: Parameters<typeof openSync>) => {
    opened.push(path.basename(String(args[0])));
    return openSync(...args);
  };
  context.mock.method(fs, 'openSync', watched);
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const bySearch = { listAtMost: 0, readAtMost: 0 };
  for (const way of [{}, bySearch]) {
    opened.length = 0;
    const workspace = await openWorkspace(root, way);
    assert.deepEqual(await workspace.mentioning(['serve'], /\.py$/, ['connect']), ['a.py', 'c.py']);
    for (const file of ['a.py', 'c.py']) await workspace.read(file);
    assert.deepEqual(opened.sort(), files);
  }
  opened.length = 0;
  assert.deepEqual(await (await openWorkspace(root, bySearch)).mentioning(['serve'], /\.py$/), ['a.py', 'c.py']);
  assert.deepEqual(opened, []);
});

test('a text workspace answers like a disk, and covers the one below it', async () => {
  const root = project({ 'a.py': 'listen()', 'b.py': 'listen()', 'd.toml': 'no server' });
  const workspace = textWorkspace(
    new Map([
      ['a.py', 'quiet()'],
      ['new.py', 'listen()'],
      ['Procfile', ''],
      ['c.toml', 'no server'],
    ]),
    await openWorkspace(root),
  );
  assert.deepEqual(await workspace.candidates(prefilter), {
    files: ['Procfile', 'b.py', 'new.py'],
    quiet: ['c.toml', 'd.toml'],
    seen: 6,
  });
  assert.deepEqual(await workspace.read('a.py'), { file: 'a.py', text: 'quiet()' });
  assert.deepEqual(await workspace.read('b.py'), { file: 'b.py', text: 'listen()' });
  assert.deepEqual(await workspace.mentioning(['listen', 'quiet'], /\.py$/), ['a.py', 'b.py', 'new.py']);
  assert.equal(await workspace.has('b.py'), true);
  assert.equal(await textWorkspace(new Map()).has('b.py'), false);
});

test('the git root is the nearest one above', () => {
  const root = project({ 'a/b/c.py': '' }, true);
  assert.equal(gitRootOf(path.join(root, 'a/b')), root);
  assert.equal(gitRootOf(root), root);
});

describe('encoding', () => {
  const encodings: readonly Encoding[] = ['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be'];

  test('a file of code is read in the encoding that it declares, and written back the same', () => {
    for (const [name, bytes, text] of [
      ['latin-1', [0xe9, 0x80], '\u00e9\u0080'],
      ['iso-8859-15', [0xa4], '\u20ac'],
      ['cp1251', [0xcf, 0xd0], '\u041f\u0420'],
      ['koi8-r', [0xf0], '\u041f'],
    ] as const) {
      const head = `#!/usr/bin/python\n# -*- coding: ${name} -*-\nx = "`;
      const written = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from('"\n')]);
      const decoded = decode(written);
      assert.equal(decoded.text, `${head}${text}"\n`, name);
      assert.deepEqual(Buffer.from(encode(decoded.text, decoded.encoding)), written, name);
      assert.throws(() => encode(`${decoded.text}\u4f60`, decoded.encoding), UndecodableError);
    }
    const later = Buffer.concat([Buffer.from('\n\n# coding: latin-1\n'), Buffer.from([0xe9])]);
    assert.throws(() => decode(later), UndecodableError);
    for (const name of ['utf-8', 'gbk', 'nonsense'])
      assert.throws(
        () => decode(Buffer.concat([Buffer.from(`# coding: ${name}\n`), Buffer.from([0xe9])])),
        UndecodableError,
      );
  });

  test('any text comes back, in every encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...encodings), (text, encoding) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\uFEFF'));
        assert.deepEqual(decode(encode(text, encoding)), { text, encoding });
      }),
    );
  });

  test('any bytes come back or are refused', () => {
    const marked = fc
      .tuple(fc.constantFrom([], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]), fc.uint8Array())
      .map(([mark, rest]) => new Uint8Array([...mark, ...rest]));
    fc.assert(
      fc.property(marked, (bytes) => {
        try {
          const { text, encoding } = decode(bytes);
          assert.deepEqual(new Uint8Array(encode(text, encoding)), bytes);
        } catch (error) {
          assert.ok(error instanceof UndecodableError, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a second BOM is text', () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61]);
    assert.deepEqual(decode(bytes), { text: '\uFEFFa', encoding: 'utf-8-bom' });
    assert.deepEqual(new Uint8Array(encode('\uFEFFa', 'utf-8-bom')), bytes);
  });
});
