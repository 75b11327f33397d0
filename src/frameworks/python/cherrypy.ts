import type { Framework } from '../../framework.ts';

/** Endings of the files that are read for the configuration, and other ways to an address. */
const otherWays: readonly (string | RegExp)[] = [
  // What is not written there.
  /config\.update\(\s{0,99}[^\s{"')]/,
  'bind_addr',
  'unsubscribe',
  '.conf"',
  ".conf'",
  '.ini"',
  ".ini'",
  '.cfg"',
  ".cfg'",
];
const hostInSettings = ['server.socket_host', 'socket_host', ...otherWays];
const portInSettings = ['server.socket_port', 'socket_port', ...otherWays];
/** Both are keys of one table, as which they may be written too. */
const hostAssigned = [{ assigned: 'cherrypy.server.socket_host' }, { assigned: 'cherrypy.config[server.socket_host]' }];
const portAssigned = [{ assigned: 'cherrypy.server.socket_port' }, { assigned: 'cherrypy.config[server.socket_port]' }];

export default {
  name: 'CherryPy',
  docs: 'https://docs.cherrypy.dev/en/latest/basics.html#hosting-one-or-more-applications',
  defaults: { host: '127.0.0.1', port: 8080 },
  calls: [
    {
      entry: 'cherrypy.quickstart(Root())',
      call: 'cherrypy.quickstart',
      host: [
        { arg: 2, keyword: 'config', item: 'global.server.socket_host' },
        { inFile: ['global', 'server.socket_host'] },
        ...hostAssigned,
      ],
      port: [
        { arg: 2, keyword: 'config', item: 'global.server.socket_port' },
        { inFile: ['global', 'server.socket_port'] },
        ...portAssigned,
      ],
      elsewhere: {
        host: hostInSettings,
        port: portInSettings,
      },
      blocks: true,
      announces: true,
      failure: [{ raises: 'exit', exit: 70, thread: 'exits' }],
    },
    {
      entry: 'cherrypy.engine.start(); cherrypy.engine.block()',
      call: 'cherrypy.engine.start',
      host: hostAssigned,
      port: portAssigned,
      elsewhere: {
        host: hostInSettings,
        port: portInSettings,
      },
      blocks: false,
      announces: true,
      failure: [{ raises: 'exit', exit: 70, thread: 'exits' }],
    },
    {
      entry: "cherrypy.config.update({'server.socket_host': ..., 'server.socket_port': ...})",
      call: 'cherrypy.config.update',
      host: [{ arg: 0, item: 'server.socket_host' }, { inFile: ['global', 'server.socket_host'] }],
      port: [{ arg: 0, item: 'server.socket_port' }, { inFile: ['global', 'server.socket_port'] }],
      elsewhere: { host: ['server.socket_host', 'socket_host'], port: ['server.socket_port', 'socket_port'] },
      onlyWritten: true,
      blocks: false,
      announces: true,
    },
  ],
  evidence: { measured: 'CherryPy 18.8.0' },
  advice:
    'a taken port ends the whole process with status 70; only cheroot.wsgi.Server, run without the engine, raises OSError',
} satisfies Framework;
