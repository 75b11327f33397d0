import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingProgram, repository } from './tools.ts';
import {
  asNobody,
  type Checked,
  hasSecondHost,
  start,
  type Verified,
  verify,
  withoutNetwork,
  withoutNobody,
} from './verified.ts';

const python = '/usr/bin/python3';

/** Programs that behave well or badly, by file name. */
const files: Readonly<Record<string, string>> = {
  'good.js': `const server = require('node:http').createServer((_, response) => response.end('ok'));
server.on('error', ({ code }) => { console.error('cannot listen on port 7101: ' + code); process.exit(1); });
server.listen(7101, '0.0.0.0');
`,
  'paths.js': `const server = require('node:http').createServer(({ url }, response) => {
  response.statusCode = url === '/' ? 200 : 404;
  response.end();
});
server.on('error', ({ code }) => { console.error('cannot listen on port 7101: ' + code); process.exit(1); });
server.listen(7101, '0.0.0.0');
`,
  'several.js': `const http = require('node:http');
for (const [port, host] of [[7101, '127.0.0.1'], [7102, '0.0.0.0'], [7103, '::']])
  http.createServer((_, response) => response.end('ok')).listen(port, host);
`,
  'late.js': `setTimeout(() => require('node:http').createServer((_, r) => r.end('ok')).listen(7101), 20000);\n`,
  'forks.py': `import os, sys, http.server
if os.fork(): sys.exit(0)
os.setsid()
if os.fork(): os._exit(0)
for fd in (0, 1, 2): os.close(fd)
for fd in (0, 1, 2): os.open(os.devnull, os.O_RDWR)
http.server.HTTPServer(("", 7101), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
  'deaf.py': `import signal, http.server
signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.HTTPServer(("", 7101), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
  'forgetful.sh': `setsid env -i ${python} nameless.py >/dev/null 2>&1 </dev/null &\n`,
  'waits.sh': `trap 'echo wait' TERM\n${python} child-of-trap.py\n`,
  'keyboard.py': `import os, sys, http.server
if not all(os.isatty(one) for one in (0, 1, 2)): sys.exit("standard input is not a terminal")
try:
    http.server.HTTPServer(("", 7101), http.server.SimpleHTTPRequestHandler).serve_forever()
except OSError as error:
    sys.exit(f"port 7101: {error}")
`,
  'other-user.py': `import os, http.server
os.setreuid(0, 0)
http.server.HTTPServer(("", 7101), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
  'parent.sh': `${process.execPath} child-of-shell.js & wait\n`,
  'deaf.sh': `${python} child-of-shell.py & wait\n`,
  'loud.js': `const line = Buffer.alloc(1 << 20, 'all is well, all is well ');
let left = 1100;
const print = () => { while (left-- > 0) if (!process.stdout.write(line)) { process.stdout.once('drain', print); return; } serve(); };
const serve = () => require('node:http').createServer((_, r) => r.end('ok')).listen(7101).on('error', () => { console.log('port 7101 is taken'); process.exit(1); });
print();
`,
  'unix.py': `import os, socket, time
if os.path.exists("own.sock"): os.unlink("own.sock")
server = socket.socket(socket.AF_UNIX)
server.bind("own.sock")
server.listen()
time.sleep(60)
`,
  'udp.py': `import socket, time
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("0.0.0.0", 7101))
time.sleep(60)
`,
  'terminal.py': `import sys
if not sys.stdin.isatty(): sys.exit("standard input is not a terminal")
`,
  'zero.js': `require('node:http').createServer((_, r) => r.end('ok')).listen(7101).on('error', () => process.exit(0));\n`,
  'mute.js': `require('node:http').createServer((_, r) => r.end('ok')).listen(7101).on('error', () => process.exit(3));\n`,
  'greets.js': `console.log('listening on port 7101');
require('node:http').createServer((_, r) => r.end('ok')).listen(7101).on('error', () => { console.error('no luck'); process.exit(1); });
`,
  'fancy.js': `const pick = (words) => words[Math.floor(Math.random() * words.length)];
const letters = () => Array.from({ length: 9 }, () => pick('bcdfghjkmnpqrstvwxz')).join('');
console.log('this is ' + letters() + ' ' + letters() + ' for port 7101');
require('node:http').createServer((_, r) => r.end('ok')).listen(7101).on('error', () => { console.error(letters() + ', no luck'); process.exit(1); });
`,
  'fancy-moves.js': `const http = require('node:http');
const letters = () => Array.from({ length: 9 }, () => 'bcdfghjkmnpqrstvwxz'[Math.floor(Math.random() * 19)]).join('');
console.log(letters() + ' tries 7101 and 7102');
const listen = (port) => http.createServer((_, r) => r.end('ok')).listen(port).on('error', () => listen(port + 1));
listen(7101);
`,
  'foreign.js': `require('node:http').createServer((_, r) => r.end('ok')).listen(7101).on('error', () => { console.error('Anschluss 7101 ist belegt'); process.exit(1); });
`,
  'shut-out.js': `const server = require('node:http').createServer((request, response) => /^::ffff:127|^127|^::1/.test(request.socket.remoteAddress) ? response.end('ok') : undefined);
server.listen(7101);
`,
  'hangs-up.js': `const server = require('node:net').createServer((socket) => {
  if (!/127\\.0\\.0\\.1$|^::1$/.test(socket.remoteAddress)) return socket.destroy();
  socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\nconnection: close\\r\\n\\r\\n'));
});
server.listen(7101);
`,
  'orphan.js': `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000) // orphan.js'], { stdio: 'ignore', detached: true }).unref();
