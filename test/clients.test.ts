import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../src/api.ts';

const files = {
  'addresses.py': 'class Addresses:\n    api: str = "127.0.0.1:50051"\n\n\naddresses = Addresses()\n',
  'serving.py':
    'import asyncio\n\nimport grpc\nfrom addresses import addresses\n\n\nasync def serve(address):\n' +
    '    server = grpc.aio.server()\n    server.add_insecure_port(address)\n    await server.start()\n' +
    '    await server.wait_for_termination()\n\n\nasyncio.run(serve(addresses.api))\n',
  'asking.py':
    'import grpc\n\n\ndef ask(address):\n    with grpc.insecure_channel(address) as channel:\n' +
    '        channel.unary_unary("/api/ask")\n',
};
const client = { 'first.py': 'from addresses import addresses\nfrom asking import ask\n\nask(addresses.api)\n' };

const findingsOf = async (texts: Readonly<Record<string, string>>) => {
  const { findings } = await check({ files: texts });
  return findings.filter(({ rule }) => rule === 'loopback-host').map(({ severity }) => severity);
};

test('an address that a client hands to a function of a third file is not widened safely', async () => {
  assert.deepEqual(await findingsOf(files), ['warning']);
  assert.deepEqual(await findingsOf({ ...files, ...client }), ['info']);
});
