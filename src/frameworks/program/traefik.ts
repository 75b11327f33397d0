import type { Framework } from '../../framework.ts';

export default {
  name: 'Traefik',
  docs: 'https://doc.traefik.io/traefik/routing/entrypoints/',
  defaults: { host: '', port: 80 },
  dualStack: true,
  commands: [
    {
      entry: 'traefik --entrypoints.NAME.address=ADDR',
      program: 'traefik',
      address: ['--entrypoints.*.address', '--entryPoints.*.address'],
      bare: 'port',
      onlyWritten: true,
      settings: {
        flags: ['--configFile', '--configfile'],
        files: ['traefik.yml', 'traefik.yaml', 'traefik.toml'],
        known: /(?:^|\/)traefik[\w.-]*\.(?:ya?ml|toml)$/,
        address: ['entryPoints.*.address', 'entrypoints.*.address'],
      },
    },
    {
      entry: 'traefik --api.insecure',
      program: 'traefik',
      only: { flags: ['--api.insecure'] },
      switches: ['--api.insecure'],
      unless: ['--entrypoints.traefik.address', '--entryPoints.traefik.address'],
      defaults: { host: '', port: 8080 },
      guarded: 'it shows how requests are passed on, without a login',
    },
  ],
  evidence: { source: 'docs: an entry point without a host is all interfaces; api.insecure opens :8080' },
  images: [
    {
      names: ['traefik', 'bitnami/traefik'],
      // Entry points are a matter of its flags and labels.
      listens: [],
      may: [80, 443, 8080, 8082, 8443],
      sensitive: {
        what: 'an admin page',
        ports: [8080],
        opens: ['--api.insecure', '--api.insecure=true', 'TRAEFIK_API_INSECURE=true'],
      },
    },
  ],
} satisfies Framework;
