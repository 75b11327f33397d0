import type { Framework } from '../../framework.ts';

export default {
  name: 'asyncio',
  docs: 'https://docs.python.org/3/library/asyncio-eventloop.html#creating-network-servers',
  defaults: { host: '' },
  calls: [
    {
      entry: 'await asyncio.start_server(cb, host, port)',
      call: ['asyncio.start_server', 'asyncio.streams.start_server'],
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      unless: { keyword: 'sock' },
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'await loop.create_server(factory, host, port)',
      call: [
        'asyncio.get_event_loop().create_server',
        'asyncio.get_running_loop().create_server',
        'asyncio.new_event_loop().create_server',
        'asyncio.Runner().get_loop().create_server',
        'uvloop.new_event_loop().create_server',
      ],
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      unless: { keyword: 'sock' },
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'await loop.create_datagram_endpoint(factory, local_addr=(host, port))',
      call: [
        'asyncio.get_event_loop().create_datagram_endpoint',
        'asyncio.get_running_loop().create_datagram_endpoint',
        'asyncio.new_event_loop().create_datagram_endpoint',
      ],
      host: { arg: 1, keyword: 'local_addr', item: 0 },
      port: { arg: 1, keyword: 'local_addr', item: 1 },
      unless: { keyword: 'sock' },
      onlyWritten: true,
      protocol: 'udp',
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2, 3.8.18 and 3.13.0' },
  advice: 'await it inside try and except OSError; a task that nobody awaits fails without a word',
} satisfies Framework;
