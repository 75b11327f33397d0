import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, missing, type Predicted } from '../../src/runtime/prediction.ts';
import type { Listening } from '../../src/runtime/sockets.ts';

const listening = (port: number, ...hosts: string[]): Listening[] =>
  hosts.map((host) => ({ protocol: 'tcp', family: host.includes(':') ? 6 : 4, host, port, owners: [] }));
const predicted = (host: string | undefined, port: number | undefined, rest: Partial<Predicted> = {}): Predicted => ({
  host,
  port,
  protocol: 'tcp',
  framework: 'uvicorn',
  place: 'run.py:1:1',
  started: true,
  sure: true,
  ...rest,
});
const state = (bound: Listening[], ...all: Predicted[]) => compare(8000, bound, all).state;

test('an address agrees with every way to write it', () => {
  assert.equal(state(listening(8000, '0.0.0.0'), predicted('0.0.0.0', 8000)), 'agrees');
  assert.equal(state(listening(8000, '::'), predicted('', 8000)), 'agrees');
  assert.equal(state(listening(8000, '::1'), predicted('localhost', 8000)), 'agrees');
  assert.equal(state(listening(8000, '127.0.0.1', '::1'), predicted('127.0.0.1', 8000)), 'agrees');
  assert.equal(state(listening(8000, '127.0.0.1'), predicted(undefined, 8000)), 'agrees');
  assert.equal(state(listening(8000, '192.0.2.1'), predicted('own.example', 8000)), 'agrees');
});

test('another address or port is a contradiction', () => {
  assert.equal(state(listening(8000, '0.0.0.0'), predicted('127.0.0.1', 8000)), 'differs');
  assert.equal(state(listening(8000, '127.0.0.1'), predicted('0.0.0.0', 8000)), 'differs');
  assert.equal(state(listening(8000, '0.0.0.0'), predicted('0.0.0.0', 9000)), 'differs');
});

test('what cannot be seen contradicts nothing', () => {
  assert.equal(state(listening(8000, '0.0.0.0')), 'unseen');
  assert.equal(state(listening(8000, '0.0.0.0'), predicted('0.0.0.0', undefined)), 'unseen');
  // Another program of the repository.
  assert.equal(state(listening(8000, '0.0.0.0'), predicted('0.0.0.0', 9000, { started: false })), 'unseen');
  assert.equal(state(listening(8000, '0.0.0.0'), predicted('0.0.0.0', 9000, { sure: false })), 'unseen');
});

test('what was not opened is told once', () => {
  const all = [predicted('0.0.0.0', 8000), predicted('0.0.0.0', 9000), predicted('127.0.0.1', 9000), predicted('', 0)];
  assert.deepEqual(
    missing(new Set([8000]), all).map(({ port }) => port),
    [9000],
  );
});
