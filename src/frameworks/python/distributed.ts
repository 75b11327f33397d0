import type { Framework } from '../../framework.ts';

export default {
  name: 'Dask',
  docs: 'https://distributed.dask.org/en/stable/api.html#distributed.LocalCluster',
  defaults: { host: '', port: 8787 },
  calls: [
    {
      entry: "LocalCluster(dashboard_address=':8787')",
      call: ['distributed.LocalCluster', 'distributed.deploy.LocalCluster', 'distributed.deploy.local.LocalCluster'],
      address: { keyword: 'dashboard_address' },
      bare: 'host',
      blocks: false,
      guarded: 'whoever reaches the scheduler runs code on the workers, and the dashboard shows what they do',
      picksNextPort: true,
      failure: [{ raises: 'nothing', exit: 0, thread: 'silent' }],
    },
  ],
  evidence: { measured: 'distributed 2022.12.1' },
  advice: 'the dashboard moves to another port by itself: read dashboard_link of the cluster',
} satisfies Framework;
