import type { Framework } from '../../framework.ts';

export default {
  name: 'Docker daemon',
  docs: 'https://docs.docker.com/engine/daemon/remote-access/',
  defaults: {},
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
    },
  ],
  evidence: { source: 'the documentation: nothing but a socket file unless -H or hosts says so' },
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
