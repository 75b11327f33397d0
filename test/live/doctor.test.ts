import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missingProgram, repository } from './tools.ts';
import { dropped, ownNetwork, withoutNetwork, withoutNobody } from './verified.ts';

const program = path.join(repository, 'bin/bindlint.js');

/** Servers of the tests: what each does stands in its name. */
const servers: Readonly<Record<string, string>> = {
  all: `listen(7001, '0.0.0.0');`,
  dual: `listen(7002, '::');`,
  loopback: `listen(7003, '127.0.0.1');`,
  six: `listen(7004, '::1');`,
  only6: `net.createServer(() => {}).listen({ port: 7005, host: '::', ipv6Only: true });`,
  resets: `net.createServer((socket) => socket.resetAndDestroy()).listen(7006, '0.0.0.0');`,
  one: `listen(7007, '192.0.2.10');`,
  apart: `listen(7008, '127.0.0.1');`,
  beside: `listen(7008, '192.0.2.10');`,
};
const common = `const net = require('node:net');
const listen = (port, host) => require('node:http').createServer((_, response) => response.end('ok')).listen(port, host);
`;

interface Port {
  readonly port: number;
  readonly intended: readonly {
    readonly host: string | null;
    readonly place: string | null;
    readonly guarded: string | null;
  }[];
  readonly listeners: readonly {
    readonly host: string;
    readonly family: number;
    readonly dual: boolean | null;
    readonly user: string | null;
    readonly owners: readonly { readonly pid: number; readonly command: string; readonly user?: string }[];
  }[];
  readonly attempts: readonly { readonly address: string; readonly result: string; readonly words: string }[];
  readonly fromOtherMachines: { readonly verdict: string; readonly words: string };
  readonly problems: readonly string[];
  readonly hints: readonly string[];
  readonly urls: { readonly here: readonly string[]; readonly elsewhere: readonly string[] };
  readonly openings: readonly { readonly of: string; readonly open: readonly string[] }[];
  readonly advice: readonly { readonly of: string; readonly commands: readonly string[] }[];
  readonly nextFree: number | null;
}

interface Doctored {
  readonly status: number;
  readonly text: string;
  readonly err: string;
  readonly ports: readonly Port[];
  readonly unseen: readonly string[];
}

/**
 * Runs each line in one network of its own, in which the servers run and 192.0.2.10 is an address of the machine.
 * @param runs words behind `bindlint doctor`
 * @param options `through`: words that bindlint is started with; `serversThrough`: those of the servers; `prepare`: commands that come first
 */
