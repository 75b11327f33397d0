import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
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
    on: `rm -rf KEPT/* && mkdir KEPT/ufw KEPT/default KEPT/run && cp -a /etc/ufw/. KEPT/ufw && cp -a /etc/default/. KEPT/default
mount --bind KEPT/ufw /etc/ufw && mount --bind KEPT/default /etc/default && mount --bind KEPT/run /run
ufw --force enable`,
    off: 'ufw disable; umount --lazy /run /etc/default /etc/ufw',
  },
  firewalld: {
    program: 'firewalld',
    on: `rm -rf KEPT/* && mkdir -p KEPT/firewalld KEPT/bus/dbus && cp -a /etc/firewalld/. KEPT/firewalld
mount --bind KEPT/firewalld /etc/firewalld && mount --bind KEPT/bus /run
dbus-daemon --system --nofork --nopidfile >/dev/null 2>&1 & echo $! >KEPT/pids
sleep 1; firewalld --nofork --nopid >/dev/null 2>&1 & echo $! >>KEPT/pids
for try in $(seq 100); do test "$(firewall-cmd --state 2>&1)" = running && break; sleep 0.3; done`,
    // What was ended takes its rules along in its own time, and may hold its folders a while.
    off: `kill $(cat KEPT/pids)
for try in $(seq 100); do kill -0 $(tail -1 KEPT/pids) 2>/dev/null || break; sleep 0.1; done
nft flush ruleset; umount --lazy /run /etc/firewalld`,
  },
};

const port = 7001;

