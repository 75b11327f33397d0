import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  type Firewall,
  parseIptables,
  parseLegacy,
  parseNft,
  parsePf,
  parseSocketFilter,
  readFirewalls,
  withUfw,
} from '../../src/runtime/firewall.ts';
import { parseFirewalld } from '../../src/runtime/firewalld.ts';
import { containerEnd, judgePublished } from '../../src/runtime/published.ts';
import { parseUfw } from '../../src/runtime/ufw.ts';
import { parseNetshProfile } from '../../src/runtime/windows-firewall.ts';

// Made for these tests in the shape that the programs print; nothing here was recorded on a machine.

const verdicts = (firewall: Firewall, ...ports: number[]) => ports.map((port) => firewall.judge(port).verdict);

/** What `ufw status verbose` prints. */
const status = (incoming: string, ...rules: string[]) =>
  [
    'Status: active',
    'Logging: on (low)',
    `Default: ${incoming} (incoming), allow (outgoing), disabled (routed)`,
    'New profiles: skip',
    '',
    'To                         Action      From',
    '--                         ------      ----',
    ...rules,
    '',
  ].join('\n');

describe('ufw', () => {
  test('rules are tried in their order, then the default', () => {
    const firewall = parseUfw(
      status(
        'deny',
        '22/tcp                     ALLOW IN    Anywhere                   # shell',
        '8000:8010/tcp              ALLOW IN    Anywhere',
        '9000                       DENY IN     Anywhere',
        '5353/udp                   ALLOW IN    Anywhere',
        '7000/tcp                   ALLOW IN    10.0.0.0/8',
        '22/tcp (v6)                ALLOW IN    Anywhere (v6)',
      ),
    );
    assert.equal(firewall.state, 'active');
    assert.deepEqual(verdicts(firewall, 22, 8005, 9000, 5353, 7000, 8080), [
      'lets-through',
      'lets-through',
      'blocks',
      'blocks',
      'unknown',
      'blocks',
    ]);
  });

  test('a profile of an application may be any port', () =>
    assert.deepEqual(verdicts(parseUfw(status('deny', 'Nginx Full                 ALLOW IN    Anywhere')), 80), [
      'unknown',
    ]));

  test('allowed by default, and not active', () => {
    assert.deepEqual(verdicts(parseUfw(status('allow')), 80), ['lets-through']);
    const off = parseUfw('Status: inactive\n');
    assert.equal(off.state, 'inactive');
    assert.deepEqual(verdicts(off, 80), ['lets-through']);
  });
});

/** A zone as `firewall-cmd --list-all-zones` prints it. */
const zone = (
  name: string,
  { ports = '', services = '', target = 'default', interfaces = '', rich = [] as readonly string[] } = {},
) =>
  `${name}\n  target: ${target}\n  interfaces: ${interfaces}\n  sources: \n  services: ${services}\n  ports: ${ports}\n  rich rules: \n${rich.map((rule) => `\t${rule}\n`).join('')}`;
const zones = (...all: string[]) => parseFirewalld({ zones: all.join('\n'), permanent: '', standard: 'public\n' });

test('firewalld', () => {
  const one = (ports: string, services: string, target = 'default') =>
    zones(zone('public', { ports, services, target }));
  assert.deepEqual(verdicts(one('8000/tcp 9000-9010/tcp 53/udp', 'ssh dhcpv6-client'), 8000, 9005, 53, 22, 80), [
    'lets-through',
    'lets-through',
    'blocks',
    'lets-through',
    'blocks',
  ]);
  assert.deepEqual(verdicts(one('', 'ssh postgresql'), 5432), ['unknown']);
  assert.deepEqual(verdicts(one('', '', 'ACCEPT'), 1), ['lets-through']);
});

test('firewalld: the zone of the interface counts, and its rich rules come first', () => {
  const text = [
    "You're performing an operation over default zone ('public'),\nbut your connections are in zone 'work'\n",
    zone('public (default)'),
    zone('work (active)', {
      interfaces: 'eth1',
      ports: '8000/tcp 9000/tcp',
      rich: [
        'rule family="ipv4" source address="10.0.0.0/8" port port="9000" protocol="tcp" drop',
        'rule service name="dns" icmp-block name="redirect"',
      ],
    }),
  ].join('\n');
  const deviceOf = (address: string) => ({ '192.0.2.1': 'eth0', '192.0.2.2': 'eth1' })[address];
  const later = zone('work', { ports: '7000/tcp' });
  const firewall = parseFirewalld({ zones: text, permanent: later, standard: 'public' }, deviceOf);
  assert.equal(firewall.words, 'active, zones public, work');
  assert.deepEqual(
    [8000, 9000].map((port) => firewall.judge(port, '192.0.2.1').verdict),
    ['blocks', 'blocks'],
  );
  assert.deepEqual(
    [8000, 9000].map((port) => firewall.judge(port, '192.0.2.2').verdict),
    ['lets-through', 'unknown'],
  );
  assert.deepEqual(firewall.opening!(8080, 'web', ['192.0.2.2'])!.open, [
    'sudo firewall-cmd --zone=work --add-port=8080/tcp',
    'sudo firewall-cmd --zone=work --permanent --add-port=8080/tcp',
  ]);
  // What is open for later stays so.
  assert.deepEqual(firewall.opening!(7000, 'web', ['192.0.2.2'])!.close, [
    'sudo firewall-cmd --zone=work --remove-port=7000/tcp',
  ]);
  // It is open to all but those whom a rule keeps out.
  assert.equal(firewall.opening!(9000, 'web', ['192.0.2.2']), undefined);
});

