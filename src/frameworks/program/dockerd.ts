import type { Framework } from '../../framework.ts';

export default {
  name: 'Docker daemon',
  docs: 'https://docs.docker.com/engine/daemon/remote-access/',
  defaults: {},
  dualStack: true,
  commands: [
    {
      entry: 'dockerd -H tcp://ADDR:PORT',
      program: ['dockerd', 'dockerd-entrypoint.sh'],
      address: ['-H', '--host'],
      notation: 'url',
      onlyWritten: true,
      required: ['host', 'port'],
      valued: ['-l', '-G', '-D'],
      settings: {
        flags: ['--config-file'],
        known: /(?:^|\/)docker\/daemon\.json$/,
        notation: 'json',
        address: ['hosts'],
      },
      failure: { exit: 1, silent: false, how: 'dockerd says that it cannot listen and exits with status 1' },
    },
  ],
  evidence: { measured: 'Docker 20.10.24; without -H or hosts, nothing but a socket file: its documentation' },
  sensitive: {
    what: 'the Docker API',
    access: 'open',
    runsCode: true,
    protects: ['--tlsverify', '--tlsverify=true', 'tlsverify=true'],
  },
  images: [
    {
      names: ['docker'],
      tags: /dind/,
      listens: [],
      may: [2375, 2376],
      sensitive: { what: 'the Docker API', opens: ['DOCKER_TLS_CERTDIR='] },
    },
  ],
} satisfies Framework;
