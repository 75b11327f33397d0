import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { BindFailure, CallShape, Framework } from '../../src/framework.ts';
import { inRange } from '../../src/match/failure.ts';
import { observe } from './observe.ts';
import {
  assertBound,
  assertFamilies,
  assertMeasured,
  assertNothingLeftOut,
  assertRead,
  defaultsOf,
  forAny,
  hostsOf,
  otherPort,
  type Program,
  type Proof,
  type Words,
} from './proof.ts';

/** How the rest of a program uses listen(). */
type Ending = 'main' | 'awaited' | 'tried' | 'heard' | 'called';

const endings: Readonly<Record<Ending, (emitter: string | undefined) => string>> = {
  main: () => 'listen();',
  awaited: () => `try {
  await listen();
  console.log('behind the call');
} catch (error) {
  console.log('caught', error.code ?? error.name, error.name);
  process.exit(3);
}`,
  tried: () => `try {
  listen();
  console.log('behind the call');
} catch (error) {
  console.log('caught', error.code ?? error.name, error.name);
  process.exit(3);
}`,
  heard: (emitter) => `const made = await listen();
(made${emitter === undefined ? '' : `.${emitter}`}).on('error', (error) => {
  console.log('heard', error.code);
  process.exit(4);
});`,
  called: () => 'listen();',
};

const callback = ", (error) => console.log('called with', error?.code ?? error?.message ?? error)";

let count = 0;

/** The text of a module. */
function textOf(
  program: Program,
  ending: Ending,
  { address, host, port }: Words,
  row: BindFailure | undefined,
): string {
  const source = program
    .source!.replace('ADDRESS', String(address))
    .replace('CALLBACK', ending === 'called' ? callback : '');
  return `const HOST = '${host}';\nconst PORT = ${port};\n${source}\n${endings[ending](row?.emitter)}\n`;
}

/** The version of a package that a program of a folder gets. */
function versionFor(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, 'node_modules', name, 'package.json');
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version;
    if (at === path.dirname(at)) return undefined;
  }
}

/** Holds a call of JavaScript against what its programs do. */
export function proveJavascript(
  word: string,
  framework: Framework,
  shape: CallShape,
  program: Program,
  proof: Proof,
): void {
  const protocol = shape.protocol ?? 'tcp';
  const { host, port } = defaultsOf(framework, shape, program);
  const given: Words = {
    address: program.bare ?? (program.given?.port === undefined ? '' : 'PORT'),
    host: program.given?.host ?? '',
    port: program.given?.port ?? 0,
  };
  const folderOf = () => path.join(proof.folder(), program.folder ?? '.');
  const rowOf = () =>
    shape.failure?.find(({ when }) => !when || inRange(versionFor(when.package, folderOf()) ?? '0', when.range));
  const run = async (
    ending: Ending,
    words: Words,
    taken?: number,
    rest: { readonly bothFamilies?: boolean; readonly asked?: string } = {},
    own = program,
  ) => {
    const row = rowOf();
    const name = `program${count++}.mjs`;
    const text = textOf(own, ending, words, row);
    writeFileSync(path.join(folderOf(), name), text);
    const file = path.posix.join(program.folder ?? '.', name);
    const options = { ...proof, cwd: folderOf(), movesOn: shape.picksNextPort === true };
    const seen = await observe([...(program.runtime ?? ['node']), name], {
      ...options,
      ...(taken !== undefined && { taken: [taken], seconds: proof.seconds ?? 10 }),
      ...rest,
    });
    return { seen, file, text, row };
  };

  test('listens where the catalogue says', async () => {
    assertNothingLeftOut(framework, shape, program);
    const { seen, file, text } = await run('main', given);
    assertBound(seen, protocol, host, port);
    await assertRead(file, text, word, host, port, proof);
  });

  if (program.stated !== undefined) {
    test('listens on loopback for localhost', async () => {
      const words = { address: program.stated!, host: 'localhost', port: otherPort };
      const { seen, file, text } = await run('main', words, undefined, { bothFamilies: true });
      assertBound(seen, protocol, program.binds ?? 'localhost', otherPort);
      assertMeasured({ localhost: hostsOf(seen, protocol) }, word, program, proof);
      await assertRead(file, text, word, program.binds ?? 'localhost', otherPort, proof);
    });

    const any = forAny(program);
    if (any) {
      test('takes the families for :: that the page shows', async () => {
        const words = { address: any.stated!, host: '::', port: otherPort };
        const asked = `${protocol}:${otherPort}`;
        const { seen, file, text } = await run('main', words, undefined, { asked }, any);
        assertFamilies(seen);
        assertMeasured({ '::': seen.families }, word, program, proof);
        if (seen.families.length > 0) await assertRead(file, text, word, '::', otherPort, proof);
      });
    }
  }

  if (shape.picksNextPort) {
    test('it takes another port where its own is taken', async () => {
      const { seen } = await run('main', given, port);
      assert.ok(
        seen.tcp.some((one) => !one.endsWith(`:${port}`)),
        seen.output,
      );
    });
  }
  if (shape.failure === undefined) return;

  test('a taken port ends the program, and shows itself, as the catalogue says', async () => {
    const { seen, row } = await run('main', given, port);
    const listening = [...seen.tcp, ...seen.udp].filter((one) => one.endsWith(`:${port}`));
    assert.deepEqual(listening, [], 'it listens all the same');
    assert.equal(seen.status, row!.exit, seen.output);
    // It ended for that reason and no other; Elysia says nothing at all.
    if (row!.raises !== 'nothing') assert.match(seen.output, /EADDRINUSE|already in use|No address added/);
    const awaited = (await run('awaited', given, port)).seen;
    const caught =
      row!.shows === 'rejection' || (row!.shows === undefined && !['exit', 'nothing'].includes(row!.raises));
    const seenByCallback = row!.callback !== undefined && row!.shows === undefined;
    assert.equal(/^caught /m.test(awaited.output), caught && !seenByCallback, awaited.output);
    if (caught && !seenByCallback) {
      assert.match(awaited.output, new RegExp(`^caught (?:${row!.raises} .*|.* ${row!.raises})$`, 'm'));
      assert.equal(awaited.status, 3);
      const tried = (await run('tried', given, port)).seen;
      assert.equal(/^caught /m.test(tried.output), row!.shows === undefined, tried.output);
    }
  });

  const rows = shape.failure;
  if (rows.some(({ shows }) => shows === 'event')) {
    test('a listener for its error event hears of a taken port', async () => {
      const { seen } = await run('heard', given, port);
      assert.match(seen.output, /^heard EADDRINUSE$/m);
      assert.equal(seen.status, 4, seen.output);
    });
  }

  if (program.source!.includes('CALLBACK')) {
    test('the callback gets the error where the catalogue says so', async () => {
      const { seen, row } = await run('called', given, port);
      assert.equal(/^called with /m.test(seen.output), row!.callback !== undefined, seen.output);
      if (row!.callback === undefined) return;
      assert.match(seen.output, /^called with (?!undefined|null)/m);
      assert.equal(seen.status, row!.callback.exit, seen.output);
    });
  }
}
