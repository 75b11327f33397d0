import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from './observe.ts';
import { repository } from './tools.ts';
import { hasSecondHost } from './verified.ts';

/** How each firewall is switched on, in a machine that is two namespaces. KEPT is a folder for what it writes. */
const firewalls: Readonly<Record<string, { readonly program: string; readonly on: string; readonly off: string }>> = {
  nftables: {
    program: 'nft',
    on: `nft -f - <<'RULES'
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    tcp dport 22 accept
    meta l4proto ipv6-icmp accept
  }
}
RULES`,
    off: 'nft flush ruleset',
  },
  iptables: {
    program: 'iptables',
    on: `iptables -P INPUT DROP
iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -p tcp --dport 22 -j ACCEPT`,
    off: 'iptables -F && iptables -P INPUT ACCEPT',
  },
  ufw: {
    program: 'ufw',
    on: `mkdir KEPT/ufw KEPT/default KEPT/run && cp -a /etc/ufw/. KEPT/ufw && cp -a /etc/default/. KEPT/default
mount --bind KEPT/ufw /etc/ufw && mount --bind KEPT/default /etc/default && mount --bind KEPT/run /run
ufw --force enable`,
    off: 'ufw disable; umount --lazy /run /etc/default /etc/ufw',
  },
  firewalld: {
    program: 'firewalld',
    on: `mkdir -p KEPT/firewalld KEPT/bus/dbus && cp -a /etc/firewalld/. KEPT/firewalld
mount --bind KEPT/firewalld /etc/firewalld && mount --bind KEPT/bus /run
dbus-daemon --system --nofork --nopidfile >/dev/null 2>&1 & echo $! >KEPT/pids
sleep 1; firewalld --nofork --nopid >/dev/null 2>&1 & echo $! >>KEPT/pids
for try in $(seq 100); do test "$(firewall-cmd --state 2>&1)" = running && break; sleep 0.3; done`,
    // What was ended may hold its folders a while.
    off: 'kill $(cat KEPT/pids); umount --lazy /run /etc/firewalld',
  },
};

const port = 7001;

interface Seen {
  readonly verdict: string;
  readonly words: string;
  readonly openings: readonly { readonly of: string; readonly open: string[]; readonly close: string[] }[];
}

describe('firewalls are read, opened and closed as doctor says', {
  skip: hasSecondHost ? false : 'network namespaces side by side need root',
}, () => {
  let folder: string;
  let machine: ChildProcess;
  let other: ChildProcess;
  let server: ChildProcess;
  const within = (child: ChildProcess, words: readonly string[]) =>
    spawnSync('nsenter', ['-t', String(child.pid), '-n', '-m', ...words], { encoding: 'utf8', timeout: 60_000 });
  const here = (command: string) => {
    const script = command.replaceAll('KEPT', folder).replaceAll('sudo ', '');
    const { status, stdout, stderr } = within(machine, ['sh', '-c', script]);
    assert.equal(status, 0, `${script}\n${stdout}${stderr}`);
    return stdout;
  };
  const isReached = () =>
    within(other, ['timeout', '1', 'bash', '-c', `exec 3<>/dev/tcp/192.0.2.10/${port}`]).status === 0;
  const doctor = (): Seen => {
    const words = ['doctor', '--port', String(port), '--host', '0.0.0.0', '--format', 'json'];
    const { stdout, stderr } = within(machine, [process.execPath, path.join(repository, 'bin/bindlint.js'), ...words]);
    assert.notEqual(stdout, '', stderr);
    const [seen] = JSON.parse(stdout).ports;
    return { ...seen.fromOtherMachines, openings: seen.openings };
  };

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-firewalls-'));
    machine = spawn('unshare', ['-n', '-m', 'sleep', '600']);
    other = spawn('unshare', ['-n', '-m', 'sleep', '600']);
    await sleep(500);
    here(`ip link set lo up && ip link add here type veth peer name there netns ${other.pid}
ip addr add 192.0.2.10/24 dev here && ip link set here up`);
    within(other, ['sh', '-c', 'ip link set lo up; ip addr add 192.0.2.11/24 dev there; ip link set there up']);
    const text = `require('http').createServer((_, response) => response.end('ok')).listen(${port}, '0.0.0.0')`;
    server = spawn('nsenter', ['-t', String(machine.pid), '-n', process.execPath, '-e', text]);
    for (let waited = 0; !isReached() && waited < 60; waited++) await sleep(500);
  });
  after(() => {
    for (const child of [server, machine, other]) child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, { program, on, off }] of Object.entries(firewalls)) {
    test(name, { skip: missing(undefined, program) }, () => {
      assert.ok(isReached());
      assert.deepEqual(doctor().openings, []);
      here(on);
      try {
        const shut = doctor();
        assert.equal(shut.verdict, 'blocks', shut.words);
        assert.match(shut.words, new RegExp(name));
        assert.equal(isReached(), false);
        assert.deepEqual(
          shut.openings.map(({ of }) => of),
          [name],
        );
        const [{ open, close }] = shut.openings as [Seen['openings'][0]];
        for (const command of open) here(command);
        assert.equal(isReached(), true);
        const opened = doctor();
        assert.equal(opened.verdict, 'lets-through', opened.words);
        assert.deepEqual(opened.openings, []);
        let said = '';
        for (const command of close) {
          const handle = said
            .split('\n')
            .find((line) => line.includes(String(port)))
            ?.match(/handle (\d+)/)?.[1];
          said = here(command.replace('NUMBER', handle ?? 'NUMBER'));
        }
        assert.equal(isReached(), false);
        assert.equal(doctor().verdict, 'blocks');
      } finally {
        here(off);
      }
    });
  }
});
