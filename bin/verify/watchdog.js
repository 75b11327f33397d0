// Started by `bindlint verify` beside the command: should bindlint itself be killed, this ends what it has started.
// Standard input holds lines `LEADER MARK`, one for each command started, and `LEADER` alone when one has been stopped.
const { readdirSync, readFileSync, readlinkSync } = require('node:fs');
const { spawnSync } = require('node:child_process');

const running = new Map();
let rest = '';
process.stdin.setEncoding('latin1');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const [leader, mark] = line.split(' ');
    if (mark === undefined) running.delete(Number(leader));
    else running.set(Number(leader), mark);
  }
});
process.stdin.on('close', () => {
  // What forks while it is being killed is found by the next round.
  for (let round = 0; round < 3; round++) for (const [leader, mark] of running) end(leader, mark);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

function end(leader, mark) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/PID', String(leader), '/T', '/F'], { windowsHide: true });
    return;
  }
  for (const pid of [-leader, ...marked(mark)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}

function marked(mark) {
  // A mark that is not whole would fit what is not ours.
  if (process.platform !== 'linux' || !/=[0-9a-f-]{36}$/.test(mark)) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => carries(name, mark) || holds(name, mark.slice(mark.indexOf('=') + 1)))
    .map(Number);
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
