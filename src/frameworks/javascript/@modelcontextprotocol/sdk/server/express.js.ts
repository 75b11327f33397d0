import type { Framework } from '../../../../../framework.ts';

/** Its option host only switches the check of the Host header on; where it listens is said in the call of listen. */
export default {
  name: 'MCP on Express',
  docs: 'https://github.com/modelcontextprotocol/typescript-sdk/blob/main/docs/server.md',
  defaults: { host: '::' },
  calls: [
    {
      call: '@modelcontextprotocol/sdk/server/express.js.createMcpExpressApp().listen',
      host: { arg: 1 },
      port: { arg: 0 },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'result', callback: { exit: 0 }, exit: 1 }],
      entry: 'createMcpExpressApp({ host }).listen(port[, host][, callback])',
    },
  ],
  evidence: { measured: '@modelcontextprotocol/sdk 1.32.2' },
} satisfies Framework;
