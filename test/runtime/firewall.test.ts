import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  type Firewall,
  parseFirewalld,
  parseIptables,
  parseNetshProfile,
  parseNft,
  parsePf,
  parseSocketFilter,
  parseUfw,
  readFirewalls,
} from '../../src/runtime/firewall.ts';

// Made for these tests in the shape that the programs print; nothing here was recorded on a machine.

const verdicts = (firewall: Firewall, ...ports: number[]) => ports.map((port) => firewall.judge(port).verdict);

describe('ufw', () => {
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

test('firewalld', () => {
  const zone = (ports: string, services: string, target = 'default') =>
    `public (active)\n  target: ${target}\n  services: ${services}\n  ports: ${ports}\n  rich rules: \n`;
  assert.deepEqual(
    verdicts(parseFirewalld(zone('8000/tcp 9000-9010/tcp 53/udp', 'ssh dhcpv6-client')), 8000, 9005, 53, 22, 80),
    ['lets-through', 'lets-through', 'blocks', 'lets-through', 'blocks'],
  );
  assert.deepEqual(verdicts(parseFirewalld(zone('', 'ssh postgresql')), 5432), ['unknown']);
  assert.deepEqual(verdicts(parseFirewalld(zone('', '', 'ACCEPT')), 1), ['lets-through']);
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
    assert.equal(firewall.chain, 'inet filter input');
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
    ])
      assert.deepEqual(verdicts(parseNft(ruleset('drop', line)), 8000), ['unknown'], line);
  });

  test('the strictest of several chains counts', () => {
    const two = `${ruleset('accept')}\n${ruleset('drop').replace('inet filter', 'ip own')}`;
    assert.deepEqual(verdicts(parseNft(two), 8000), ['blocks']);
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

test('iptables: what is said of all but one is not taken for that one', () => {
  for (const rule of [
    '! -i lo -p tcp -m tcp --dport 8000 -j DROP',
    '-m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP',
    '-p tcp -m tcp ! --dport 22 -j DROP',
    '! -p udp -j DROP',
  ])
    assert.deepEqual(verdicts(parseIptables(`-P INPUT ACCEPT\n-A INPUT ${rule}\n`), 8000), ['unknown'], rule);
});

test('iptables: chains that do nothing are no hindrance', () => {
  const left = (...rules: string[]) =>
    parseIptables(['-P INPUT ACCEPT', '-N own-before', '-N own-after', '-A INPUT -j own-before', ...rules].join('\n'));
  assert.deepEqual(verdicts(left('-A own-before -j own-after'), 80), ['lets-through']);
  assert.deepEqual(verdicts(left('-A own-before -j LOG --log-prefix "seen "'), 80), ['lets-through']);
  assert.deepEqual(verdicts(left('-A own-before -p tcp --dport 80 -j DROP'), 80), ['unknown']);
  assert.deepEqual(verdicts(left('-A own-before -j own-before'), 80), ['unknown']);
});

test('Windows Defender Firewall', () => {
  const profile = (state: string) =>
    `\r\nPrivate Profile Settings: \r\n-----\r\nState                                 ${state}\r\nFirewall Policy                       BlockInbound,AllowOutbound\r\n`;
  const rule = (name: string, port: string, action: string, enabled = 'Yes') =>
    `\r\nRule Name:                            ${name}\r\n-----\r\nEnabled:                              ${enabled}\r\nDirection:                            In\r\nProtocol:                             TCP\r\nLocalPort:                            ${port}\r\nRemotePort:                           Any\r\nAction:                               ${action}\r\n`;
  const rules =
    rule('chat', '8000', 'Allow') +
    rule('old', '9000', 'Block') +
    rule('off', '7000', 'Allow', 'No') +
    rule('app', 'Any', 'Allow');
  const firewall = parseNetshProfile(profile('ON'), rules);
  assert.equal(firewall.words, 'on for the private profile, blocks by default');
  assert.deepEqual(verdicts(firewall, 8000, 9000, 7000), ['lets-through', 'blocks', 'unknown']);
  assert.equal(parseNetshProfile(profile('OFF'), '').state, 'inactive');
  assert.equal(parseNetshProfile('Status      EIN', '').state, 'unreadable');
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
    writeFileSync(path.join(folder, name), `#!/bin/sh\necho "${name} $*" >> '${called}'\n${body}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  script('ufw', 'echo "ERROR: You need to be root to run this script" >&2; exit 1');
  script('firewall-cmd', 'echo "not running" >&2; exit 252');
  script('nft', 'echo "Operation not permitted (you must be root)" >&2; exit 1');
  script('iptables', 'echo "-P INPUT DROP"');
  script('ip6tables', 'sleep 0; echo "-P INPUT ACCEPT"');
  const firewalls = await readFirewalls('linux', { PATH: `${folder}:/usr/bin:/bin` });
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
