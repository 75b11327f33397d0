// Started by `bindlint verify` beside the command: should bindlint itself be killed, this ends what it has started.
// Standard input holds lines `LEADER MARK LIMIT`, one for each command started, and `LEADER` alone when one has been stopped.
const { readdirSync, readFileSync, readlinkSync } = require('node:fs');
const { spawnSync } = require('node:child_process');

const running = new Map();
let rest = '';
process.stdin.setEncoding('latin1');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const [leader, mark, limit] = line.split(' ');
    if (mark === undefined) running.delete(Number(leader));
    else running.set(Number(leader), { mark, limit });
  }
});
process.stdin.on('close', () => {
  // What forks while it is being killed is found by the next round.
  for (let round = 0; round < 3; round++) for (const [leader, marks] of running) end(leader, marks);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

function end(leader, marks) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/PID', String(leader), '/T', '/F'], { windowsHide: true });
    return;
  }
  for (const pid of [-leader, ...marked(marks)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}

function marked({ mark, limit }) {
  // A mark that is not whole would fit what is not ours.
  if (process.platform !== 'linux' || !/=[0-9a-f-]{36}$/.test(mark)) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => isLimited(name, limit) || carries(name, mark) || holds(name, mark.slice(mark.indexOf('=') + 1)))
    .map(Number);
}

/** Has it inherited the limit? */
function isLimited(pid, limit) {
  if (!/^\d+$/.test(limit ?? '')) return false;
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
