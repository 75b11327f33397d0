import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stopCommands } from '../../src/runtime/advice.ts';
import { keeperFor } from '../../src/runtime/keeper.ts';

/** A process: number, parent, command, group of processes, variables. */
type One = readonly [number, number, string, string, Readonly<Record<string, string>>?];

/** What is printed to stop one of several processes. */
function stop(pid: number, ...all: readonly One[]): string {
  const rows = all.map(([own, parent, command]) => ({ pid: own, parent, command, started: '1' }));
  const find = (wanted: number) => all.find(([own]) => own === wanted);
  const keeper = keeperFor(pid, [{ pid: 1, parent: 0, command: '/sbin/init', started: '0' }, ...rows], {
    cgroup: (one) => `0::${find(one)?.[3] ?? '/init.scope'}\n`,
    variable: (one, name) => find(one)?.[4]?.[name],
  });
  return stopCommands('linux', pid, keeper, 'me').join('; ');
}

const unit = (name: string) => `/system.slice/${name}.service`;
const user = '/user.slice/user-1000.slice/user@1000.service';

test('a unit is stopped where it is there for the server alone', () => {
  const web = unit('web');
  for (const [pid, ...all] of [
    [7, [7, 1, '/usr/bin/node server.js', web]],
    [7, [7, 1, '/usr/bin/node server.js', web], [8, 7, 'esbuild --service', web]],
    // Workers of one server.
    [8, [7, 1, 'nginx: master process /usr/sbin/nginx', web], [8, 7, 'nginx: worker process', web]],
    [
      9,
      [7, 1, 'python3 /usr/bin/gunicorn a:b', web],
      [8, 7, 'python3 /usr/bin/gunicorn a:b', web],
      [9, 7, 'python3 /usr/bin/gunicorn a:b', web],
    ],
    // What only starts it.
    [9, [7, 1, 'npm start', web], [8, 7, 'sh -c node server.js', web], [9, 8, 'node server.js', web]],
    [8, [7, 1, '/bin/bash /srv/start.sh', web], [8, 7, 'node server.js', web], [9, 8, 'node worker.js', web]],
  ] as const satisfies readonly (readonly [number, ...One[]])[])
    assert.equal(stop(pid, ...all), 'sudo systemctl stop web.service', JSON.stringify(all));
  const own = `${user}/app.slice/web.service`;
  assert.equal(
    stop(7, [5, 1, '/usr/lib/systemd/systemd --user', `${user}/init.scope`], [7, 5, 'node server.js', own]),
    'systemctl --user stop web.service',
  );
});

test('a unit that other programs run in is not stopped for one of them', () => {
  for (const [pid, ...all] of [
    [
      9,
      [7, 1, '/usr/sbin/cron -f', unit('cron')],
      [8, 7, '/usr/sbin/CRON -f', unit('cron')],
      [9, 8, 'node server.js', unit('cron')],
    ],
    // A daemon of a job, which belongs to nobody.
    [9, [7, 1, '/usr/sbin/cron -f', unit('cron')], [9, 1, 'node server.js', unit('cron')]],
    [
      9,
      [7, 1, 'sshd: /usr/sbin/sshd -D', unit('ssh')],
      [8, 7, 'sshd: me@pts/0', unit('ssh')],
      [9, 8, 'node server.js', unit('ssh')],
    ],
    // A port that a session forwards.
    [
      9,
      [7, 1, 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups', unit('ssh')],
      [9, 7, 'sshd: me@pts/0', unit('ssh')],
      [10, 9, '-bash', unit('ssh')],
    ],
    [9, [7, 1, 'tmux new', unit('tmux')], [8, 7, '-bash', unit('tmux')], [9, 8, 'node server.js', unit('tmux')]],
    [
      9,
      [5, 1, '/usr/lib/systemd/systemd --user', `${user}/init.scope`],
      [7, 5, '/usr/libexec/gnome-terminal-server', `${user}/app.slice/gnome-terminal-server.service`],
      [8, 7, 'bash', `${user}/app.slice/gnome-terminal-server.service`],
      [9, 8, 'node server.js', `${user}/app.slice/gnome-terminal-server.service`],
    ],
    [
      9,
      [7, 1, '/usr/bin/gitlab-runner run', unit('gitlab-runner')],
      [8, 7, 'bash', unit('gitlab-runner')],
      [9, 8, 'node server.js', unit('gitlab-runner')],
    ],
    // A script that starts two.
    [
      9,
      [7, 1, '/bin/sh start.sh', unit('both')],
      [8, 7, 'node other.js', unit('both')],
      [9, 7, 'node server.js', unit('both')],
    ],
    // The first process of the unit cannot be seen.
    [9, [9, 7, 'node server.js', unit('cron')]],
    [9, [9, 1, 'node server.js', '/user.slice/user-1000.slice/session-2.scope']],
  ] as const satisfies readonly (readonly [number, ...One[]])[])
    assert.equal(stop(pid, ...all), 'kill 9', JSON.stringify(all));
});

test('a process manager stops the one program', () => {
  const supervisor = unit('supervisor');
  const above: One = [7, 1, '/usr/bin/python3 /usr/bin/supervisord -n', supervisor];
  const named = (variables: Record<string, string>) =>
    stop(8, above, [8, 7, '/usr/bin/python3 app.py', supervisor, variables], [9, 7, 'node other.js', supervisor]);
  assert.equal(named({ SUPERVISOR_GROUP_NAME: 'web', SUPERVISOR_PROCESS_NAME: 'web' }), 'sudo supervisorctl stop web');
  assert.equal(
    named({ SUPERVISOR_GROUP_NAME: 'web', SUPERVISOR_PROCESS_NAME: 'web_00' }),
    'sudo supervisorctl stop web:web_00',
  );
  assert.equal(named({ SUPERVISOR_PROCESS_NAME: "a'; rm -rf ~" }), 'kill 8');
  assert.equal(named({}), 'kill 8');
  const daemon: One = [7, 1, 'PM2 v5.3.0: God Daemon (/root/.pm2)', unit('pm2-root')];
  assert.equal(stop(8, daemon, [8, 7, 'node /srv/app.js', unit('pm2-root'), { pm_id: '3' }]), 'pm2 stop 3');
  assert.equal(stop(8, daemon, [8, 7, 'node /srv/app.js', unit('pm2-root')]), 'kill 8');
});
