import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findCommands,
  keeperOf,
  openings,
  ruleName,
  stopCommands,
  unpublishCommands,
} from '../../src/runtime/advice.ts';
import { isEngine, isRedirecting } from '../../src/runtime/engine.ts';
import { parseIptables, parseNft } from '../../src/runtime/firewall.ts';
import { hintsFor, kindOf } from '../../src/runtime/surroundings.ts';
import { parseUfw } from '../../src/runtime/ufw.ts';

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
  const own = '0::/user.slice/user-1000.slice/user@1000.service';
  for (const [cgroup, kind, name, ...stop] of [
    [
      '0::/system.slice/system-web.slice/web@1.service\n',
      'systemd',
      'web@1.service',
      'sudo systemctl stop web@1.service',
    ],
    ['0::/system.slice/web.service/workers\n', 'systemd', 'web.service', 'sudo systemctl stop web.service'],
    [
      '0::/system.slice/my\\x2dweb.service\n',
      'systemd',
      'my\\x2dweb.service',
      "sudo systemctl stop 'my\\x2dweb.service'",
    ],
    [`${own}/app.slice/web.service\n`, 'systemd user', 'web.service', 'systemctl --user stop web.service'],
    [`0::/machine.slice/libpod-${id}.scope\n`, 'podman container', 'abababababab', 'sudo podman stop abababababab'],
    [
      `0::/machine.slice/libpod-conmon-${id}.scope\n`,
      'podman container',
      'abababababab',
      'sudo podman stop abababababab',
    ],
    [
      `0::/system.slice/web.service/libpod-payload-${id}\n`,
      'systemd',
      'web.service',
      'sudo systemctl stop web.service',
    ],
    [
      `0::/system.slice/nerdctl-${id}.scope\n`,
      'containerd container',
      'abababababab',
      'sudo nerdctl stop abababababab',
    ],
    [
      `0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope\n`,
      'pod container',
      'abababababab',
      'sudo crictl ps --id abababababab',
      'kubectl --namespace NAMESPACE scale deployment NAME --replicas 0',
    ],
    [
      `5:cpu:/kubepods/burstable/pod1/${id}\n`,
      'pod container',
      'abababababab',
      'sudo crictl ps --id abababababab',
      'kubectl --namespace NAMESPACE scale deployment NAME --replicas 0',
    ],
  ] as const) {
    assert.deepEqual(keeperOf(cgroup), { kind, name }, cgroup);
    assert.deepEqual(stopCommands('linux', 7, keeperOf(cgroup)), stop);
  }
  const rootless = keeperOf(`${own}/user.slice/libpod-${id}.scope\n`);
  assert.deepEqual(stopCommands('linux', 7, rootless, 'me'), ['podman stop abababababab']);
  assert.equal(keeperOf(`${own}/init.scope\n`), undefined);
  assert.equal(keeperOf('0::/user.slice/user-1000.slice/session-2.scope\n'), undefined);
  assert.equal(keeperOf(''), undefined);
  assert.deepEqual(stopCommands('linux', 7), ['kill 7']);
  assert.deepEqual(stopCommands('linux', 1), ['systemctl list-sockets', 'sudo systemctl stop NAME.socket']);
  assert.deepEqual(stopCommands('linux', 7, { kind: 'systemd', name: 'a.service' }), ['sudo systemctl stop a.service']);
  assert.deepEqual(stopCommands('windows', undefined), ['Stop-Process -Id PID', 'taskkill /PID PID /F']);
});

test('container engines are told by their program, and what they pass on is stopped by itself', () => {
  for (const command of [
    '/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8000 -container-ip 172.17.0.2',
    '/usr/bin/dockerd -H fd://',
    'rootlessport',
    '/usr/bin/slirp4netns --mtu=65520',
    '/usr/bin/pasta.avx2 --config-net',
    '/usr/bin/conmon --api-version 1',
    'com.docker.backend.exe -run',
    '"C:\\Program Files\\Docker\\com.docker.backend.exe" services',
    '/Applications/Docker.app/Contents/MacOS/com.docker.backend services',
    '/Applications/OrbStack.app/Contents/Frameworks/OrbStack Helper.app/Contents/MacOS/OrbStack Helper vmgr',
    'ssh: /Users/me/.colima/_lima/colima/ssh.sock [mux]',
    'System',
  ])
    assert.ok(isEngine(command), command);
  for (const command of [
    'node /home/me/docker/server.js',
    '/srv/podman-demo/bin/web',
    '/usr/bin/python3 -m kubernetes_app',
    'ssh -N -L 8000:localhost:80 host',
    'uvicorn system:app',
    '/opt/dockerize/web --docker',
    '',
  ])
    assert.ok(!isEngine(command), command);
  assert.ok(isRedirecting('/usr/bin/docker-proxy -proto tcp', 'root'));
  assert.ok(!isRedirecting('/usr/bin/docker-proxy -proto tcp', 'me'));
  assert.ok(!isRedirecting('rootlessport', 'me'));
  assert.deepEqual(unpublishCommands(8000, '/usr/bin/docker-proxy -proto tcp', 'root'), [
    'docker ps --filter publish=8000',
    'docker stop NAME',
  ]);
  assert.deepEqual(unpublishCommands(8000, 'rootlessport', 'me'), [
    "podman ps --format '{{.Names}} {{.Ports}}'",
    'podman stop NAME',
  ]);
});

test('a port is not found in a longer one', () =>
  assert.equal(findCommands('windows', 80)[0], 'netstat -ano | findstr /C:":80 "'));

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