/** Firewalls that somebody has laid rules into before, or beside. */
const histories: readonly {
  readonly name: string;
  readonly of: 'ufw' | 'firewalld' | 'nftables' | 'iptables';
  readonly rules: string;
  /** Takes back what stands beside the firewall. */
  readonly clean?: string;
  readonly verdict: 'lets-through' | 'blocks' | 'unknown';
  /** What is to be opened; none: nothing is printed. */
  readonly openings: readonly string[];
  /** The other machine is kept out by its second address, and stays so. */
  readonly isBanned?: true;
  /** What is printed in place of commands. */
  readonly note?: RegExp;
}[] = [
  {
    name: 'ufw denies the port alone',
    of: 'ufw',
    rules: "ufw default allow && ufw deny 7001/tcp comment 'not yet' && ufw allow 22/tcp",
    verdict: 'blocks',
    openings: ['ufw'],
  },
  {
    name: 'ufw denies the port, and both protocols',
    of: 'ufw',
    rules: 'ufw allow 22/tcp && ufw deny 7001',
    verdict: 'blocks',
    openings: ['ufw'],
  },
  {
    name: 'ufw denies a network',
    of: 'ufw',
    rules: 'ufw default allow && ufw deny from 192.0.2.0/24 to any port 7001',
    verdict: 'unknown',
    openings: [],
  },
  {
    name: 'ufw denies a network before it lets all others through',
    of: 'ufw',
    rules: 'ufw deny from 192.0.2.0/24 && ufw allow 7001/tcp',
    verdict: 'unknown',
    openings: [],
  },
  {
    name: 'ufw keeps out one machine, and all that it does not know',
    of: 'ufw',
    rules: 'ufw allow 22/tcp && ufw insert 1 deny from 192.0.2.12 to any',
    verdict: 'blocks',
    openings: ['ufw'],
    isBanned: true,
  },
  {
    name: 'ufw keeps out one machine, and then all',
    of: 'ufw',
    rules: 'ufw default allow && ufw allow 22/tcp && ufw deny from 192.0.2.12 && ufw reject 7001',
    verdict: 'blocks',
    openings: ['ufw'],
    isBanned: true,
  },
  {
    name: 'ufw keeps out all, and then one machine',
    of: 'ufw',
    rules: 'ufw default allow && ufw allow 22/tcp && ufw deny 7001 && ufw deny from 192.0.2.12',
    verdict: 'blocks',
    openings: ['ufw'],
    isBanned: true,
  },
  {
    name: 'fail2ban keeps out one machine beside ufw',
    of: 'ufw',
    rules:
      'iptables -N f2b-all && iptables -A f2b-all -s 192.0.2.12 -j REJECT && iptables -A f2b-all -j RETURN && iptables -I INPUT -p tcp -j f2b-all',
    clean: 'iptables -D INPUT -p tcp -j f2b-all && iptables -F f2b-all && iptables -X f2b-all',
    verdict: 'blocks',
    openings: ['ufw'],
    isBanned: true,
  },
  {
    name: 'iptables keeps out one machine by fail2ban, and then all',
    of: 'iptables',
    rules:
      'iptables -N f2b-all && iptables -A f2b-all -s 192.0.2.12 -j REJECT && iptables -A f2b-all -j RETURN && iptables -I INPUT -p tcp -j f2b-all && iptables -A INPUT -j DROP',
    clean: 'iptables -F && iptables -X f2b-all',
    verdict: 'blocks',
    openings: ['iptables'],
    isBanned: true,
  },
  {
    name: 'iptables keeps out one machine in a chain of its own that ends for all',
    of: 'iptables',
    rules:
      'iptables -N own && iptables -A INPUT -j own && iptables -A own -s 192.0.2.12 -j DROP && iptables -A own -j REJECT',
    clean: 'iptables -F && iptables -X own',
    verdict: 'blocks',
    openings: ['iptables'],
    isBanned: true,
  },
  {
    name: 'nftables keeps out one machine, and then all',
    of: 'nftables',
    rules:
      "nft 'add set inet filter banned { type ipv4_addr; }; add element inet filter banned { 192.0.2.12 }; add rule inet filter input ip saddr @banned drop; add rule inet filter input tcp dport 7002 accept; add rule inet filter input reject'",
    verdict: 'blocks',
    openings: ['nftables'],
    isBanned: true,
  },
  {
    name: 'nftables keeps out one machine, and by default all',
    of: 'nftables',
    rules: "nft 'add rule inet filter input ip saddr 192.0.2.12 drop'",
    verdict: 'blocks',
    openings: ['nftables'],
    isBanned: true,
  },
  {
    name: 'nftables lets no answer out',
    of: 'nftables',
    rules:
      "nft 'add rule inet filter input tcp dport 7001 accept; add chain inet filter output { type filter hook output priority 0; policy drop; }; add rule inet filter output oif lo accept'",
    verdict: 'blocks',
    openings: ['nftables'],
  },
  {
    name: 'iptables lets no answer out',
    of: 'iptables',
    rules:
      'iptables -A INPUT -p tcp --dport 7001 -j ACCEPT && iptables -A OUTPUT ! -o lo -m conntrack ! --ctstate NEW -j DROP',
    verdict: 'blocks',
    openings: ['iptables'],
  },
  {
    name: 'what drops all but the start of a connection lets it start',
    of: 'nftables',
    rules:
      "nft 'flush chain inet filter input; add rule inet filter input ct state invalid drop; add rule inet filter input tcp flags & (fin|syn|rst|ack) != syn ct state new drop; add rule inet filter input ct state established,new accept'",
    verdict: 'lets-through',
    openings: [],
  },
  {
    name: 'the older iptables drops the port beside nftables',
    of: 'nftables',
    rules:
      "nft 'add rule inet filter input tcp dport 7001 accept' && iptables-legacy -A INPUT -s 192.0.2.12 -j DROP && iptables-legacy -A INPUT -p tcp --dport 7001 -j DROP",
    clean: 'iptables-legacy -F',
    verdict: 'blocks',
    openings: ['iptables-legacy'],
    isBanned: true,
  },
  {
    name: 'the older iptables drops the port in another table',
    of: 'nftables',
    rules:
      "nft 'add rule inet filter input tcp dport 7001 accept' && iptables-legacy -t mangle -A PREROUTING -p tcp --dport 7001 -j DROP",
    clean: 'iptables-legacy -t mangle -F',
    verdict: 'blocks',
    openings: ['iptables-legacy'],
  },
  {
    name: 'ufw lets through a few',
    of: 'ufw',
    rules: 'ufw allow from 203.0.113.0/24 to any port 7001 proto tcp',
    verdict: 'unknown',
    openings: ['ufw'],
  },
  {
    name: 'ufw lets the port through, and a table beside it drops it',
    of: 'ufw',
    rules:
      "ufw allow 7001/tcp && nft 'add table inet extra; add chain inet extra input { type filter hook input priority 10; }; add rule inet extra input tcp dport 7001 drop'",
    clean: 'nft delete table inet extra',
    verdict: 'blocks',
    openings: ['nftables'],
  },
  {
    name: 'ufw lets the port through, and a rule before it drops it',
    of: 'ufw',
    rules: 'ufw allow 7001/tcp && iptables -I INPUT -p tcp --dport 7001 -j DROP',
    clean: 'iptables -D INPUT -p tcp --dport 7001 -j DROP',
    verdict: 'blocks',
    openings: ['iptables'],
  },
  {
    name: 'a rule before ufw lets the port through',
    of: 'ufw',
    rules: 'iptables -I INPUT -p tcp --dport 7001 -j ACCEPT',
    clean: 'iptables -D INPUT -p tcp --dport 7001 -j ACCEPT',
    verdict: 'lets-through',
    openings: [],
  },
  {
    name: 'ufw limits the port',
    of: 'ufw',
    rules: 'ufw limit 7001/tcp',
    verdict: 'lets-through',
    openings: [],
  },
  {
    name: 'the interface is in a zone of its own, and something is open until the next reload',
    of: 'firewalld',
    rules: 'firewall-cmd --zone=work --change-interface=here && firewall-cmd --zone=work --add-port=9999/tcp',
    verdict: 'blocks',
    openings: ['firewalld'],
  },
  {
    name: 'a rich rule comes before the port',
    of: 'firewalld',
    rules: `firewall-cmd --add-port=7001/tcp && firewall-cmd --add-rich-rule='rule family="ipv4" source address="192.0.2.0/24" port port="7001" protocol="tcp" drop'`,
    verdict: 'unknown',
    openings: [],
  },
  {
    name: 'a rich rule keeps out one machine, and nothing opens the port',
    of: 'firewalld',
    rules: `firewall-cmd --add-rich-rule='rule family="ipv4" source address="192.0.2.12" reject'`,
    verdict: 'blocks',
    openings: ['firewalld'],
    isBanned: true,
  },
  {
    name: 'rich rules keep out one machine and all others',
    of: 'firewalld',
    rules: `firewall-cmd --add-rich-rule='rule family="ipv4" source address="192.0.2.12" port port="7001" protocol="tcp" drop' && firewall-cmd --add-rich-rule='rule port port="7001" protocol="tcp" reject'`,
    verdict: 'blocks',
    openings: ['firewalld'],
    isBanned: true,
  },
  {
    name: 'a rich rule keeps out one machine before another keeps out all',
    of: 'firewalld',
    rules: `firewall-cmd --add-rich-rule='rule priority="-300" family="ipv4" source address="192.0.2.12" drop' && firewall-cmd --add-rich-rule='rule priority="-20" port port="7001" protocol="tcp" drop'`,
    verdict: 'blocks',
    openings: ['firewalld'],
    isBanned: true,
  },
  {
    name: 'a rich rule comes before whatever could open the port',
    of: 'firewalld',
    rules: `firewall-cmd --add-port=7001/tcp && firewall-cmd --add-rich-rule='rule priority="-32768" port port="7001" protocol="tcp" drop'`,
    verdict: 'blocks',
    openings: ['firewalld'],
    note: /^no rule can go before rule priority="-32768" /,
  },
  {
    name: 'a rich rule drops the port for all',
    of: 'firewalld',
    rules: `firewall-cmd --add-port=7001/tcp && firewall-cmd --add-rich-rule='rule port port="7001" protocol="tcp" drop'`,
    verdict: 'blocks',
    openings: ['firewalld'],
  },
  {
    name: 'the port is open after the next start',
    of: 'firewalld',
    rules: 'firewall-cmd --permanent --add-port=7001/tcp',
    verdict: 'blocks',
    openings: ['firewalld'],
  },
  {
    name: 'firewalld lets the port through, and a table beside it drops it',
    of: 'firewalld',
    rules:
      "firewall-cmd --add-port=7001/tcp && nft 'add table inet extra; add chain inet extra input { type filter hook input priority 10; }; add rule inet extra input tcp dport 7001 drop'",
    clean: 'nft delete table inet extra',
    verdict: 'blocks',
    openings: ['nftables'],
  },
];

