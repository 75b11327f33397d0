import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/bindlint.js', import.meta.url));
/** How often the program is killed, and how long that may take where time is short. */
const moments = process.env.BINDLINT_LIVE === 'required' ? 200 : 12;
const budget = process.env.BINDLINT_LIVE === 'required' ? 1_800_000 : 30_000;
const count = 40;

const name = (at: number) => `service${at}.py`;
const text = (at: number, host: string) =>
  `import uvicorn\n\n# ${'x'.repeat(at * 400)}\nuvicorn.run("app:app", host="${host}", port=${8000 + at})\n`;

let folder: string;
before(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-killed-')));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers from 0 to 1 that are the same in every run. */
function randomNumbers(from: number): () => number {
  let state = from | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

function started(root: string, ...words: string[]) {
  const env = { ...process.env, XDG_STATE_HOME: path.join(folder, 'state') };
  return spawn(process.execPath, [program, ...words], { cwd: root, env, stdio: 'ignore' });
}

/** How every file stands: untouched, rewritten, or neither. */
function states(root: string): string[] {
  return Array.from({ length: count }, (_, at) => {
    const now = readFileSync(path.join(root, name(at)), 'utf8');
    return now === text(at, '127.0.0.1')
      ? 'old'
      : now === text(at, '0.0.0.0')
        ? 'new'
        : `${name(at)} is neither: ${now}`;
  });
}

test('killed at any moment, each file is old or new, and undo takes it back', async (context) => {
  const random = randomNumbers(20_261_126);
  const rule = ['--rule', 'unhandled-bind-error=off'];
  const seen = { before: 0, between: 0, behind: 0 };
  const end = Date.now() + budget;
  let whole = 1500;
  let run = 0;
  for (; run < moments && Date.now() < end; run++) {
    const root = path.join(folder, `run${run}`);
    mkdirSync(root);
    for (let at = 0; at < count; at++) writeFileSync(path.join(root, name(at)), text(at, '127.0.0.1'));
    const began = Date.now();
    const fix = started(root, 'fix', ...rule);
    const exited = once(fix, 'exit');
    const isWriting = new AbortController();
    const watcher = watch(root, () => isWriting.abort());
    // Every fourth moment is anywhere, the others are while files are written.
    if (run % 4 === 0) await Promise.race([exited, delay(random() * whole)]);
    else {
      const writing = delay(30_000, undefined, { signal: isWriting.signal }).catch(() => delay(random() * 120));
      await Promise.race([exited, writing]);
    }
    fix.kill('SIGKILL');
    await exited;
    watcher.close();
    if (fix.exitCode !== null) whole = Date.now() - began;
    const found = states(root);
    assert.deepEqual(
      found.filter((state) => state !== 'old' && state !== 'new'),
      [],
    );
    const rewritten = found.filter((state) => state === 'new').length;
    seen[rewritten === 0 ? 'before' : rewritten === count ? 'behind' : 'between']++;
    const [status] = await once(started(root, 'undo'), 'exit');
    if (rewritten > 0) assert.equal(status, 0, `undo after ${rewritten} of ${count} files`);
    assert.deepEqual([...new Set(states(root))], ['old']);
    const left = readdirSync(root).filter((file) => !file.endsWith('.py'));
    assert.ok(left.every((file) => file.endsWith('.tmp')) && left.length <= 1, left.join(', '));
    rmSync(root, { recursive: true });
  }
  context.diagnostic(`${run} moments: ${JSON.stringify(seen)}`);
  if (process.env.BINDLINT_LIVE === 'required') assert.equal(run, moments, 'the time ended before the moments did');
  assert.ok(seen.between > 0, 'no moment was between the first file and the last');
});
