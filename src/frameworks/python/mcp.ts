import type { Framework } from '../../framework.ts';

export default {
  name: 'MCP Python SDK',
  docs: 'https://py.sdk.modelcontextprotocol.io/',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: "FastMCP(host='127.0.0.1', port=8000).run(transport='sse' | 'streamable-http')",
      call: ['mcp.server.fastmcp.FastMCP().run', 'mcp.server.fastmcp.server.FastMCP().run', 'mcp.server.FastMCP().run'],
      host: [
        { of: 'constructor', keyword: 'host' },
        { of: 'constructor', attribute: 'settings.host' },
      ],
      port: [
        { of: 'constructor', keyword: 'port' },
        { of: 'constructor', attribute: 'settings.port' },
      ],
      only: { where: { arg: 0, keyword: 'transport' }, values: ['sse', 'streamable-http'], absent: false },
      blocks: true,
      announces: true,
      guarded: 'its DNS-rebinding protection is on only while the host is loopback',
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
    {
      entry: 'await FastMCP(host=..., port=...).run_streamable_http_async()',
      call: [
        'mcp.server.fastmcp.FastMCP().run_streamable_http_async',
        'mcp.server.fastmcp.FastMCP().run_sse_async',
        'mcp.server.fastmcp.server.FastMCP().run_streamable_http_async',
        'mcp.server.fastmcp.server.FastMCP().run_sse_async',
        'mcp.server.FastMCP().run_streamable_http_async',
        'mcp.server.FastMCP().run_sse_async',
      ],
      host: [
        { of: 'constructor', keyword: 'host' },
        { of: 'constructor', attribute: 'settings.host' },
      ],
      port: [
        { of: 'constructor', keyword: 'port' },
        { of: 'constructor', attribute: 'settings.port' },
      ],
      blocks: true,
      coroutine: true,
      announces: true,
      guarded: 'its DNS-rebinding protection is on only while the host is loopback',
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
    {
      entry: "MCPServer(...).run(transport='sse' | 'streamable-http', host=..., port=...)",
      call: [
        'mcp.server.mcpserver.MCPServer().run',
        'mcp.server.mcpserver.server.MCPServer().run',
        'mcp.server.MCPServer().run',
      ],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      only: { where: { arg: 0, keyword: 'transport' }, values: ['sse', 'streamable-http'], absent: false },
      blocks: true,
      announces: true,
      guarded: 'its DNS-rebinding protection is on only while the host is loopback',
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
    {
      entry: 'await MCPServer(...).run_streamable_http_async(host=..., port=...)',
      call: [
        'mcp.server.mcpserver.MCPServer().run_streamable_http_async',
        'mcp.server.mcpserver.MCPServer().run_sse_async',
        'mcp.server.MCPServer().run_streamable_http_async',
        'mcp.server.MCPServer().run_sse_async',
      ],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
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
  evidence: { source: 'MCP Python SDK 1.29.0 and 2.0.0, server.py' },
  advice:
    'serve its sse_app() or streamable_http_app() with a uvicorn.Server on a socket that was bound before, which raises OSError',
} satisfies Framework;