interface Seen {
  readonly verdict: string;
  readonly words: string;
  readonly openings: readonly {
    readonly of: string;
    readonly open: string[];
    readonly close: string[];
    readonly note?: string;
  }[];
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
  const isReached = (from = '192.0.2.11') => {
    const text = `const socket = require('net').connect({ host: '192.0.2.10', port: ${port}, localAddress: '${from}' });
socket.on('connect', () => process.exit(0)).on('error', () => process.exit(1)); setTimeout(() => process.exit(1), 1500);`;
    return within(other, [process.execPath, '-e', text]).status === 0;
  };
  /** What was dropped before is sent once more a moment later. */
  const untilReached = () => assert.ok(isReached() || isReached() || isReached());
  const doctor = (): Seen => {
    const words = ['doctor', '--port', String(port), '--host', '0.0.0.0', '--format', 'json'];
    const { stdout, stderr } = within(machine, [process.execPath, path.join(repository, 'bin/bindlint.js'), ...words]);
    assert.notEqual(stdout, '', stderr);
    const [seen] = JSON.parse(stdout).ports;
    return { ...seen.fromOtherMachines, openings: seen.openings };
  };

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-firewalls-'));
    machine = spawn('unshare', ['-n', '-m', 'sleep', '3600']);
    other = spawn('unshare', ['-n', '-m', 'sleep', '3600']);
    const ownNet = readlinkSync('/proc/self/ns/net');
    const isApart = (child: ChildProcess) => readlinkSync(`/proc/${child.pid}/ns/net`) !== ownNet;
    for (let waited = 0; !(isApart(machine) && isApart(other)) && waited < 100; waited++) await sleep(100);
    here(`ip link set lo up && ip link add here type veth peer name there netns ${other.pid}
ip addr add 192.0.2.10/24 dev here && ip link set here up`);
    within(other, [
      'sh',
      '-c',
      'ip link set lo up; ip addr add 192.0.2.11/24 dev there; ip addr add 192.0.2.12/24 dev there; ip link set there up',
    ]);
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
      untilReached();
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