require('node:http').createServer((_, r) => r.end('ok')).listen(7101);
`,
  'brief.js': `require('node:http').createServer((_, r) => r.end('ok')).listen(7101, '0.0.0.0', () => setTimeout(() => process.exit(0), 950));\n`,
  'secure.js': `const server = require('node:https').createServer({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end('ok'));
server.on('error', ({ code }) => { console.error('cannot listen on port 7101: ' + code); process.exit(1); });
server.listen(7101, '0.0.0.0');
`,
  'stays.js': `setInterval(() => {}, 1000);
require('node:http').createServer((_, r) => r.end('ok')).listen(7101).on('error', () => {});
`,
  'moves.js': `const http = require('node:http');
const listen = (port) => http.createServer((_, r) => r.end('ok')).listen(port, () => console.log('http://localhost:' + port))
  .on('error', () => listen(port + 1));
listen(7101);
`,
  'moves-silently.js': `const http = require('node:http');
const listen = (port) => http.createServer((_, r) => r.end('ok')).listen(port).on('error', () => listen(port + 1));
listen(7101);
`,
  'lists.js': `console.log('candidates 7101 7102');
const http = require('node:http');
const listen = (port) => http.createServer((_, r) => r.end('ok')).listen(port).on('error', () => listen(port + 1));
listen(7101);
`,
  'torn.js': `const server = require('node:http').createServer((_, r) => {
  r.writeHead(200, { 'content-length': 100000 });
  r.write('x'.repeat(100));
  setTimeout(() => r.destroy(), 50);
});
server.listen(7101, '127.0.0.1');
`,
  'one-of-two.js': `const http = require('node:http');
http.createServer((_, r) => r.end('ok')).listen(7101, '127.0.0.1');
http.createServer((q) => q.socket.destroy()).listen(7101, '::1');
`,
  'locks.js': `const fs = require('node:fs');
if (fs.existsSync('locked-7101')) {
  console.error('fatal: lock file locked-7101 exists');
  process.exit(1);
}
fs.writeFileSync('locked-7101', '');
require('node:http').createServer((_, r) => r.end('ok')).listen(7101);
`,
  'high.js': `const http = require('node:http');
const listen = (port) => http.createServer((_, r) => r.end('ok')).listen(port).on('error', () => listen(port + 1));
listen(50000 + 51);
`,
  'high-says.js': `const http = require('node:http');
const listen = (port) => http.createServer((_, r) => r.end('ok')).listen(port, () => console.log('on ' + port)).on('error', () => listen(port + 1));
listen(50000 + 61);
`,
  'daemon.py': `import os, sys
if sys.argv[1:] != ["go"]:
    if os.fork(): os._exit(0)
    os.setsid()
    if os.fork(): os._exit(0)
    os.chdir("/")
    os.closerange(0, 1024)
    os.execve(sys.executable, [sys.executable, "FOLDER/daemon.py", "go"], {})
import http.server
http.server.HTTPServer(("", 7101), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
  'kills.py': `import os, re, signal, subprocess, time, http.server
table = subprocess.run(["ss", "-Hltnp", "sport = :7101"], capture_output=True, text=True).stdout
for pid in set(re.findall(r"pid=(\\d+)", table)): os.kill(int(pid), signal.SIGKILL)
time.sleep(0.5)
http.server.HTTPServer(("", 7101), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
  'tcp.py': `import socket
server = socket.create_server(("0.0.0.0", 7101))
clients = []
while True: clients.append(server.accept())
`,
  'silent.js': `const server = require('node:net').createServer(() => {});
server.listen(7101, () => console.log('open http://localhost:7101/'));
`,
  'random.js': `require('node:http').createServer((_, r) => r.end('ok')).listen(0, function () { console.log('on ' + this.address().port); });\n`,
  'crashes.js': `const server = require('node:http').createServer(() => process.exit(7));
server.listen(7101);
`,
};

/** Stands in for the framework, so that these tests need none. */
const flask = `import http.server
class Flask:
    def __init__(self, name): pass
    def run(self, host="127.0.0.1", port=5000):
        http.server.HTTPServer((host, port), http.server.SimpleHTTPRequestHandler).serve_forever()
`;

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-verify-'));
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(folder, name), text.replaceAll('FOLDER', folder));
  // Tests run side by side: what one looks for must not be another's.
  for (const name of ['child-of-shell.js', 'held.js']) writeFileSync(path.join(folder, name), files['good.js']!);
  writeFileSync(path.join(folder, 'child-of-shell.py'), files['deaf.py']!);
  for (const name of ['nameless.py', 'child-of-trap.py'])
    writeFileSync(path.join(folder, name), files['deaf.py']!.replace(/^signal.*\n/m, ''));
  if (!missingProgram('openssl')) {
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    spawnSync('openssl', [...made, '-keyout', 'key.pem', '-out', 'certificate.pem'], { cwd: folder });
    const read = (name: string) => JSON.stringify(readFileSync(path.join(folder, name), 'utf8'));
    const text = files['secure.js']!.replace('KEY', read('key.pem')).replace('CERTIFICATE', read('certificate.pem'));
    writeFileSync(path.join(folder, 'secure.js'), text);
  }
  chmodSync(folder, 0o755);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The words that put a stand-in for Flask beside a program, and outside of its project. */
function besideFlask(text: string): string[] {
  const library = mkdtempSync(path.join(folder, 'library-'));
  writeFileSync(path.join(library, 'flask.py'), text);
  return ['env', `PYTHONPATH=${library}`];
}
const run = (file: string, ...flags: string[]): Promise<Verified> => {
  const program = file.endsWith('.py') ? python : file.endsWith('.sh') ? 'sh' : process.execPath;
  return verify(['--timeout', '6s', ...flags], [program, file], folder);
};
const check = ({ checks, stderr }: Verified, id: string, port: number | null = 7101): Checked => {
  const found = checks.find((one) => one.id === id && (one.port === port || (one.port === null && port !== null)));
  assert.ok(found, `no check ${id}: ${JSON.stringify(checks)} ${stderr}`);
  return found;
};
const outcome = (verified: Verified, id: string, port?: number) => check(verified, id, port).outcome;

/** Processes in the folder of these tests whose command line holds a word. */
function left(word: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      if (!/^\d+$/.test(name) || readlinkSync(`/proc/${name}/cwd`) !== folder) return false;
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(word);
    } catch {
      return false;
    }
  });
}

/** Where a program is. */
const which = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

/** Does Node run this file, and nothing before it on the command line? */
function isStarted(file: string): boolean {
  return left(file).some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `${process.execPath}\0${file}\0`;
    } catch {
      return false;
    }
  });
}

describe('bindlint verify', { skip: withoutNetwork, concurrency: 4 }, () => {
  test('a server that does everything right passes', async () => {
    const seen = await run('good.js');
    assert.equal(seen.status, 0, seen.told);
    assert.deepEqual(
      seen.bound.map(({ host, port }) => `${host}:${port}`),
      ['0.0.0.0:7101'],
    );
    assert.match(check(seen, 'binds').message, /^listens on 0\.0\.0\.0:7101 after \d\.\d s$/);
    assert.match(check(seen, 'requests').message, /^10 of 10 concurrent requests .* HTTP .*: 10 x status 200$/);
    assert.match(check(seen, 'stops').message, /^ends \d\.\d s after SIGTERM by SIGTERM, and its port is free again$/);
    assert.match(check(seen, 'taken').message, /^ends after \d+\.\d s with status 1, and its message names the port$/);
    if (hasSecondHost)
      assert.match(
        check(seen, 'second-host').message,
        /^reached from another network namespace by 198\.18\.0\.1:7101$/,
      );
  });

  test('each of several ports is looked at', async () => {
    const seen = await run('several.js', '--requests', '3');
    assert.deepEqual(seen.bound.map(({ host, port }) => `${host}:${port}`).sort(), [
      '0.0.0.0:7102',
      '127.0.0.1:7101',
      ':::7103',
    ]);
    for (const port of [7101, 7102, 7103]) {
      assert.equal(outcome(seen, 'requests', port), 'passed', seen.told);
      // An uncaught error in Node names the port.
      assert.equal(outcome(seen, 'taken', port), 'passed', seen.told);
    }
    if (!hasSecondHost) return;
    assert.match(check(seen, 'second-host', 7101).message, /refused.*; it listens on 127\.0\.0\.1 only$/);
    assert.equal(outcome(seen, 'second-host', 7102), 'passed');
    assert.match(check(seen, 'second-host', 7103).message, /by 198\.18\.0\.1:7103, \[fd00:.*\]:7103$/);
    assert.equal(seen.status, 1);
  });

  test('a server for development may keep to this machine', { skip: !hasSecondHost && 'needs root' }, async () => {
    const project = path.join(folder, 'development');
    mkdirSync(project);
    writeFileSync(
      path.join(project, 'run.py'),
      `from flask import Flask\n\napp = Flask(__name__)\napp.run(port=7101)\n`,
    );
    writeFileSync(
      path.join(project, '.bindlintrc.yaml'),
      `overrides:\n  - files: ['*.py']\n    context: development\n`,
    );
    const seen = await verify(['--timeout', '3s'], [...besideFlask(flask), python, 'run.py'], project);
    assert.equal(
      check(seen, 'second-host').message,
      'not reached from another network namespace; it listens on 127.0.0.1 only, as is meant: it is for development',
      seen.told,
    );
    assert.equal(outcome(seen, 'second-host'), 'skipped');
    assert.equal(outcome(seen, 'prediction'), 'passed');
  });

  test('what map expects is compared with what is there', async () => {
    const project = path.join(folder, 'predicted');
    mkdirSync(project);
    writeFileSync(
      path.join(project, 'run.py'),
      `import os\nfrom flask import Flask\n\napp = Flask(__name__)\napp.run(host="127.0.0.1", port=int(os.environ.get("OWN_PORT", "7101")))\n`,
    );
    const told = async (...command: string[]) =>
      (await verify(['--timeout', '2s'], command, project)).checks.find(({ id }) => id === 'prediction')!;
    assert.equal((await told(...besideFlask(flask), python, 'run.py')).outcome, 'passed');
    // A framework that is not the one that it seems to be.
    const other = await told(...besideFlask(flask.replace('(host, port)', '("", port)')), python, 'run.py');
    assert.equal(other.outcome, 'failed');
    assert.match(
      other.message,
      /^map expects 127\.0\.0\.1:7101 \(run\.py:5:1, flask\), and the program listens on 0\.0\.0\.0:7101: one of the two is wrong$/,
    );
    // The environment of the command counts, and not only the fallback in the code.
    assert.equal((await told(...besideFlask(flask), 'OWN_PORT=7102', python, 'run.py')).outcome, 'passed');
  });

  test('the script of package.json that is run is the one that counts', {
    skip: !hasSecondHost && 'needs root',
  }, async () => {
    const project = path.join(folder, 'scripts');
    mkdirSync(path.join(project, 'node_modules/.bin'), { recursive: true });
    writeFileSync(
      path.join(project, 'package.json'),
      '{ "scripts": { "dev": "vite --port 7101", "preview": "vite preview --port 7102" } }',
    );
    const vite = path.join(project, 'node_modules/.bin/vite');
    writeFileSync(vite, `#!/bin/sh\nexec ${python} -m http.server -b 127.0.0.1 7101\n`);
    chmodSync(vite, 0o755);
    const seen = await verify(['--timeout', '4s'], ['npm', 'run', 'dev'], project);
    const predictions = seen.checks.filter(({ id }) => id === 'prediction');
    assert.deepEqual(
      predictions.map(({ port, message }) => [port, message]),
      [[7101, 'map expects localhost:7101 (package.json:1:24, vite)']],
      seen.told,
    );
    assert.match(check(seen, 'second-host').message, /, as is meant: it runs a reload server$/);
  });

  test('a connection without an answer reaches nobody, and is none that was refused', {
    skip: !hasSecondHost && 'needs root',
  }, async () => {
    for (const [file, how] of [
      ['shut-out.js', 'accepted and did not answer within 3\\.0 s'],
      ['hangs-up.js', 'accepted and closed without an answer'],
    ] as const) {
      const seen = await run(file, '--timeout', '3s', '--requests', '1');
      assert.match(
        check(seen, 'second-host').message,
        new RegExp(`^not reached from another network namespace: 198\\.18\\.0\\.1:7101 ${how}`),
        seen.told,
      );
      assert.equal(outcome(seen, 'second-host'), 'failed');
      const local = await run(file, '--timeout', '3s', '--requests', '1', '--local');
      assert.equal(outcome(local, 'second-host'), 'failed', local.told);
      assert.match(check(local, 'second-host').message, /, and it is meant for this machine only$/);
    }
  });

  test('where the packets are dropped, or nobody is there to send them, nothing is said to be shut', {
    skip: !hasSecondHost && 'needs root',
  }, async () => {
    const drops = ['sh', '-c', 'iptables -A INPUT ! -i lo -p tcp --dport 7102 -j DROP && exec "$@"', 'sh'];
    const dropped = await verify(
      ['--timeout', '3s', '--requests', '1', '--local', '--port', '7102'],
      [process.execPath, 'several.js'],
      folder,
      drops,
    );
    const doubtful = check(dropped, 'second-host', 7102);
    assert.equal(doubtful.outcome, 'skipped', dropped.told);
    assert.match(doubtful.message, /timed out.*, so that it cannot be said whether a second host gets through$/);
    // The second host is ended while it is asked.
    const bin = mkdtempSync(path.join(folder, 'bin-'));
    const unshare = path.join(bin, 'unshare');
    writeFileSync(unshare, `#!/bin/sh\n(sleep 4; kill -9 $$) &\nexec ${which('unshare')} "$@"\n`);
    chmodSync(unshare, 0o755);
    for (const flags of [[], ['--local']]) {
      const gone = await verify(
        ['--timeout', '8s', '--requests', '1', ...flags],
        [process.execPath, 'shut-out.js'],
        folder,
        ['env', `PATH=${bin}:${process.env.PATH}`],
      );
      assert.equal(check(gone, 'second-host').outcome, 'skipped', gone.told);
      assert.match(check(gone, 'second-host').message, /was not tried, because the second host has ended/);
    }
  });

  test('without unshare it is said what is missing, and another address of this machine is tried', {
    skip: !hasSecondHost && 'needs root',
  }, async () => {
    const bin = mkdtempSync(path.join(folder, 'bin-'));
    for (const name of ['sh', 'ip', 'nsenter', 'prlimit']) symlinkSync(which(name), path.join(bin, name));
    const address = [
      'sh',
      '-c',
      'ip link add here type veth peer name there && ip addr add 192.0.2.10/24 dev here && ip link set here up && ip link set there up && exec "$@"',
      'sh',
    ];
    const seen = await verify(['--timeout', '4s', '--requests', '1'], [process.execPath, 'good.js'], folder, [
      ...address,
      'env',
      `PATH=${bin}`,
    ]);
    const reached = check(seen, 'second-host');
    assert.match(
      reached.message,
      /^reached from an address of this machine that is not loopback by 192\.0\.2\.10:7101/,
      seen.told,
    );
    assert.deepEqual(reached.notes, [
      'for a network namespace the program unshare is missing (package util-linux), so no firewall was in the way',
    ]);
  });

  test('a limit that cannot be put back is told, and marks nothing', { skip: missingProgram('prlimit') }, async () => {
    const bin = mkdtempSync(path.join(folder, 'bin-'));
    const prlimit = path.join(bin, 'prlimit');
    const once = `#!/bin/sh\nif test -e '${bin}/used'; then exit 1; fi\n: >'${bin}/used'\nexec ${which('prlimit')} "$@"\n`;
    writeFileSync(prlimit, once);
    chmodSync(prlimit, 0o755);
    const seen = await verify(['--timeout', '6s', '--requests', '1'], [process.execPath, 'good.js'], folder, [
      'env',
      `PATH=${bin}:${process.env.PATH}`,
    ]);
    assert.match(
      check(seen, 'binds').notes.join(),
      /^prlimit could not put back the limit for message queues of bindlint itself/,
    );
    for (const id of ['binds', 'requests', 'stops', 'taken']) assert.equal(outcome(seen, id), 'passed', seen.told);
  });

  test('the watchdog ends a group only while its leader is the one that was started', async () => {
    const started = (pid: number) =>
      readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ')[19]!;
    const isAlive = (pid: number) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]![0] !== 'Z';
      } catch {
        return false;
      }
    };
    for (const [mend, survives] of [
      [(one: string) => one, false],
      [(one: string) => String(Number(one) - 1), true],
    ] as const) {
      const leader = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      await once(leader, 'spawn');
      const watchdog = spawn(process.execPath, [path.join(repository, 'bin/verify/watchdog.js')], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const pid = leader.pid!;
      watchdog.stdin.end(`${JSON.stringify({ leader: pid, started: mend(started(pid)), mark: 'none-has-this' })}\n`);
      await once(watchdog, 'close');
      assert.equal(isAlive(pid), survives);
      leader.kill('SIGKILL');
    }
  });

  test('--local turns the second host round', { skip: !hasSecondHost && 'needs root' }, async () => {
    const seen = await run('several.js', '--local', '--requests', '1');
    assert.equal(outcome(seen, 'second-host', 7101), 'passed', seen.told);
    assert.match(check(seen, 'second-host', 7102).message, /, and it is meant for this machine only$/);
  });

  test('one that listens after 20 seconds is waited for as long as was said', async () => {
    const seen = await run('late.js', '--timeout', '25s');
    assert.equal(outcome(seen, 'binds'), 'passed', seen.told);
    assert.ok(seen.bound[0]!.seconds >= 20);
    const impatient = await run('late.js', '--timeout', '2s');
    assert.equal(check(impatient, 'binds').message, 'did not listen on any port within 2.0 s');
    assert.equal(impatient.status, 1);
  });

  test('one that forks and exits is followed, and stopped', async () => {
    const seen = await run('forks.py');
    assert.equal(outcome(seen, 'requests'), 'passed', seen.told);
    assert.match(
      check(seen, 'binds').notes.join(),
      /the command itself ended after .* with status 0, and one process goes on/,
    );
    assert.equal(outcome(seen, 'stops'), 'passed');
    assert.match(check(seen, 'taken').message, /with status 0 although port 7101 is taken/);
    assert.deepEqual(left('forks.py'), []);
  });

  test('a daemon that closes all files and clears its environment is found, and stopped', {
    skip: missingProgram('prlimit'),
  }, async () => {
    const seen = await run('daemon.py');
    assert.equal(outcome(seen, 'binds'), 'passed', seen.told);
    assert.equal(outcome(seen, 'requests'), 'passed', seen.told);
    assert.equal(outcome(seen, 'stops'), 'passed', seen.told);
    const running = readdirSync('/proc').filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(path.join(folder, 'daemon.py'));
      } catch {
        return false;
      }
    });
    assert.deepEqual(running, []);
  });

  test('a high port that is the same in each run is no choice of the system', async () => {
    for (const flags of [[], ['--port', '50051']]) {
      const silent = await run('high.js', ...flags);
      assert.match(
        check(silent, 'taken', 50051).message,
        /^falls back to \[::\]:50052 and does not say so$/,
        silent.told,
      );
      assert.equal(silent.status, 1);
    }
    const says = await run('high-says.js');
    assert.match(check(says, 'taken', 50061).message, /^falls back to \[::\]:50062 and says so$/, says.told);
    const random = await run('random.js');
    assert.match(
      random.checks.find(({ id }) => id === 'taken')!.message,
      /^takes another port in each run/,
      random.told,
    );
  });

  test('one that leaves its parent, its session and its environment is stopped too', async () => {
    const seen = await run('forgetful.sh');
    assert.equal(outcome(seen, 'requests'), 'passed', seen.told);
    assert.equal(outcome(seen, 'stops'), 'passed', seen.told);
    assert.deepEqual(left('nameless.py'), []);
  });

  test('a shell that waits for its child is told from one that passes the signal on', async () => {
    const seen = await run('waits.sh');
    assert.match(check(seen, 'stops').message, /^ends \d\.\d s after SIGTERM /, seen.told);
    assert.match(
      check(seen, 'stops').notes.join(),
      /^the command itself had not ended what it has started after 3\.\d s/,
    );
    assert.deepEqual(left('child-of-trap.py'), []);
  });

  test('one that ignores SIGTERM fails, and is killed', async () => {
    const seen = await run('deaf.py');
    assert.match(
      check(seen, 'stops').message,
      /^still runs 6\.0 s after SIGTERM, and port 7101 is held; it was killed$/,
    );
    assert.deepEqual(left('deaf.py'), []);
  });

  test('a shell that ends without its child is told from one that stops', async () => {
    const seen = await run('parent.sh');
    assert.equal(outcome(seen, 'stops'), 'passed', seen.told);
    assert.match(check(seen, 'stops').notes.join(), /^the command itself does not pass the signal on/);
    assert.deepEqual(left('child-of-shell.js'), []);
    const deaf = await run('deaf.sh');
    assert.match(
      check(deaf, 'stops').message,
      /^ends after SIGTERM by SIGTERM, but one process of it goes on after 6\.0 s, and port 7101 is held; killed$/,
    );
    assert.deepEqual(left('child-of-shell.py'), []);
  });

  test('gigabytes of output take no memory', async () => {
    const seen = await run('loud.js', '--timeout', '400s');
    assert.equal(outcome(seen, 'requests'), 'passed', seen.told);
    assert.equal(outcome(seen, 'taken'), 'passed', seen.told);
    assert.ok(seen.megabytes < 200, `${seen.megabytes} MB`);
  });

  test('a UNIX socket alone is no port', async () => {
    const seen = await run('unix.py', '--timeout', '2s');
    assert.match(
      check(seen, 'binds').message,
      /within 2\.0 s; it listens on the UNIX socket own\.sock, which only this machine reaches$/,
    );
    assert.equal(seen.status, 1);
  });

  test('UDP alone is named', async () => {
    const seen = await run('udp.py', '--timeout', '2s');
    assert.match(check(seen, 'binds').message, /it receives UDP on 0\.0\.0\.0:7101/);
  });

  test('one that wants a terminal gets none, and is told how to have one', async () => {
    const seen = await run('terminal.py');
    assert.match(check(seen, 'binds').message, /^ended after .* with status 1, and did not listen on any port$/);
    assert.match(check(seen, 'binds').notes.join(), /it seems to want a terminal/);
    assert.deepEqual(seen.output, ['standard input is not a terminal']);
  });

  test('the terminal that is advised is one', { skip: missingProgram('script') }, async () => {
    const seen = await verify(['--timeout', '6s'], ['script', '-qec', `${python} keyboard.py`, '/dev/null'], folder);
    for (const id of ['binds', 'requests', 'stops', 'taken']) assert.equal(outcome(seen, id), 'passed', seen.told);
    assert.deepEqual(left('keyboard.py'), []);
  });

  test('without root, the second host is another address of this machine', { skip: withoutNobody }, async () => {
    const tried = async (file: string) => verify(['--timeout', '6s'], [process.execPath, file], folder, asNobody);
    const seen = await tried('good.js');
    assert.equal(seen.status, 0, seen.told + seen.stderr);
    const reached = check(seen, 'second-host');
    assert.equal(reached.message, 'reached from an address of this machine that is not loopback by 192.0.2.10:7101');
    assert.deepEqual(reached.notes, ['a network namespace beside this one needs root, so no firewall was in the way']);
    const several = await tried('several.js');
    assert.match(
      check(several, 'second-host').message,
      /^not reached from .* that is not loopback: 192\.0\.2\.10:7101 refused.*; it listens on 127\.0\.0\.1 only$/,
    );
    assert.equal(outcome(several, 'second-host', 7102), 'passed', several.told);
  });

  test('what cannot be seen or stopped is said', { skip: withoutNobody }, async () => {
    const other = path.join(folder, 'as-root');
    copyFileSync(realpathSync(python), other);
    chmodSync(other, 0o4755);
    const seen = await verify(['--timeout', '2s'], [other, 'other-user.py'], folder, asNobody);
    assert.match(check(seen, 'binds').message, /^did not listen on any port/);
    assert.match(check(seen, 'binds').notes.join(), /^one process of it belongs to another user/, seen.told);
    assert.match(seen.left.map(({ command }) => command).join(), /other-user\.py$/);
    assert.match(seen.checks.at(-1)!.message, /^(?:one process|\d processes) of it could not be stopped$/);
    assert.match(seen.checks.at(-1)!.notes.join(), /^process [\d, ]+: it belongs to another user$/);
    assert.ok(seen.left.every(({ why }) => why === 'it belongs to another user'));
    assert.equal(seen.status, 1);
    for (const { pid } of seen.left) process.kill(pid, 'SIGKILL');
  });

  test('connections count where no HTTP is spoken', async () => {
    const seen = await run('tcp.py', '--timeout', '4s');
    assert.match(
      check(seen, 'requests').message,
      /^10 of 10 concurrent connections answered over TCP at .*: 10 x connected$/,
    );
    if (hasSecondHost) assert.equal(outcome(seen, 'second-host'), 'passed', seen.told);
  });

  test('a link that it prints is held against it where nothing answers', async () => {
    const seen = await run('silent.js', '--timeout', '3s');
    assert.match(
      check(seen, 'requests').message,
      /^0 of 10 concurrent requests answered over HTTP at .*: 10 x no answer in time$/,
      seen.told,
    );
  });

  test('one that has listened and ended is not said to have never listened', async () => {
    const seen = await run('brief.js');
    assert.match(
      check(seen, 'binds').message,
      /^listened on 0\.0\.0\.0:7101 \(seen after \d\.\d s\), and ended after \d\.\d s with status 0$/,
    );
    assert.equal(outcome(seen, 'binds'), 'failed');
    assert.equal(seen.status, 1);
  });

  test('HTTPS is spoken by the second host too', { skip: missingProgram('openssl') }, async () => {
    const seen = await run('secure.js');
    assert.match(check(seen, 'requests').message, /over HTTPS at .*: 10 x status 200$/, seen.told);
    if (hasSecondHost) assert.match(check(seen, 'second-host').message, /^reached .* by 198\.18\.0\.1:7101$/);
    assert.equal(seen.status, 0, seen.told);
  });

  test('one that ends at the first request fails', async () => {
    const seen = await run('crashes.js');
    assert.equal(outcome(seen, 'requests'), 'failed', seen.told);
    const over = check(seen, 'second-host');
    assert.deepEqual([over.outcome, over.message], ['skipped', 'the program had ended by then, with status 7']);
    assert.match(check(seen, 'stops').message, /^it had ended before it was asked to, with status 7$/);
  });

  for (const [file, expected, message] of [
    ['zero.js', 'failed', /^ends after .* with status 0 although port 7101 is taken, as if all were well$/],
    ['mute.js', 'failed', /^ends after .* with status 3, but its message does not name port 7101$/],
    [
      'greets.js',
      'failed',
      /^ends after .* with status 1, but names port 7101 only as it does where the port is free$/,
    ],
    ['fancy.js', 'failed', /^ends after .* with status 1, but names port 7101 only as it does where the port is free$/],
    ['fancy-moves.js', 'failed', /^falls back to \[::\]:7102 and does not say so$/],
    ['foreign.js', 'passed', /^ends after .* with status 1, and its message names the port$/],
    [
      'orphan.js',
      'failed',
      /^ends after .* with status 1, and its message names the port, but it leaves a process behind$/,
    ],
    ['stays.js', 'failed', /^stays up for 6\.0 s although port 7101 is taken: it serves nothing$/],
    ['moves.js', 'passed', /^falls back to :::7102|^falls back to \[::\]:7102 and says so$/],
    ['lists.js', 'failed', /^falls back to \[::\]:7102 and does not say so$/],
    ['moves-silently.js', 'failed', /^falls back to \[::\]:7102 and does not say so$/],
    ['kills.py', 'failed', /^it ends the program that holds port 7101$/],
    ['random.js', 'passed', /^takes another port in each run, this time \[::\]:\d+$/],
  ] as const) {
    test(`a taken port: ${file} ${expected}`, async () => {
      const seen = await run(file);
      const found = check(seen, 'taken', file === 'random.js' ? seen.bound[0]!.port : 7101);
      assert.match(found.message, message, seen.told);
      assert.equal(found.outcome, expected, seen.told);
      assert.deepEqual(left(file), []);
    });
  }

  test('an answer that breaks off is none', async () => {
    const found = check(await run('torn.js'), 'requests', 7101);
    assert.equal(found.outcome, 'failed');
    assert.match(found.message, /^0 of 10 concurrent requests answered .*: 10 x the answer broke off$/);
  });

  test('each address of a port has to answer alike', async () => {
    const found = check(await run('one-of-two.js'), 'requests', 7101);
    assert.equal(found.outcome, 'failed');
    assert.match(found.message, /^\d+ of 10 concurrent requests answered .*, but one at .*:7101 /);
  });

  test('a program that cannot be started again proves nothing of a taken port', async () => {
    const found = check(await run('locks.js'), 'taken', 7101);
    rmSync(path.join(folder, 'locked-7101'), { force: true });
    assert.equal(found.outcome, 'skipped', found.message);
    assert.match(found.message, /^it does not listen on port 7101 either when it is started again/);
  });

  test('a port that is held by somebody else is named with its holder', async () => {
    const holding = `${process.execPath} held.js & HOLDER=$!; sleep 1; "$@"; STATUS=$?; kill $HOLDER; exit $STATUS`;
    const seen = await verify(['--timeout', '5s'], [process.execPath, 'held.js'], folder, ['sh', '-c', holding, 'sh']);
    assert.equal(seen.status, 1);
    assert.deepEqual(seen.bound, []);
    assert.deepEqual(
      seen.checks.map(({ id, port, outcome, message }) => [id, port, outcome, message.replace(/\d\.\d s/, 'TIME')]),
      [
        ['binds', null, 'failed', 'ended after TIME with status 1, and did not listen on any port'],
        ['prediction', null, 'skipped', 'it has ended'],
        ['requests', null, 'skipped', 'it has ended'],
        ['second-host', null, 'skipped', 'it has ended'],
        ['stops', null, 'skipped', 'it has ended'],
        ['taken', null, 'skipped', 'there is no port to take'],
      ],
    );
    // It names who holds the port, once, and not itself.
    const [{ notes }] = seen.checks as [Checked];
    assert.equal(notes.length, 1, notes.join('\n'));
    assert.match(notes[0]!, /^0\.0\.0\.0:7101 is held by \S*node held\.js \(process \d+\)$/);
    assert.deepEqual(seen.output, ['cannot listen on port 7101: EADDRINUSE']);
    assert.deepEqual(seen.left, []);
    assert.deepEqual(left('held.js'), []);
  });

  test('every flag does what it says', async () => {
    const said = async (...flags: string[]) => {
      const one = start(['verify', '--timeout', '6s', ...flags, '--', process.execPath, 'paths.js'], folder);
      let out = '';
      one.stdout!.on('data', (text) => {
        out += text;
      });
      one.stderr!.resume();
      const status = await new Promise<number | null>((resolve) => one.once('close', resolve));
      return { status, out };
    };
    const text = await said();
    assert.equal(text.status, 0, text.out);
    assert.match(text.out, /10 of 10 concurrent requests/);
    assert.match((await said('--path', '/missing', '--requests', '3')).out, /3 of 3 concurrent .*: 3 x status 404/);
    assert.match((await said('--no-map')).out, /^ {2}skipped {2}as map predicts +map was not asked$/m);
    assert.doesNotMatch(text.out, /map was not asked/);
    assert.equal((await said('--port', '7102', '--timeout', '1s')).status, 1);
    assert.ok((await said('--color', 'always')).out.includes('\u001b['));
    assert.ok((await said('--quiet')).out.length < text.out.length);
    assert.match((await said('--format', 'junit')).out, /^<\?xml/);
    const beside = await said('--format', 'json', '--output', 'out/verified.json');
    assert.match(beside.out, /10 of 10 concurrent requests/);
    assert.equal(JSON.parse(readFileSync(path.join(folder, 'out/verified.json'), 'utf8')).version, 1);
  });

  test('what cannot be started is a misuse', async () => {
    for (const [command, why] of [
      [['no-such-program'], /there is no program "no-such-program"/],
      [['node good.js'], /give each word by itself, or a whole line to a shell: -- sh -c "node good\.js"/],
      [[folder], /may not be executed/],
    ] as const) {
      const seen = await verify([], command, folder);
      assert.equal(seen.status, 2);
      assert.match(seen.stderr, why);
    }
  });

  test('a server that never answers does not hold up Ctrl-C', async () => {
    const file = 'never-answers.js';
    writeFileSync(path.join(folder, file), "require('node:net').createServer(() => {}).listen(7119, '127.0.0.1');\n");
    const bindlint = start(['verify', '--no-map', '--timeout', '120s', '--', process.execPath, file], folder);
    const closed = new Promise<number | null>((resolve) => bindlint.once('close', resolve));
    for (let waited = 0; !isStarted(file) && waited < 600; waited++) await sleep(50);
    await sleep(4000);
    const asked = performance.now();
    bindlint.kill('SIGINT');
    assert.equal(await closed, 130);
    assert.ok(performance.now() - asked < 20_000, `${performance.now() - asked} ms`);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
    test(`nothing is left behind after ${signal}`, async () => {
      const file = `own-${signal}.js`;
      writeFileSync(
        path.join(folder, file),
        `${files['stays.js']}\nrequire('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000) // ${file}'], { detached: true });\n`,
      );
      const bindlint = start(['verify', '--timeout', '60s', '--', process.execPath, file], folder);
      const closed = new Promise<number | null>((resolve) => bindlint.once('close', resolve));
      // The run itself and its two processes; one that it has just forked bears its name for a moment.
      const areThere = () => isStarted(file) && left(file).length === 3;
      const isUp = async () => areThere() && (await sleep(300, true)) && areThere();
      for (let waited = 0; !(await isUp()) && waited < 600; waited++) await sleep(50);
      assert.equal(left(file).length, 3);
      bindlint.kill(signal);
      const status = await closed;
      if (signal !== 'SIGKILL') assert.equal(status, { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      for (let waited = 0; left(file).length > 0 && waited < 200; waited++) await sleep(50);
      assert.deepEqual(left(file), []);
    });
  }
});
