import type { Framework } from '../../framework.ts';

export default {
  name: 'aiohttp',
  docs: 'https://docs.aiohttp.org/en/stable/web_reference.html#aiohttp.web.run_app',
  defaults: { host: '', port: 8080 },
  familiesApart: true,
  calls: [
    {
      entry: 'aiohttp.web.run_app(app, host=None, port=None)',
      call: ['aiohttp.web.run_app', 'aiohttp.web._run_app'],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      noneIsDefault: true,
      unless: [{ keyword: 'path' }, { keyword: 'sock' }],
      defaultsWith: [{ where: { keyword: 'ssl_context' }, port: 8443 }],
      blocks: true,
      announces: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'impossible' }],
    },
    {
      entry: 'await aiohttp.web.TCPSite(runner, host=None, port=None).start()',
      call: ['aiohttp.web.TCPSite', 'aiohttp.web_runner.TCPSite'],
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      startedBy: ['aiohttp.web.TCPSite().start', 'aiohttp.web_runner.TCPSite().start'],
      defaultsWith: [{ where: { keyword: 'ssl_context' }, port: 8443 }],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'python -m aiohttp.web MODULE:FUNC',
      program: 'aiohttp.web',
      host: ['-H', '--hostname'],
      port: ['-P', '--port'],
      unless: ['-U', '--path'],
      defaults: { host: 'localhost' },
      failure: { exit: 1, silent: false, how: 'aiohttp prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'aiohttp 3.8.4' },
  advice: 'in a thread, run_app needs handle_signals=False; AppRunner with TCPSite works there and raises OSError',
} satisfies Framework;
