import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCommands, keeperOf, openings, ruleName, stopCommands } from '../../src/runtime/advice.ts';
import { parseIptables, parseNft, parseUfw } from '../../src/runtime/firewall.ts';
import { hintsFor, kindOf } from '../../src/runtime/surroundings.ts';

test('every command names the port, and every opening can be taken back', () => {
  for (const system of ['windows', 'linux', 'macos'] as const) {
    const all = openings(system, 8000, 'chat');
    assert.ok(all.length > 0);
    for (const { of, open, close } of all) {
      assert.ok(open.length > 0 && close.length > 0, of);
      if (of !== 'application-firewall')
        assert.ok(
          open.some((one) => /\b8000\b/.test(one)),
          of,
        );
    }
    for (const one of findCommands(system, 8000)) assert.match(one, /8000/);
  }
});

test('Windows: both ways, with the name of the service', () => {
  const [{ open, close }] = openings('windows', 8000, 'chat') as [ReturnType<typeof openings>[0]];
  assert.deepEqual(open, [
    'New-NetFirewallRule -DisplayName "chat TCP 8000" -Direction Inbound -Action Allow -Protocol TCP -LocalPort 8000 -Profile Domain,Private',
    'netsh advfirewall firewall add rule name="chat TCP 8000" dir=in action=allow protocol=TCP localport=8000 profile=domain,private',
  ]);
  assert.deepEqual(close, [
    'Remove-NetFirewallRule -DisplayName "chat TCP 8000"',
    'netsh advfirewall firewall delete rule name="chat TCP 8000" dir=in protocol=TCP localport=8000',
  ]);
});

test('a name never ends the quotes it stands in', () => {
  for (const hostile of ['a"; rm -rf ~; "', "a'$(id)'`id`", 'a\nb', '$env:X', '%PATH%', '../../x', ''])
    assert.match(ruleName(hostile, 1), /^[A-Za-z0-9._ -]+ TCP 1$/, hostile);
  assert.equal(ruleName('', 80), 'server TCP 80');
  const [application] = openings('macos', 1, 'x', [], "/opt/it's/node");
  assert.match(application!.open[0]!, / '\/opt\/it'\\''s\/node'$/);
});

test('only firewalls that are on, or that cannot be read, are spoken of', () => {
  const off = parseUfw('Status: inactive');
  const nft = parseNft('table ip own {\n chain in {\n type filter hook input priority 0; policy drop;\n }\n}');
  const iptables = parseIptables('');
  assert.deepEqual(
    openings('linux', 8000, 'chat', [off, nft, iptables]).map(({ of, open }) => [of, ...open]),
    [['nftables', `sudo nft insert rule ip own in tcp dport 8000 accept comment '"chat TCP 8000"'`]],
  );
  assert.deepEqual(openings('linux', 8000, 'chat', [off, iptables]), []);
});

test('what keeps a process up has to be stopped instead of it', () => {
  const id = 'ab'.repeat(32);
  assert.deepEqual(keeperOf('0::/system.slice/nginx.service\n'), { kind: 'systemd', name: 'nginx.service' });
  assert.deepEqual(keeperOf(`0::/system.slice/docker-${id}.scope\n`), { kind: 'container', name: id.slice(0, 12) });
  assert.deepEqual(keeperOf(`1:name=systemd:/docker/${id}\n`), { kind: 'container', name: id.slice(0, 12) });
  assert.equal(keeperOf('0::/user.slice/user-1000.slice/session-2.scope\n'), undefined);
  assert.equal(keeperOf(''), undefined);
  assert.deepEqual(stopCommands('linux', 7), ['kill 7']);
  assert.deepEqual(stopCommands('linux', 1), ['systemctl list-sockets', 'sudo systemctl stop NAME.socket']);
  assert.deepEqual(stopCommands('linux', 7, { kind: 'systemd', name: 'a.service' }), ['sudo systemctl stop a.service']);
  assert.deepEqual(stopCommands('windows', undefined), ['Stop-Process -Id PID', 'taskkill /PID PID /F']);
});

test('containers and the subsystems of Windows are told by their marks', () => {
  const none = () => false;
  const linux = 'Linux version 6.1.0-18-amd64';
  assert.equal(kindOf(linux, none, '0::/', {}), 'machine');
  assert.equal(
    kindOf(linux, (file) => file === '/.dockerenv', '', {}),
    'container',
  );
  assert.equal(kindOf(linux, none, '', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }), 'container');
  assert.equal(kindOf(linux, none, '5:cpu:/kubepods/burstable/pod1', {}), 'container');
  assert.equal(kindOf('Linux version 5.15.90.1-microsoft-standard-WSL2', none, '', {}), 'wsl2');
  assert.equal(kindOf('Linux version 4.4.0-19041-Microsoft', none, '', {}), 'wsl1');
  assert.deepEqual(hintsFor('machine'), []);
  assert.match(hintsFor('wsl2').join(), /netsh interface portproxy add v4tov4/);
});
