import type { Framework } from '../../framework.ts';

export default {
  name: 'Mosquitto',
  docs: 'https://mosquitto.org/man/mosquitto-conf-5.html',
  defaults: { host: '127.0.0.1', port: 1883 },
  commands: [
    {
      entry: 'mosquitto [-c FILE] [-p PORT]',
      program: 'mosquitto',
      port: ['-p', '--port'],
      settings: {
        flags: ['-c', '--config-file'],
        files: ['mosquitto.conf'],
        known: /(?:^|\/)mosquitto[\w.-]*\.conf$/,
        notation: 'directives',
        host: ['bind_address'],
        port: ['port'],
        address: ['listener'],
        portFirst: true,
        defaults: { host: '' },
      },
      bare: 'port',
      failure: { exit: 1, silent: false, how: 'mosquitto says that the address is in use and exits with status 1' },
    },
  ],
  evidence: {
    measured: 'Mosquitto 2.0.11: without a file 127.0.0.1 and [::1] only; `listener 1884` opens all interfaces',
  },
  sensitive: { what: 'a message queue', access: 'protected', opens: ['allow_anonymous=true'] },
  images: [
    {
      names: ['eclipse-mosquitto'],
      tags: /^1\b/,
      listens: [{ port: 1883 }],
      may: [8080, 8883, 9001],
      settings: /mosquitto/,
      sensitive: { what: 'a message queue', access: 'open' },
    },
    {
      // Version 2 without a settings file answers its own container only.
      names: ['eclipse-mosquitto'],
      listens: [{ port: 1883, host: '127.0.0.1' }],
      may: [8080, 8883, 9001],
      settings: /mosquitto/,
    },
  ],
} satisfies Framework;
