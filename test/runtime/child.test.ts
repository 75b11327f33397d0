import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyUnended } from '../../src/runtime/child.ts';
import { stateOf } from '../../src/runtime/linux.ts';

test('what did not end is said to be what is known of it', () => {
  assert.equal(whyUnended(true, 'S'), 'it belongs to another user');
  assert.equal(whyUnended(false, 'D'), 'it waits in the kernel, where no signal reaches it (state D)');
  assert.equal(whyUnended(false, 'T'), 'it did not end within a second of SIGKILL (state T)');
  assert.equal(whyUnended(false, undefined), 'it did not end within a second of SIGKILL');
});

test('what a process does is read from its table', { skip: process.platform !== 'linux' }, () => {
  assert.equal(stateOf(process.pid), 'R');
  assert.equal(stateOf(0), undefined);
});