  /** All that a firewall and its neighbours have. */
  const rulesNow = (of: string) =>
    [
      ...(of === 'ufw' ? ['ufw show added'] : []),
      ...(of === 'firewalld' ? ['firewall-cmd --list-all-zones', 'firewall-cmd --permanent --list-all-zones'] : []),
      'iptables -S',
      'iptables-legacy -S',
    ].map(here);

  for (const { name, of, rules, clean, verdict, openings, isBanned, note } of histories) {
    test(name, { skip: missing(undefined, firewalls[of]!.program) }, () => {
      untilReached();
      here(firewalls[of]!.on);
      try {
        here(rules);
        const before = rulesNow(of);
        const seen = doctor();
        assert.equal(seen.verdict, verdict, seen.words);
        if (isBanned) assert.equal(isReached('192.0.2.12'), false);
        // A machine that is let through or not depends on where it stands.
        if (verdict !== 'unknown') assert.equal(isReached(), verdict === 'lets-through', seen.words);
        else assert.equal(isReached(), false, seen.words);
        assert.deepEqual(
          seen.openings.map(({ of }) => of),
          openings,
          JSON.stringify(seen),
        );
        if (openings.length === 0) return;
        if (note) {
          assert.match(seen.openings[0]!.note!, note);
          assert.deepEqual(seen.openings[0]!.open, []);
          return;
        }
        for (const { open } of seen.openings) for (const command of open) here(command);
        assert.equal(isReached(), true, JSON.stringify(seen.openings));
        const opened = doctor();
        // Whom a ban keeps out, it still does.
        assert.equal(isReached('192.0.2.12'), isBanned !== true, JSON.stringify(seen.openings));
        assert.equal(opened.verdict, isBanned ? 'unknown' : 'lets-through', opened.words);
        assert.deepEqual(opened.openings, []);
        let said = '';
        for (const command of seen.openings.flatMap(({ close }) => close)) {
          const handle = said
            .split('\n')
            .find((line) => line.includes(String(port)) && line.includes('accept'))
            ?.match(/handle (\d+)/)?.[1];
          said = here(command.replace('NUMBER', handle ?? 'NUMBER'));
        }
        assert.equal(isReached(), false);
        assert.deepEqual(rulesNow(of), before);
      } finally {
        if (clean !== undefined) here(clean);
        here(firewalls[of]!.off);
      }
    });
  }

  test('a port that is sent elsewhere is not said to be reached', { skip: missing(undefined, 'nft') }, () => {
    here(
      "nft 'add table ip own; add chain ip own pre { type nat hook prerouting priority -100; }; add rule ip own pre tcp dport 7001 redirect to :7009'",
    );
    try {
      const seen = doctor();
      assert.equal(isReached(), false);
      assert.equal(seen.verdict, 'unknown', seen.words);
      assert.match(seen.words, /may send port 7001 elsewhere: tcp dport 7001 redirect to :7009/);
    } finally {
      here('nft delete table ip own');
    }
  });
});