test('firewalld: rules that keep some machines out stay before what opens the port', () => {
  const ban = 'rule family="ipv4" source address="10.0.0.0/8" port port="8000" protocol="tcp" reject';
  const all = (priority = '') => `rule${priority} port port="8000" protocol="tcp" drop`;
  const opened = (ports: string, ...rich: string[]) => {
    const opening = zones(zone('public', { ports, rich })).opening!(8000, 'web', []);
    return opening && { ...opening, open: opening.open.filter((one) => !one.includes('--permanent')) };
  };
  const add = (rule: string) => `sudo firewall-cmd --zone=public --add-rich-rule='${rule}'`;
  const accept = (priority: number) => add(`rule priority="${priority}" port port="8000" protocol="tcp" accept`);
  // A port comes behind all that denies.
  assert.deepEqual(opened('', ban)!.open, ['sudo firewall-cmd --zone=public --add-port=8000/tcp']);
  assert.equal(opened('8000/tcp', ban), undefined);
  assert.deepEqual(opened('8000/tcp', all())!.open, [accept(-1)]);
  assert.deepEqual(opened('', all(' priority="-20"'), ban.replace('rule', 'rule priority="-40"'))!.open, [accept(-21)]);
  const again = opened('', all(), ban, ban.replace('rule', 'rule priority="5"').replace('10.0.0.0', '172.16.0.0'))!;
  assert.deepEqual(again.open, [
    add(ban.replace('rule', 'rule priority="-2"')),
    add(ban.replace('rule', 'rule priority="-2"').replace('10.0.0.0', '172.16.0.0')),
    accept(-1),
  ]);
  assert.match(again.close[0]!, /--remove-rich-rule='rule priority="-1" port /);
  assert.equal(again.close.length, 6);
  assert.equal(opened('', all(), all(' priority="-1"').replace('drop', 'accept')), undefined);
  assert.deepEqual(opened('', all(), all().replace('drop', 'accept'))!.open, [accept(-1)]);
  const none = opened('', all(' priority="-32768"'))!;
  assert.deepEqual([none.open, none.close], [[], []]);
  assert.match(none.note!, /^no rule can go before rule priority="-32768" port /);
  assert.match(
    opened('', all(' priority="-32767"'), ban)!.note!,
    /; what these keep out gets through: rule family="ipv4" /,
  );
});

test('ufw: what is there before decides how a port is opened', () => {
  const opened = (...added: string[]) => {
    const firewall = parseUfw('Status: active\n', `Added user rules:\n${added.join('\n')}\n`, () => 'eth0');
    const opening = firewall.opening!(8000, 'web', ['192.0.2.1']);
    return [...(opening?.open ?? []), ...(opening?.close ?? [])];
  };
  const simple = ["sudo ufw allow 8000/tcp comment 'web'", 'sudo ufw delete allow 8000/tcp'];
  const first = ["sudo ufw insert 1 allow 8000/tcp comment 'web'", 'sudo ufw delete allow 8000/tcp'];
  const second = ["sudo ufw insert 2 allow 8000/tcp comment 'web'", 'sudo ufw delete allow 8000/tcp'];
  const apart = [
    "sudo ufw insert 1 allow to 192.0.2.1 port 8000 proto tcp comment 'web'",
    'sudo ufw delete allow to 192.0.2.1 port 8000 proto tcp',
  ];
  for (const [expected, ...added] of [
    [simple],
    [simple, 'ufw allow 22/tcp', 'ufw deny 8001', 'ufw deny 8000/udp', 'ufw route deny 8000', 'ufw deny out 8000'],
    [simple, 'ufw allow from 10.0.0.0/8 to any port 8000 proto tcp'],
    [simple, 'ufw deny in on eth1 to any port 8000', 'ufw deny to 192.0.2.99 port 8000 proto tcp'],
    [first, 'ufw deny in on eth0 to any port 8000'],
    [first, 'ufw deny 8000'],
    [first, 'ufw reject log 7000:9000/tcp'],
    [first, "ufw deny 'Own Profile'"],
    // Bans stay before it, or are said once more before it.
    [simple, 'ufw deny from 10.0.0.0/8'],
    [[], 'ufw deny from 10.0.0.0/8 to any port 8000', 'ufw allow 8000'],
    [[], 'ufw deny in from 10.0.0.0/8 to any port 8000', 'ufw allow 8000/tcp'],
    [second, 'ufw deny from 10.0.0.0/8', 'ufw deny 8000'],
    [
      second.map((one) => one.replace('insert 2', 'insert 4')),
      ...['ufw allow 22/tcp', 'ufw allow 6000:6100,7000:7100/tcp', 'ufw deny from 10.0.0.0/8', 'ufw deny 8000'],
    ],
    [second, 'ufw allow 22/tcp', 'ufw reject to 192.0.2.1 port 8000'],
    [first, 'ufw deny 8000', 'ufw deny from 10.0.0.0/8 to any port 22'],
    [
      [
        first[0]!,
        'sudo ufw insert 1 deny from 10.0.0.0/8 to any port 8000 proto tcp',
        first[1]!,
        'sudo ufw delete deny from 10.0.0.0/8 to any port 8000 proto tcp',
      ],
      'ufw deny 8000',
      'ufw deny from 10.0.0.0/8',
    ],
    [
      [
        'sudo ufw status numbered',
        "sudo ufw insert NUMBER allow 8000/tcp comment 'web'",
        'sudo ufw delete allow 8000/tcp',
      ],
      "ufw allow 'Own Profile'",
      'ufw deny 8000',
    ],
    // One for the same port would be replaced, and an own one taken away.
    [apart, "ufw deny 8000/tcp comment 'not yet'"],
    [
      [
        "sudo ufw insert 1 allow in on eth0 to 192.0.2.1 port 8000 proto tcp comment 'web'",
        'sudo ufw delete allow in on eth0 to 192.0.2.1 port 8000 proto tcp',
      ],
      'ufw deny 8000/tcp',
      'ufw deny to 192.0.2.1 port 8000 proto tcp',
    ],
    [[], 'ufw allow 8000/tcp', 'ufw deny 8000'],
    [[], 'ufw limit 8000'],
  ] as const)
    assert.deepEqual(opened(...added), expected, added.join('; '));
});

test('ufw and what stands beside it', () => {
  const own = [
    '-N ufw-before-input',
    '-N ufw-user-input',
    '-N ufw-user-limit',
    '-A ufw-before-input -i lo -j ACCEPT',
    '-A ufw-before-input -m rt --rt-type 0 -j DROP',
    '-A ufw-before-input -j ufw-user-input',
    '-A ufw-user-input -p tcp -m tcp --dport 8000 -j ACCEPT',
    '-A ufw-user-input -p tcp -m tcp --dport 8100 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource -j ufw-user-limit',
    '-A ufw-user-input -p tcp -m tcp --dport 8100 -j ACCEPT',
    '-A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable',
  ];
  const judged = (port: number, before: readonly string[] = [], after: readonly string[] = []) => {
    const text = ['-P INPUT DROP', ...before, '-A INPUT -j ufw-before-input', ...after, ...own].join('\n');
    const ufw = parseUfw(status('deny', '8000/tcp                   ALLOW IN    Anywhere'));
    const all = withUfw(ufw, text, '-P INPUT DROP');
    return all.slice(0, 2).map((one) => one.judge(port, '192.0.2.1').verdict);
  };
  for (const [port, before, after, expected] of [
    [8000, [], [], ['lets-through', 'lets-through']],
    [8080, [], [], ['blocks', 'lets-through']],
    [8100, [], [], ['lets-through', 'lets-through']],
    [8000, ['-A INPUT -p tcp -m tcp --dport 8000 -j DROP'], [], ['lets-through', 'blocks']],
    [8000, [], ['-A INPUT -p tcp -m tcp --dport 8000 -j DROP'], ['lets-through', 'lets-through']],
    [8080, ['-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT'], [], ['lets-through', 'lets-through']],
    [8080, [], ['-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT'], ['lets-through', 'lets-through']],
    [8000, ['-A INPUT -s 10.0.0.0/8 -j DROP'], [], ['lets-through', 'unknown']],
    [8080, ['-A INPUT -s 10.0.0.0/8 -j ACCEPT'], [], ['unknown', 'lets-through']],
  ] as const)
    assert.deepEqual(judged(port, before, after), expected, [port, ...before, ...after].join(' '));
});

describe('nftables', () => {
  const ruleset = (policy: string, ...lines: string[]) =>
    [
      'table inet filter {',
      '\tchain input {',
      `\t\ttype filter hook input priority filter; policy ${policy};`,
      ...lines.map((line) => `\t\t${line}`),
      '\t}',
      '',
      '\tchain output {',
      '\t\ttype filter hook output priority filter; policy accept;',
      '\t}',
      '}',
    ].join('\n');

  test('plain rules are understood', () => {
    const firewall = parseNft(
      ruleset(
        'drop',
        'ct state established,related accept',
        'iif "lo" accept',
        'ct state invalid drop',
        'icmp type echo-request accept',
        'udp dport 53 accept',
        'tcp dport { 22, 8000-8010 } accept',
        'tcp dport 9000 counter packets 3 bytes 180 drop comment "old"',
        'ct state new tcp dport 9100 accept',
      ),
    );
    assert.deepEqual(verdicts(firewall, 22, 8005, 9000, 9100, 53, 8080), [
      'lets-through',
      'lets-through',
      'blocks',
      'lets-through',
      'blocks',
      'blocks',
    ]);
  });

  test('what is not plain is unknown', () => {
    for (const line of [
      'ip saddr 10.0.0.0/8 tcp dport 8000 accept',
      'jump services',
      'tcp dport @open accept',
      'tcp dport vmap { 22 : accept }',
      'iifname vmap { "lo" : accept, "eth0" : accept }',
      'iif vmap { "lo" : accept, "eth0" : jump services }',
      'fib daddr type vmap { local : accept }',
      'meta pkttype vmap { host : accept }',
      'iifname . tcp dport { "eth0" . 8000 } accept',
      'meta l4proto . th dport { tcp . 8000 } accept',
      'ip protocol . th dport { tcp . 8000 } accept',
      'ct state . ct direction { new . original } accept',
    ])
      assert.deepEqual(verdicts(parseNft(ruleset('drop', line)), 8000), ['unknown'], line);
  });

  test('a port that is named is not one of all the others', () => {
    const text = ruleset('accept', 'meta l4proto tcp th dport != 8000 drop');
    assert.deepEqual(verdicts(parseNft(text), 8000, 9000), ['lets-through', 'blocks']);
  });

  test('every chain at which packets arrive has to accept', () => {
    const beside = (table: string, policy: string, ...lines: string[]) =>
      `${ruleset('drop', 'tcp dport 8000 accept')}\n${ruleset(policy, ...lines).replace('inet filter', table)}`;
    const over = (text: string, address: string) => parseNft(text).judge(8000, address).verdict;
    const [four, six] = ['192.0.2.1', '2001:db8::1'];
    for (const [text, overFour, overSix] of [
      [beside('inet own', 'accept'), 'lets-through', 'lets-through'],
      // An accept in one chain is none in the next.
      [beside('inet own', 'drop'), 'blocks', 'blocks'],
      [beside('inet own', 'accept', 'tcp dport 8000 drop'), 'blocks', 'blocks'],
      [beside('inet own', 'accept', 'ip saddr 10.0.0.0/8 drop'), 'unknown', 'lets-through'],
      [beside('ip own', 'drop'), 'blocks', 'lets-through'],
      [beside('ip6 own', 'drop'), 'lets-through', 'blocks'],
      [beside('arp own', 'drop'), 'lets-through', 'lets-through'],
      [beside('bridge own', 'drop'), 'lets-through', 'lets-through'],
      [
        beside('inet own', 'drop').replace(/(own [\s\S]*?)hook input/, '$1hook prerouting'),
        'lets-through',
        'lets-through',
      ],
      [
        beside('inet own', 'accept', 'tcp dport 8000 drop').replace(/(own [\s\S]*?)hook input/, '$1hook prerouting'),
        'blocks',
        'blocks',
      ],
      [
        beside('inet own', 'drop').replace(/(own [\s\S]*?)hook input/, '$1hook forward'),
        'lets-through',
        'lets-through',
      ],
    ] as const) {
      assert.equal(over(text, four), overFour, text);
      assert.equal(over(text, six), overSix, text);
    }
    assert.deepEqual(parseNft(beside('inet own', 'drop')).opening!(8000, 'web', ['192.0.2.1'])!.open, [
      `sudo nft insert rule inet own input tcp dport 8000 accept comment '"web"'`,
    ]);
    assert.match(
      parseNft(beside('ip own', 'drop')).judge(8000).words,
      /^it depends on the family: over IPv4 .* dropped; /,
    );
  });

  test('each way to write a condition', () => {
    const judged = (...lines: string[]) => parseNft(ruleset('drop', ...lines)).judge(8000, '192.0.2.1').verdict;
    for (const line of [
      'meta l4proto { tcp, udp } th dport 8000 accept',
      'meta l4proto { tcp, udp } th dport { 53, 7999-8001 } counter packets 0 bytes 0 accept',
      'ip protocol tcp th dport 8000 accept',
      'ip protocol 6 tcp dport 8000 accept',
      'meta nfproto ipv4 tcp dport 8000 accept',
      'meta protocol ip tcp dport 8000 accept',
      'tcp dport != 22 accept',
      'ct state { established, new } accept',
      'ct state established,related,new accept',
      'ct state != invalid accept',
      'ct state vmap { invalid : drop, established : accept, new : accept }',
      'iifname != "lo" tcp dport 8000 accept',
      'ip daddr 192.0.2.1 tcp dport 8000 accept',
      'ip daddr 192.0.2.0/24 tcp dport 8000 accept',
      'ip daddr { 198.51.100.1, 192.0.2.1 } tcp dport 8000 accept',
      'ip saddr 0.0.0.0/0 tcp dport 8000 accept',
      'fib daddr type local tcp dport 8000 accept',
      'tcp flags syn / fin,syn,rst,ack accept',
      'tcp flags & (fin | syn | rst | ack) == syn accept',
      'tcp flags & (syn | ack) != ack accept',
      'tcp flags == syn accept',
      'tcp flags syn tcp dport 8000 accept',
      'tcp flags != fin / fin,syn accept',
      'ct state ! established accept',
      'ct state != { established, related } tcp flags syn / fin,syn,rst,ack accept',
      'tcp dport 8000 log prefix "in: " level info accept comment "web { 1 }"',
    ])
      assert.equal(judged(line), 'lets-through', line);
    for (const line of [
      'tcp flags != syn / fin,syn,rst,ack accept',
      'tcp flags & (fin | syn | rst | ack) != syn accept',
      'tcp flags & (fin | syn) == (fin | syn) accept',
      'tcp flags & (fin | syn | rst | psh | ack | urg) == 0x0 accept',
      'tcp flags != syn accept',
      'tcp flags fin,rst accept',
      'ct state != new accept',
      'ct state invalid accept',
      'meta l4proto udp th dport 8000 accept',
      'meta l4proto { udp, sctp } th dport 8000 accept',
      'ip6 nexthdr tcp tcp dport 8000 accept',
      'meta nfproto ipv6 accept',
      'ip6 saddr ::/0 accept',
      'tcp dport != 8000 accept',
      'tcp dport { 22, 8001-8010 } accept',
      'ct state established,related accept',
      'ct state vmap { established : accept, related : accept }',
      'iifname "lo" accept',
      'iif lo tcp dport 8000 accept',
      'ip daddr 127.0.0.0/8 accept',
      'ip daddr 198.51.100.1 tcp dport 8000 accept',
      'ip saddr 127.0.0.1 accept',
      'meta pkttype { broadcast, multicast } accept',
      'fib daddr type multicast accept',
      'tcp dport 8000 counter packets 1 bytes 2',
      'udp sport 53 accept',
      'icmpv6 type { nd-neighbor-solicit, echo-request } accept',
    ])
      assert.equal(judged(line), 'blocks', line);
    for (const line of [
      'ip saddr 10.0.0.0/8 accept',
      'iifname "eth0" tcp dport 8000 accept',
      'tcp dport 8000 limit rate 10/second accept',
      'tcp dport vmap { 8000 : accept }',
      'tcp dport https accept',
      'ct mark 0x1 accept',
      'meta l4proto tcp xt match "addrtype" accept',
      'queue to 1',
    ])
      assert.equal(judged(line), 'unknown', line);
  });

  test('named sets, chains that are led to, and lists over several lines', () => {
    const text = `table inet filter {
	set open {
		type inet_service
		flags interval
		elements = { 22, 80,
			     8000-8010 }
	}
	set none {
		type inet_service
	}
	chain services {
		tcp dport { 9000,
			    9100 } accept
		tcp dport 9200 return
		tcp dport 9300 drop
	}
	chain loops {
		jump loops
	}
	chain input {
		type filter hook input priority filter; policy drop;
		tcp dport @none drop
		tcp dport @open accept
		jump services
		tcp dport 9200 accept
		tcp dport 9400 jump loops
	}
}`;
    assert.deepEqual(verdicts(parseNft(text), 22, 8005, 9100, 9200, 9300, 9400, 9500), [
      'lets-through',
      'lets-through',
      'lets-through',
      'lets-through',
      'blocks',
      'unknown',
      'blocks',
    ]);
  });

  test('thousands of rules and deep chains take no time', () => {
    const deep = Array.from({ length: 5000 }, (_, at) => `chain c${at} {\njump c${at + 1}\njump c${at + 1}\n}`).join(
      '\n',
    );
    const text = `table inet own {\n${deep}\nchain input {\ntype filter hook input priority 0; policy drop;\n${'tcp dport 22 accept\n'.repeat(20_000)}jump c0\n}\n}`;
    const started = performance.now();
    assert.deepEqual(verdicts(parseNft(text), 8000), ['unknown']);
    assert.ok(performance.now() - started < 10_000, `${performance.now() - started}`);
  });

  test('a set over twenty thousand lines takes no time', () => {
    const elements = Array.from({ length: 100_000 }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    const lines = Array.from({ length: 20_000 }, (_, at) => elements.slice(at * 5, at * 5 + 5).join(', ')).join(
      ',\n\t\t\t     ',
    );
    const text = `table ip own {\nset bad {\ntype ipv4_addr\nelements = { ${lines} }\n}\nchain input {\ntype filter hook input priority 0; policy accept;\nip saddr @bad drop\nip daddr @bad drop\n}\n}`;
    const before = process.cpuUsage();
    const firewall = parseNft(text);
    for (let port = 1; port < 20; port++) assert.equal(firewall.judge(port, '192.0.2.1').verdict, 'unknown');
    assert.match(firewall.judge(8000, '10.0.0.1').words, /ip daddr @bad drop$/);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 3_000_000, `${user + system}`);
  });

  test('no chain for what comes in', () => {
    assert.equal(parseNft('').state, 'inactive');
    assert.equal(
      parseNft('table ip nat {\n\tchain post {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n\t}\n}')
        .state,
      'inactive',
    );
  });
});

test('iptables', () => {
  const rules = [
    '-P INPUT DROP',
    '-P FORWARD ACCEPT',
    '-A INPUT -i lo -j ACCEPT',
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A INPUT -p udp -m udp --dport 53 -j ACCEPT',
    '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
    '-A INPUT -p tcp -m multiport --dports 8000:8010,9000 -m comment --comment "own servers" -j ACCEPT',
    '-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 7000 -j ACCEPT',
    '-A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 7100 -j REJECT --reject-with tcp-reset',
  ];
  assert.deepEqual(verdicts(parseIptables(rules.join('\n')), 22, 8005, 9000, 7000, 7100, 53, 8080), [
    'lets-through',
    'lets-through',
    'lets-through',
    'unknown',
    'blocks',
    'blocks',
    'blocks',
  ]);
  assert.deepEqual(verdicts(parseIptables('-P INPUT ACCEPT\n-A INPUT -j own\n'), 80), ['unknown']);
  assert.equal(parseIptables('-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n').state, 'inactive');
});

test('iptables: what is said of all but one holds for the others', () => {
  for (const [rule, expected] of [
    ['! -i lo -p tcp -m tcp --dport 8000 -j DROP', 'blocks'],
    ['-m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP', 'blocks'],
    ['-p tcp -m tcp ! --dport 22 -j DROP', 'blocks'],
    ['-p tcp -m tcp ! --dport 8000 -j DROP', 'lets-through'],
    ['! -p udp -j DROP', 'blocks'],
    ['! -p tcp -j DROP', 'lets-through'],
    ['! -s 10.0.0.0/8 -j DROP', 'unknown'],
    ['-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP', 'lets-through'],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP', 'blocks'],
    ['-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j DROP', 'lets-through'],
    ['-p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -j DROP', 'lets-through'],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -j DROP', 'lets-through'],
    ['-p tcp -m tcp --tcp-flags ALL SYN -j DROP', 'blocks'],
    ['-m conntrack --ctstate INVALID -j DROP', 'lets-through'],
    ['-m conntrack ! --ctstate NEW -j DROP', 'lets-through'],
    ['-m state --state NEW,INVALID -j DROP', 'blocks'],
    ['-p tcp -m limit --limit 5/min -j DROP', 'unknown'],
    ['-p tcp -m set --match-set bad src -j DROP', 'unknown'],
    ['-d 192.0.2.9/32 -j DROP', 'lets-through'],
    ['-d 192.0.2.1/32 -j DROP', 'blocks'],
    ['-m addrtype --dst-type LOCAL -j DROP', 'blocks'],
    ['-m addrtype --dst-type BROADCAST -j DROP', 'lets-through'],
    ['-p tcp -m comment --comment "! -j ACCEPT" -j DROP', 'blocks'],
    ['-p tcp -j NFQUEUE --queue-num 0', 'unknown'],
    ['-p tcp -j MARK --set-xmark 0x1/0xffffffff', 'lets-through'],
  ] as const) {
    const firewall = parseIptables(`-P INPUT ACCEPT\n-A INPUT ${rule}\n`);
    assert.equal(firewall.judge(8000, '192.0.2.1').verdict, expected, rule);
    assert.equal(firewall.judge(8000, '2001:db8::1').verdict, 'lets-through', rule);
  }
});

test('a rule for some is not the reason why all are kept out', () =>
  assert.equal(
    parseIptables('-P INPUT DROP\n-A INPUT -s 10.0.0.0/8 -j DROP').judge(8000, '192.0.2.1').words,
    'iptables has no rule in INPUT for port 8000, and what has none is dropped',
  ));

test('what opens a port stands behind rules that keep some machines out', () => {
  const iptables = (...rules: string[]) => {
    const opening = parseIptables(rules.join('\n')).opening!(8000, 'web', ['192.0.2.1']);
    return opening && [...opening.open.map((one) => one.replace(/^sudo iptables | -p tcp .*/g, '')), opening.note];
  };
  const lasts = 'it lasts until the next start';
  const ban = '-A INPUT -s 10.0.0.0/8 -j DROP';
  for (const [expected, ...rules] of [
    [['-I INPUT', lasts], '-P INPUT DROP'],
    [['-A INPUT', lasts], '-P INPUT DROP', ban],
    [undefined, '-P INPUT ACCEPT', ban],
    [['-I INPUT 2', lasts], '-P INPUT ACCEPT', ban, '-A INPUT -j DROP'],
    [['-I INPUT 3', lasts], '-P INPUT ACCEPT', '-A INPUT -i lo -j ACCEPT', ban, '-A INPUT -p tcp --dport 8000 -j DROP'],
    [
      ['-I INPUT', `${lasts}; it goes before rules that keep some machines out, which then get through: ${ban}`],
      '-P INPUT ACCEPT',
      '-A INPUT -p tcp --dport 8000 -j DROP',
      ban,
    ],
    // As fail2ban, ipset and others have it.
    [
      ['-I INPUT 2', lasts],
      '-P INPUT ACCEPT',
      '-N f2b-web',
      '-A INPUT -p tcp -j f2b-web',
      '-A INPUT -j DROP',
      '-A f2b-web -s 10.0.0.1/32 -j REJECT',
      '-A f2b-web -j RETURN',
    ],
    [['-A INPUT', lasts], '-P INPUT DROP', '-A INPUT -m set --match-set bad src -j DROP'],
    [['-A INPUT', lasts], '-P INPUT DROP', '-A INPUT ! -s 192.0.2.0/24 -j DROP'],
    [
      ['-A INPUT', lasts],
      '-P INPUT DROP',
      '-A INPUT -p tcp -m connlimit --connlimit-above 20 --connlimit-mask 32 -j REJECT',
    ],
    // A chain of one's own with bans and the end of all others.
    [
      ['-I own 2', lasts],
      '-P INPUT ACCEPT',
      '-N own',
      '-A INPUT -j own',
      '-A own -s 10.0.0.1/32 -j DROP',
      '-A own -j DROP',
    ],
    // One that is used elsewhere too holds nothing of this.
    [
      ['-I INPUT 2', lasts],
      '-P INPUT ACCEPT',
      '-N away',
      '-A INPUT -s 10.0.0.1/32 -j away',
      '-A INPUT -j away',
      '-A away -j DROP',
    ],
  ] as const)
    assert.deepEqual(iptables(...rules), expected, rules.join('; '));
  const nft = (policy: string, ...lines: string[]) =>
    parseNft(
      `table ip own {\nset bad {\ntype ipv4_addr\n}\nchain in {\ntype filter hook input priority 0; policy ${policy};\n${lines.join('\n')}\n}\n}`,
    ).opening!(8000, 'web', ['192.0.2.1'])?.open.map((one) => one.replace(/^sudo nft | tcp dport .*/g, ''));
  for (const [expected, ...rules] of [
    [['insert rule ip own in'], 'drop'],
    [['add rule ip own in'], 'drop', 'ip saddr @bad drop'],
    [['add rule ip own in'], 'drop', 'ip saddr . tcp dport @pairs drop'],
    [['insert rule ip own in index 2'], 'accept', 'iif "lo" accept', 'ip saddr { 10.0.0.1, 10.0.0.2 } drop', 'reject'],
    [undefined, 'accept', 'ip saddr 10.0.0.0/8 drop'],
    [undefined, 'accept', 'ct state new limit rate over 10/second drop'],
  ] as const)
    assert.deepEqual(nft(rules[0]!, ...rules.slice(1)), expected, rules.join('; '));
});

test('rules for what goes out may stop answers', () => {
  const out = (policy: string, ...rules: string[]) =>
    parseIptables(['-P INPUT ACCEPT', `-P OUTPUT ${policy}`, ...rules].join('\n'));
  for (const [policy, rule, expected] of [
    ['DROP', '', 'blocks'],
    ['DROP', '-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'lets-through'],
    ['DROP', '-A OUTPUT -p tcp --sport 8000 -j ACCEPT', 'lets-through'],
    ['DROP', '-A OUTPUT -p tcp --dport 443 -j ACCEPT', 'blocks'],
    ['DROP', '-A OUTPUT -o lo -j ACCEPT', 'blocks'],
    ['ACCEPT', '-A OUTPUT -p tcp --sport 8000 -j DROP', 'blocks'],
    ['ACCEPT', '-A OUTPUT -d 10.0.0.0/8 -j DROP', 'unknown'],
    ['ACCEPT', '-A OUTPUT -p tcp --dport 25 -j DROP', 'lets-through'],
    ['ACCEPT', '-A OUTPUT -m conntrack --ctstate INVALID -j DROP', 'lets-through'],
    ['ACCEPT', '-A OUTPUT -m owner --uid-owner 1000 -j DROP', 'unknown'],
    ['ACCEPT', '-A OUTPUT -s 192.0.2.1/32 -j DROP', 'blocks'],
  ] as const)
    assert.equal(out(policy, rule).judge(8000, '192.0.2.1').verdict, expected, rule || policy);
  assert.equal(
    out('DROP').judge(8000, '192.0.2.1').words,
    'iptables has no rule in OUTPUT for answers from port 8000, and what has none is dropped',
  );
  assert.match(out('DROP').opening!(8000, 'web', ['192.0.2.1'])!.open[0]!, / -I OUTPUT -p tcp --sport 8000 /);
  const nft = (hook: string, policy: string, ...lines: string[]) =>
    parseNft(
      `table inet own {\nchain out {\ntype ${hook === 'route' ? 'route hook output' : `filter hook ${hook}`} priority 0; policy ${policy};\n${lines.join('\n')}\n}\n}`,
      undefined,
      () => 'eth0',
    );
  for (const [hook, policy, line, expected] of [
    ['output', 'drop', '', 'blocks'],
    ['postrouting', 'drop', '', 'blocks'],
    ['output', 'drop', 'ct state established,related accept', 'lets-through'],
    ['output', 'drop', 'ct state vmap { established : accept, new : drop }', 'lets-through'],
    ['output', 'drop', 'oifname "eth0" accept', 'lets-through'],
    ['output', 'drop', 'oifname "lo" accept', 'blocks'],
    ['output', 'drop', 'tcp sport { 22, 8000 } accept', 'lets-through'],
    ['output', 'accept', 'tcp sport 8000 drop', 'blocks'],
    ['output', 'accept', 'tcp flags & (syn | ack) == syn | ack drop', 'blocks'],
    ['output', 'accept', 'tcp dport 25 reject', 'lets-through'],
    ['output', 'accept', 'ip daddr 10.0.0.0/8 drop', 'unknown'],
    [
      'postrouting',
      'accept',
      'oifname "virbr0" udp dport 68 counter packets 0 bytes 0 xt target "CHECKSUM"',
      'lets-through',
    ],
    ['route', 'accept', 'meta l4proto udp meta mark set 0x1', 'lets-through'],
  ] as const)
    assert.equal(nft(hook, policy, line).judge(8000, '192.0.2.1').verdict, expected, `${hook} ${policy} ${line}`);
});

test('rules of the older kind stand beside those of nftables', () => {
  const legacy = (tables: Record<string, string>) => parseLegacy('iptables-legacy', 'iptables-legacy', tables);
  const quiet = '-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT';
  assert.equal(legacy({ filter: quiet, raw: quiet }).state, 'inactive');
  for (const [tables, expected] of [
    [{ filter: `${quiet}\n-A INPUT -p tcp -m tcp --dport 8000 -j DROP` }, 'blocks'],
    [{ filter: `${quiet}\n-A INPUT -p tcp -m tcp --dport 8001 -j DROP` }, 'lets-through'],
    [{ filter: `${quiet}\n-A OUTPUT -p tcp -m tcp --sport 8000 -j DROP` }, 'blocks'],
    [{ raw: `${quiet}\n-A PREROUTING -p tcp -m tcp --dport 8000 -j DROP`, filter: quiet }, 'blocks'],
    [
      { mangle: `${quiet}\n-A POSTROUTING -o virbr0 -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill` },
      'lets-through',
    ],
    [{ nat: `${quiet}\n-A PREROUTING -p tcp -m tcp --dport 8000 -j REDIRECT --to-ports 9000` }, 'unknown'],
  ] as const)
    assert.equal(legacy(tables).judge(8000, '192.0.2.1').verdict, expected, JSON.stringify(tables));
  const shut = legacy({ raw: `${quiet}\n-A PREROUTING -s 10.0.0.1/32 -j DROP\n-A PREROUTING -p tcp -j DROP` });
  assert.deepEqual(shut.opening!(8000, 'web', ['192.0.2.1'])!.open, [
    "sudo iptables-legacy -t raw -I PREROUTING 2 -p tcp --dport 8000 -m comment --comment 'web' -j ACCEPT",
  ]);
  assert.equal(shut.judge(8000, '2001:db8::1').verdict, 'lets-through');
});

test('iptables: fifty thousand rules take no time', () => {
  const rules = Array.from(
    { length: 50_000 },
    (_, at) => `-A INPUT -s 10.${at >> 8}.${at & 255}.0/24 -p tcp -m tcp --dport 22 -j DROP`,
  );
  const before = process.cpuUsage();
  const firewall = parseIptables(['-P INPUT ACCEPT', ...rules].join('\n'));
  for (let port = 8000; port < 8010; port++) assert.equal(firewall.judge(port, '192.0.2.1').verdict, 'lets-through');
  assert.equal(firewall.opening!(8000, 'web', ['192.0.2.1']), undefined);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 5_000_000, `${user + system}`);
});

test('iptables: chains are followed', () => {
  const left = (...rules: string[]) =>
    parseIptables(['-P INPUT ACCEPT', '-N own-before', '-N own-after', '-A INPUT -j own-before', ...rules].join('\n'));
  assert.deepEqual(verdicts(left('-A own-before -j own-after'), 80), ['lets-through']);
  assert.deepEqual(verdicts(left('-A own-before -j LOG --log-prefix "seen "'), 80), ['lets-through']);
  assert.deepEqual(verdicts(left('-A own-before -p tcp --dport 80 -j DROP'), 80, 81), ['blocks', 'lets-through']);
  assert.deepEqual(verdicts(left('-A own-before -p tcp --dport 80 -j RETURN', '-A own-before -j DROP'), 80, 81), [
    'lets-through',
    'blocks',
  ]);
  assert.deepEqual(verdicts(left('-A own-before -g own-after', '-A own-before -j DROP'), 80), ['lets-through']);
  assert.deepEqual(verdicts(left('-A own-before -j own-before'), 80), ['unknown']);
});

test('where a container has its port, docker-proxy says', () => {
  const command =
    '/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8000 -container-ip 172.17.0.2 -container-port 80 -use-listen-fd';
  const end = containerEnd(command)!;
  assert.deepEqual(end, { port: 80, address: '172.17.0.2' });
  assert.equal(containerEnd('/usr/bin/docker-proxy'), undefined);
  for (const [rule, expected] of [
    ['-p tcp -m tcp --dport 80 -j DROP', 'blocks'],
    ['-p tcp -m tcp --dport 8000 -j DROP', 'lets-through'],
    ['-d 172.17.0.2/32 -j DROP', 'blocks'],
    ['-d 172.17.0.3/32 -j DROP', 'lets-through'],
  ] as const) {
    const iptables = `-P FORWARD DROP\n-N DOCKER-USER\n-A DOCKER-USER ${rule}`;
    const judge = judgePublished({ iptables, ip6tables: iptables, nftables: '' });
    assert.equal(judge.judge(8000, '192.0.2.1', end).verdict, expected, rule);
  }
});

test('what a container engine publishes is judged by the rules for what is passed on', () => {
  const nft = (policy: string, ...lines: string[]) =>
    `table inet filter {\nchain forward {\ntype filter hook forward priority filter; policy ${policy};\n${lines.join('\n')}\n}\n}`;
  const docker = (...rules: string[]) =>
    ['-P INPUT DROP', '-P FORWARD DROP', '-N DOCKER-USER', '-A FORWARD -j DOCKER-USER', ...rules].join('\n');
  const judged = (iptables: string | undefined, nftables = '', manager?: string) =>
    judgePublished({ iptables, ip6tables: iptables, nftables, ...(manager !== undefined && { manager }) }).judge(
      8000,
      '192.0.2.1',
    );
  for (const [verdict, expected] of [
    // What comes in is dropped, and that does not count.
    [judged(docker()), 'lets-through'],
    [judged(docker('-A DOCKER-USER -j RETURN')), 'lets-through'],
    [judged(docker('-A DOCKER-USER -j DROP')), 'blocks'],
    [judged(docker('-A DOCKER-USER -m conntrack --ctorigdstport 8000 --ctdir ORIGINAL -j DROP')), 'blocks'],
    [judged(docker('-A DOCKER-USER -m conntrack --ctorigdstport 8001 --ctdir ORIGINAL -j DROP')), 'lets-through'],
    // By then it has the port of the container, which is not known.
    [judged(docker('-A DOCKER-USER -p tcp -m tcp --dport 8000 -j DROP')), 'unknown'],
    [judged(docker('-A DOCKER-USER -i eth0 -j DROP')), 'unknown'],
    [judged(docker(), nft('drop')), 'blocks'],
    [judged(docker(), nft('drop', 'ct state established,related accept', 'iifname "docker0" accept')), 'unknown'],
    [judged(docker(), nft('accept')), 'lets-through'],
    [
      judged(
        docker(),
        'table ip raw {\nchain PREROUTING {\ntype filter hook prerouting priority raw; policy accept;\nip daddr 172.17.0.2 drop\n}\n}',
      ),
      'lets-through',
    ],
    [judged(docker(), '', 'ufw'), 'lets-through'],
    [judged(docker(), '', 'firewalld'), 'unknown'],
    [judged(undefined), 'unknown'],
  ] as const)
    assert.equal(verdict.verdict, expected, verdict.words);
  assert.match(judged(docker(), '', 'ufw').words, /publishes it, past ufw and the rules for what comes in$/);
});

describe('Windows Defender Firewall', () => {
  const profile = (state: string, policy = 'BlockInbound', name = 'Private') =>
    `\r\n${name} Profile Settings: \r\n-----\r\nState                                 ${state}\r\nFirewall Policy                       ${policy},AllowOutbound\r\n`;
  const rule = (name: string, port: string, action: string, more: Readonly<Record<string, string>> = {}) => {
    const fields = {
      Enabled: 'Yes',
      Direction: 'In',
      Profiles: 'Domain,Private,Public',
      LocalIP: 'Any',
      RemoteIP: 'Any',
      Protocol: 'TCP',
      LocalPort: port,
      RemotePort: 'Any',
      Program: 'Any',
      InterfaceTypes: 'Any',
      Action: action,
      ...more,
    };
    const lines = Object.entries(fields).map(([label, value]) => `${`${label}:`.padEnd(38)}${value}`);
    return ['', `Rule Name:                            ${name}`, '-----', ...lines, ''].join('\r\n');
  };

  test('rules for every program', () => {
    const rules =
      rule('chat', '8000', 'Allow') +
      rule('range', '8100-8110,8200', 'Allow') +
      rule('old', '9000', 'Block') +
      rule('both', '9000', 'Allow') +
      rule('off', '7000', 'Allow', { Enabled: 'No' }) +
      rule('names', '7100', 'Allow', { Protocol: 'UDP' }) +
      rule('calls', 'RPC', 'Allow');
    const firewall = parseNetshProfile(profile('ON'), rules);
    assert.equal(firewall.words, 'on for the private profile, blocks by default');
    assert.deepEqual(verdicts(firewall, 8000, 8105, 8200, 9000, 7000, 7100), [
      'lets-through',
      'lets-through',
      'lets-through',
      'blocks',
      'unknown',
      'unknown',
    ]);
    assert.equal(parseNetshProfile(profile('OFF'), '').state, 'inactive');
    assert.equal(parseNetshProfile('Status      EIN', '').state, 'unreadable');
  });

  test('rules that do not hold for all', () => {
    for (const [more, expected, words] of [
      [{ Profiles: 'Domain' }, 'unknown', /^no rule names port 8000/],
      [{ Profiles: 'Domain,Private' }, 'lets-through', /lets port 8000 through$/],
      [{ RemoteIP: 'LocalSubnet' }, 'unknown', /\(from LocalSubnet\) lets port 8000 through, but not for all$/],
      [{ RemoteIP: '10.0.0.0/8,192.168.0.0/16' }, 'unknown', /not for all$/],
      [{ LocalIP: '192.0.2.7/32' }, 'unknown', /not for all$/],
      [{ Program: 'C:\\node\\node.exe' }, 'unknown', /\(for C:\\node\\node\.exe\)/],
      [{ InterfaceTypes: 'Wireless' }, 'unknown', /not for all$/],
    ] as const) {
      const verdict = parseNetshProfile(profile('ON'), rule('chat', '8000', 'Allow', more)).judge(8000);
      assert.equal(verdict.verdict, expected, verdict.words);
      assert.match(verdict.words, words);
    }
    const open = rule('chat', '8000', 'Allow');
    const judged = (rules: string) => verdicts(parseNetshProfile(profile('ON'), open + rules), 8000);
    assert.deepEqual(judged(rule('some', '8000', 'Block', { RemoteIP: '10.0.0.1' })), ['unknown']);
    assert.deepEqual(judged(rule('node', 'Any', 'Block', { Program: 'C:\\node.exe' })), ['unknown']);
    assert.deepEqual(judged(rule('all', 'Any', 'Block')), ['blocks']);
    assert.deepEqual(judged(rule('all', 'Any', 'Block', { Profiles: 'Public' })), ['lets-through']);
  });

  test('profiles that let no rule count, or everything in, and several at once', () => {
    const open = rule('chat', '8000', 'Allow');
    const always = parseNetshProfile(profile('ON', 'BlockInboundAlways', 'Public'), open);
    assert.equal(always.words, 'on for the public profile, blocks all that comes in');
    assert.deepEqual(verdicts(always, 8000), ['blocks']);
    assert.deepEqual(verdicts(parseNetshProfile(profile('ON', 'AllowInbound'), ''), 8000), ['lets-through']);
    const several = (rules: string) =>
      parseNetshProfile(profile('ON', 'BlockInbound', 'Domain') + profile('ON', 'BlockInboundAlways', 'Public'), rules);
    assert.deepEqual(verdicts(several(open), 8000), ['unknown']);
    assert.match(
      several(open).judge(8000).words,
      /^it depends on the network: domain: the rule "chat" lets .*; public: /,
    );
    const off = parseNetshProfile(profile('ON') + profile('OFF', 'BlockInbound', 'Public'), open);
    assert.deepEqual(verdicts(off, 8000, 9000), ['lets-through', 'unknown']);
  });
});

test('macOS', () => {
  assert.equal(parseSocketFilter('Firewall is disabled. (State = 0)', '').state, 'inactive');
  const on = parseSocketFilter('Firewall is enabled. (State = 1)', 'Firewall has block all state set to disabled.');
  assert.deepEqual([on.state, ...verdicts(on, 80)], ['active', 'unknown']);
  const all = parseSocketFilter('Firewall is enabled. (State = 2)', '');
  assert.deepEqual(verdicts(all, 80), ['blocks']);
  assert.equal(parseSocketFilter('', '').state, 'unreadable');
  assert.equal(parsePf('Status: Disabled      Debug: Urgent\n').state, 'inactive');
  assert.equal(parsePf('').state, 'unreadable');
});

test('firewalls of Linux are only read, and what may not be read is said', {
  skip: process.platform === 'win32',
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-firewall-'));
  const called = path.join(folder, 'called');
  const script = (name: string, body: string) => {
    writeFileSync(path.join(folder, name), `#!/bin/sh\necho "${name} $* with $PYTHONPATH." >> '${called}'\n${body}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  script('ufw', 'echo "ERROR: You need to be root to run this script" >&2; exit 1');
  script('firewall-cmd', 'echo "not running" >&2; exit 252');
  script('nft', 'echo "Operation not permitted (you must be root)" >&2; exit 1');
  script('iptables', 'echo "-P INPUT DROP"');
  script('ip6tables', 'sleep 0; echo "-P INPUT ACCEPT"');
  const firewalls = await readFirewalls('linux', { PATH: `${folder}:/usr/bin:/bin`, PYTHONPATH: folder });
  assert.match(readFileSync(called, 'utf8'), /^(?:.* with \.\n)+$/);
  assert.deepEqual(
    firewalls.map(({ name, state, words }) => `${name} ${state}: ${words}`),
    [
      'ufw unreadable: sudo ufw status verbose shows it',
      'firewalld inactive: installed, and not running',
      'nftables unreadable: sudo nft list ruleset shows it',
      'iptables active: 0 rules for what comes in, DROP by default',
      'ip6tables inactive: everything is let in, without rules',
    ],
  );
  rmSync(folder, { recursive: true, force: true });
});
