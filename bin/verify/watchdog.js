// Started by `bindlint verify` beside the command: should bindlint itself be killed, this ends what it has started.
// Standard input holds lines of JSON: leader, started, mark and limit for each command started, and the leader alone when one has been
// stopped.
const { readdirSync, readFileSync, readlinkSync } = require('node:fs');
const { spawnSync } = require('node:child_process');

const running = new Map();
let rest = '';
process.stdin.setEncoding('latin1');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const { leader, ...watched } = JSON.parse(line);
    if (watched.mark === undefined) running.delete(leader);
    else running.set(leader, watched);
  }
});
process.stdin.on('close', () => {
  // What forks while it is being killed is found by the next round.
  for (let round = 0; round < 3; round++) for (const [leader, watched] of running) end(leader, watched);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

function end(leader, watched) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/PID', String(leader), '/T', '/F'], { windowsHide: true });
    return;
  }
  for (const pid of [...group(leader, watched.started), ...marked(watched)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}

/** The group of the leader, unless its number may be another's by now. */
function group(leader, started) {
  const now = startOf(leader);
  // Where there are no marks, a group that has lost its leader is known by its number alone.
  const isThere = now === undefined ? process.platform !== 'linux' : now === started?.replace(/\s+/g, ' ');
  return started === undefined || isThere ? [-leader] : [];
}

function startOf(pid) {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout?.trim().replace(/\s+/g, ' ') || undefined;
  }
  try {
    // The name in it may hold blanks and parentheses.
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}

function marked({ mark, limit }) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => isLimited(name, limit) || carries(name, `BINDLINT_VERIFY=${mark}`) || holds(name, mark))
    .map(Number);
}

/** Has it inherited the limit? */
function isLimited(pid, limit) {
  if (limit === undefined) return false;
  try {
    return new RegExp(`^Max msgqueue size\\s+${limit}\\s`, 'm').test(readFileSync(`/proc/${pid}/limits`, 'latin1'));
  } catch {
    return false;
  }
}

function carries(pid, variable) {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${variable}\0`);
  } catch {
    return false;
  }
}

/** Has it inherited the file with the mark? */
function holds(pid, mark) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((name) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${name}`).includes(mark);
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
