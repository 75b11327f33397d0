import type { Framework } from '../../framework.ts';

export default {
  name: 'Dask',
  docs: 'https://distributed.dask.org/en/stable/api.html#distributed.LocalCluster',
  defaults: { host: '', port: 8787 },
  calls: [
    {
      entry: "LocalCluster(dashboard_address=':8787')",
      call: ['dask.distributed.LocalCluster', 'dask.distributed.deploy.LocalCluster'],
      address: { keyword: 'dashboard_address' },
      bare: 'host',
      blocks: false,
      guarded: 'whoever reaches the scheduler runs code on the workers, and the dashboard shows what they do',
      picksNextPort: true,
      failure: [{ raises: 'nothing', exit: 0, thread: 'silent' }],
    },
  ],
  commands: [
    {
      entry: 'dask-scheduler',
      program: 'dask-scheduler',
      host: ['--host'],
      port: ['--port'],
      defaults: { port: 8786 },
      guarded: 'whoever reaches the scheduler runs code on the workers',
      failure: { exit: 1, silent: false, how: 'dask says that the scheduler failed to start and exits with status 1' },
    },
    {
      entry: 'dask scheduler',
      program: 'dask',
      words: ['scheduler'],
      host: ['--host'],
      port: ['--port'],
      defaults: { port: 8786 },
      guarded: 'whoever reaches the scheduler runs code on the workers',
      failure: { exit: 1, silent: false, how: 'dask says that the scheduler failed to start and exits with status 1' },
    },
  ],
  evidence: { measured: 'distributed 2022.12.1' },
  advice: 'the dashboard moves to another port by itself: read dashboard_link of the cluster',
} satisfies Framework;
