import type { Framework } from '../../framework.ts';

export default {
  name: 'FastMCP',
  docs: 'https://gofastmcp.com/deployment/running-server',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: "mcp.run(transport='http', host=..., port=...)",
      call: [
        'fastmcp.FastMCP().run',
        'fastmcp.FastMCP().run_async',
        'fastmcp.server.FastMCP().run',
        'fastmcp.server.FastMCP().run_async',
        'fastmcp.server.server.FastMCP().run',
        'fastmcp.server.server.FastMCP().run_async',
      ],
      host: [{ keyword: 'host' }, { of: 'constructor', keyword: 'host' }],
      port: [{ keyword: 'port' }, { of: 'constructor', keyword: 'port' }],
      only: {
        where: { arg: 0, keyword: 'transport' },
        values: ['http', 'sse', 'streamable-http'],
        absent: false,
      },
      environment: { host: ['FASTMCP_HOST'], port: ['FASTMCP_PORT'] },
      blocks: true,
      announces: true,
      guarded: 'its DNS-rebinding protection is on only while the host is loopback',
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
    {
      entry: 'await mcp.run_http_async(host=..., port=...)',
      call: [
        'fastmcp.FastMCP().run_http_async',
        'fastmcp.FastMCP().run_sse_async',
        'fastmcp.FastMCP().run_streamable_http_async',
        'fastmcp.server.FastMCP().run_http_async',
        'fastmcp.server.FastMCP().run_sse_async',
        'fastmcp.server.FastMCP().run_streamable_http_async',
      ],
      host: [{ keyword: 'host' }, { of: 'constructor', keyword: 'host' }],
      port: [{ keyword: 'port' }, { of: 'constructor', keyword: 'port' }],
      environment: { host: ['FASTMCP_HOST'], port: ['FASTMCP_PORT'] },
      blocks: true,
      coroutine: true,
      announces: true,
      guarded: 'its DNS-rebinding protection is on only while the host is loopback',
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
  ],
  commands: [
    {
      entry: 'fastmcp run FILE --transport http --host ... --port ...',
      program: 'fastmcp',
      words: ['run'],
      host: ['--host'],
      port: ['-p', '--port'],
      valued: ['-t', '--transport'],
      only: { flags: ['-t', '--transport'], values: ['http', 'sse', 'streamable-http'] },
      environment: { host: ['FASTMCP_HOST'], port: ['FASTMCP_PORT'] },
      guarded: 'its DNS-rebinding protection is on only while the host is loopback',
      failure: {
        exit: 3,
        silent: false,
        how: 'uvicorn logs one line and exits with status 3',
        earlier: {
          when: { package: 'uvicorn', range: '<0.50' },
          exit: 1,
          silent: false,
          how: 'uvicorn logs one line and exits with status 1',
        },
      },
    },
  ],
  environment: { host: ['FASTMCP_HOST'], port: ['FASTMCP_PORT'] },
  evidence: { source: 'fastmcp 3.0.0rc2, settings.py and server/mixins/transport.py' },
  advice: 'serve its http_app() with a uvicorn.Server on a socket that was bound before, which raises OSError',
} satisfies Framework;