async function doctor(
  folder: string,
  names: readonly string[],
  runs: readonly (readonly string[])[],
  options: {
    readonly through?: readonly string[];
    readonly serversThrough?: readonly string[];
    readonly prepare?: readonly string[];
  } = {},
): Promise<Doctored[]> {
  const { through = [], serversThrough = [], prepare = [] } = options;
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const lines = [
    'ip link add here type veth peer name there && ip addr add 192.0.2.10/24 dev here && ip link set here up && ip link set there up',
    ...prepare,
    ...names.map(
      (name) => `${[...serversThrough, process.execPath].map(quote).join(' ')} ../${name}.js & pids="$pids $!"`,
    ),
    // Every server is waited for.
    ...names.flatMap((name) =>
      [...servers[name]!.matchAll(/\b(700\d)\b/g)].map(
        (match) => `until ss -Hltn "sport = :${match[1]}" | grep -q .; do sleep 0.1; done`,
      ),
    ),
    ...runs.map(
      (words, index) =>
        `${[...through, process.execPath, program, 'doctor', ...words].map(quote).join(' ')} >out${index} 2>err${index}; echo "$?"`,
    ),
    'kill $pids',
  ];
  const [first, ...rest] = [...ownNetwork!, 'sh', '-c', lines.join('\n')];
  const child = spawn(first!, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  const { readFileSync } = await import('node:fs');
  return runs.map((words, index) => {
    const text = readFileSync(path.join(folder, `out${index}`), 'utf8');
    const status = Number(out.trim().split('\n')[index] ?? Number.NaN);
    assert.ok(!Number.isNaN(status), err);
    const { ports, unseen } = words.includes('json') && text !== '' ? JSON.parse(text) : { ports: [], unseen: [] };
    return { status, text, err: readFileSync(path.join(folder, `err${index}`), 'utf8'), ports, unseen };
  });
}

describe('bindlint doctor', { skip: withoutNetwork }, () => {
  let folder: string;
  let project: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-doctor-'));
    project = path.join(folder, 'project');
    mkdirSync(path.join(project, '.git'), { recursive: true });
    for (const [name, text] of Object.entries(servers)) writeFileSync(path.join(folder, `${name}.js`), common + text);
    writeFileSync(
      path.join(project, 'run.py'),
      'import os\nimport uvicorn\n\nuvicorn.run("a:b", host="0.0.0.0", port=7003)\nuvicorn.run("a:c", host="0.0.0.0", port=7001)\nuvicorn.run("a:d", port=int(os.environ["OTHER_PORT"]))\n',
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('each kind of listener is told apart', async () => {
    const ports = [7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008, 7009];
    const runs = ports.map((port) => [
      '--format',
      'json',
      '--port',
      String(port),
      '--host',
      '0.0.0.0',
      '--timeout',
      '1s',
    ]);
    const seen = (await doctor(project, Object.keys(servers), runs)).map(({ ports: [port], status }) => ({
      ...port!,
      status,
    }));
    const of = (number: number) => seen.find(({ port }) => port === number)!;
    const results = (number: number) =>
      Object.fromEntries(of(number).attempts.map(({ address, result }) => [address, result]));

    assert.deepEqual(results(7001), { '127.0.0.1': 'answered', '::1': 'refused', '192.0.2.10': 'answered' });
    assert.deepEqual(of(7001).problems, []);
    assert.equal(of(7001).status, 0);
    assert.match(of(7001).listeners[0]!.owners[0]!.command, /all\.js$/);
    assert.equal(of(7001).fromOtherMachines.verdict, 'lets-through');
    assert.deepEqual(of(7001).urls, {
      here: ['http://localhost:7001', 'http://127.0.0.1:7001'],
      elsewhere: ['http://192.0.2.10:7001'],
    });
    assert.ok(of(7001).hints.some((hint) => /over IPv4 only, not over IPv6/.test(hint)));
    assert.ok(of(7001).hints.includes(`the next free port is ${of(7001).nextFree}`));
    assert.ok(
      of(7001).advice.some(({ commands }) => commands.includes(`kill ${of(7001).listeners[0]!.owners[0]!.pid}`)),
    );

    assert.equal(of(7002).listeners[0]!.dual, true);
    assert.ok(of(7002).hints.includes('it answers over IPv4 and IPv6'));

    assert.deepEqual(of(7003).problems, [
      'it listens on 127.0.0.1:7003 only, where no other machine can connect, and 0.0.0.0 is meant (the command line)',
    ]);
    assert.equal(of(7003).status, 1);
    assert.equal(of(7003).fromOtherMachines.words, 'no, it listens on loopback only');

    assert.deepEqual(results(7004), { '127.0.0.1': 'refused', '::1': 'answered', '192.0.2.10': 'refused' });
    assert.ok(of(7004).hints.some((hint) => /over IPv6 only.*http:\/\/127\.0\.0\.1:7004 is refused$/.test(hint)));

    assert.equal(of(7005).listeners[0]!.dual, false);
    assert.ok(
      of(7006).problems.some((problem) => /^127\.0\.0\.1:7006, 192\.0\.2\.10:7006: reset: /.test(problem)),
      of(7006).problems.join(),
    );
    assert.deepEqual(of(7007).problems, ['it listens on 192.0.2.10:7007, and 0.0.0.0 is meant (the command line)']);
    assert.ok(of(7008).problems.some((problem) => /^different programs hold it on different addresses/.test(problem)));
    assert.deepEqual([of(7009).problems, of(7009).status], [['nothing listens on port 7009'], 1]);
  });

  test('what the project declares is looked at, and what cannot be seen is said', async () => {
    const [text, json] = await doctor(project, ['all', 'loopback'], [[], ['--format', 'json']]);
    assert.deepEqual(
      json!.ports.map(({ port, problems }) => [port, problems.length]),
      [
        [7001, 0],
        [7003, 1],
      ],
    );
    assert.equal(json!.ports[0]!.intended[0]!.place, 'run.py:5:1');
    assert.equal(text!.status, 1);
    assert.match(
      text!.text,
      /^port 7003\n {2}meant: 0\.0\.0\.0 \(run\.py:4:1, uvicorn\)\n {2}problem: it listens on 127\.0\.0\.1:7003 only/m,
    );
    assert.match(text!.text, /http:\/\/0\.0\.0\.0:7001 is no address to open/);
    assert.match(text!.text, /nothing was changed, and no command above was run$/m);
    assert.match(
      text!.err,
      /^run\.py:6:1: the port of uvicorn comes from OTHER_PORT, which is not set here; --port names one$/m,
    );
  });

  test('a published port that another program holds is told, and one of UDP is not asked for', async () => {
    const published = path.join(folder, 'published');
    mkdirSync(published);
    writeFileSync(
      path.join(published, 'compose.yaml'),
      'services:\n  web:\n    image: nginx\n    ports: ["7001:80", "7009:53/udp"]\n',
    );
    const [seen, text] = await doctor(published, ['all'], [['--format', 'json', '.'], ['.']]);
    assert.deepEqual(
      seen!.ports.map(({ port }) => port),
      [7001],
    );
    assert.match(
      seen!.ports[0]!.problems.join(),
      /^process \d+ holds it \(.*all\.js\), which is no container engine, so it cannot be published \(compose\.yaml:4:13, published by compose for web\)$/,
    );
    assert.match(text!.text, /^ {2}from 127\.0\.0\.1, 192\.0\.2\.10 {2}answers over HTTP with status 200$/m);
  });

  test('what a container engine holds is judged by what is passed on, and only its container is stopped', {
    skip: missingProgram('iptables'),
  }, async () => {
    const published = path.join(folder, 'engine');
    mkdirSync(published);
    writeFileSync(
      path.join(published, 'compose.yaml'),
      'services:\n  web:\n    image: nginx\n    ports: ["7010:80"]\n',
    );
    const text = "require('node:http').createServer((_, response) => response.end('ok')).listen(7010, '0.0.0.0')";
    const engine = [
      'iptables -P INPUT DROP && iptables -A INPUT -i lo -j ACCEPT && iptables -N DOCKER-USER',
      `bash -c 'exec -a /usr/bin/docker-proxy "$0" -e "$1"' '${process.execPath}' "${text}" & pids="$pids $!"`,
      'until ss -Hltn "sport = :7010" | grep -q .; do sleep 0.1; done',
    ];
    const words = ['--timeout', '1s', '--format', 'json', '.'];
    const [open] = await doctor(published, [], [words], { prepare: engine });
    const [port] = open!.ports;
    assert.deepEqual(port!.problems, []);
    assert.equal(port!.fromOtherMachines.verdict, 'lets-through', port!.fromOtherMachines.words);
    assert.deepEqual(port!.openings, []);
    assert.deepEqual(port!.advice.find(({ of }) => of === 'to stop it')!.commands, [
      'docker ps --filter publish=7010',
      'docker stop NAME',
    ]);
    const shut = [...engine, 'iptables -A DOCKER-USER -j DROP'];
    const [closed] = await doctor(published, [], [words], { prepare: shut });
    const [dropped] = closed!.ports;
    assert.equal(dropped!.fromOtherMachines.verdict, 'blocks', dropped!.fromOtherMachines.words);
    assert.match(dropped!.openings[0]!.open[0]!, /^sudo iptables -I DOCKER-USER .*--ctorigdstport 7010 /);
  });

  test('an address of loopback that is not usual is connected to, and a name is not held against it', async () => {
    const own = "require('node:http').createServer((_, response) => response.end('ok')).listen(7011, '127.0.0.6')";
    const prepare = [
      `'${process.execPath}' -e "${own}" & pids="$pids $!"`,
      'until ss -Hltn "sport = :7011" | grep -q .; do sleep 0.1; done',
    ];
    const words = ['--timeout', '1s', '--format', 'json', '--port', '7011', '--host', 'my-host'];
    const [seen] = await doctor(project, [], [words], { prepare });
    const [port] = seen!.ports;
    assert.deepEqual(port!.problems, []);
    assert.equal(port!.attempts.find(({ address }) => address === '127.0.0.6')!.result, 'answered');
    assert.deepEqual(port!.urls.here, ['http://127.0.0.6:7011']);
  });

  test('another address of loopback is not said to be open to others', async () => {
    const words = ['--timeout', '1s', '--format', 'json', '--port', '7003', '--host', '::1'];
    const [seen] = await doctor(project, ['loopback'], [words]);
    assert.deepEqual(seen!.ports[0]!.problems, ['it listens on 127.0.0.1:7003, and ::1 is meant (the command line)']);
  });

  test('one program for IPv4 on loopback and another for IPv6 are not what 0.0.0.0 means', async () => {
    const mute = "require('node:net').createServer(() => {}).listen(7012, '127.0.0.1')";
    const six =
      "require('node:http').createServer((_, response) => response.end('ok')).listen({ port: 7012, host: '::', ipv6Only: true })";
    const prepare = [
      `'${process.execPath}' -e "${mute}" & pids="$pids $!"`,
      `'${process.execPath}' -e "${six}" & pids="$pids $!"`,
      'until test "$(ss -Hltn "sport = :7012" | wc -l)" = 2; do sleep 0.1; done',
    ];
    const words = ['--timeout', '1s', '--format', 'json', '--port', '7012', '--host', '0.0.0.0'];
    const [seen] = await doctor(project, [], [words], { prepare });
    const problems = seen!.ports[0]!.problems.join('\n');
    assert.match(problems, /^it listens on .*127\.0\.0\.1:7012.*, and 0\.0\.0\.0 is meant \(the command line\)$/m);
    assert.match(problems, /^different programs hold it on different addresses/m);
    assert.equal(seen!.status, 1);
  });

  test('a project is one without git too, and a home is none', async () => {
    const loose = path.join(folder, 'loose');
    mkdirSync(loose);
    writeFileSync(path.join(loose, 'run.py'), 'import uvicorn\n\nuvicorn.run("a:b", host="0.0.0.0", port=7003)\n');
    const words = ['--timeout', '1s', '--format', 'json', '--port', '7003'];
    const [read] = await doctor(loose, [], [words]);
    assert.equal(read!.ports[0]!.intended[0]!.place, 'run.py:3:1');
    const [home] = await doctor(loose, [], [words], { through: ['env', `HOME=${loose}`] });
    assert.equal(home!.ports[0]!.intended[0]!.place, null);
  });

  test('what is not there takes few lines', async () => {
    const [seen] = await doctor(project, [], [['--port', '7009', '--host', '0.0.0.0']]);
    assert.equal(
      seen!.text.split('\n\n')[0],
      `port 7009
  meant: 0.0.0.0 (the command line)
  problem: nothing listens on port 7009
  from 127.0.0.1, ::1, 192.0.2.10  refused: nothing listens there`,
    );
  });

  test('without root, the processes of others stay unseen, and that is said', { skip: withoutNobody }, async () => {
    chmodSync(folder, 0o755);
    const words = ['--format', 'json', '--port', '7001', '--host', '0.0.0.0'];
    const [seen] = await doctor(project, ['all'], [words], { through: dropped });
    const [listener] = seen!.ports[0]!.listeners;
    assert.deepEqual([listener!.host, listener!.owners, listener!.user], ['0.0.0.0', [], 'root']);
    assert.match(seen!.unseen.join(), /belong to other users and cannot be looked into; run it with sudo/);
    const [own] = await doctor(project, ['all'], [words], { through: dropped, serversThrough: dropped });
    assert.match(own!.ports[0]!.listeners[0]!.owners[0]!.command, /all\.js$/);
    assert.deepEqual(own!.unseen, []);
  });

  test('a machine without IPv6, and one that drops what comes in', { skip: missingProgram('nft') }, async () => {
    const words = ['--timeout', '500ms', '--port', '7001', '--host', '0.0.0.0'];
    const off = ['echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'];
    const [without] = await doctor(project, ['all'], [words], { prepare: off });
    assert.match(without!.text, /^ {2}note: IPv6 is off on this machine: :: and ::1 cannot be bound$/m);
    assert.doesNotMatch(without!.text, /from .*::1/);
    const drop = [
      `nft 'add table inet own; add chain inet own input { type filter hook input priority 0; }; add rule inet own input tcp dport 7001 drop'`,
    ];
    const [dropping] = await doctor(project, ['all'], [words], { prepare: drop });
    assert.match(dropping!.text, /^ {2}from 127\.0\.0\.1, ::1, 192\.0\.2\.10 {2}timed out: nobody says yes or no$/m);
    assert.match(
      dropping!.text.replace(/\n\s+/g, ' '),
      /problem: a connection to 127\.0\.0\.1:7001, \[::1\]:7001, 192\.0\.2\.10:7001 timed out: nobody says yes or no; a firewall may drop it/,
    );
  });

  test('commands of another system', async () => {
    const [seen] = await doctor(project, ['all'], [['--format', 'json', '--port', '7001', '--os', 'windows']]);
    const [port] = seen!.ports;
    assert.deepEqual(
      port!.openings.map(({ of }) => of),
      ['windows-defender-firewall'],
    );
    assert.ok(port!.advice.every(({ commands }) => commands.every((one) => !/\bss\b|kill \d/.test(one))));
  });

  test('what makes no sense is refused with the word that was meant', async () => {
    for (const [words, why] of [
      [['--port', '0'], /It is no port/],
      [['--port', '70000'], /It is no port/],
      [['--os', 'linus'], /linux/],
      [['--format', 'junit'], /Known: text, json/],
      [['no-such-folder'], /there is no such file or folder/],
    ] as const) {
      const [seen] = await doctor(project, [], [words]);
      assert.equal(seen!.status, 2, words.join(' '));
      assert.match(seen!.err, why);
    }
  });
});
