import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Families, familiesFile, type Measured } from '../../scripts/frameworks-page.ts';
import type { BindFailure, CallShape, CommandShape, Framework } from '../../src/framework.ts';
import { inRange } from '../../src/match/failure.ts';
import { analyze } from '../../src/run.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';
import { runOptions } from '../fix/rules.ts';
import {
  environmentOf,
  hasBothFamilies,
  hasContainers,
  installedVersion,
  missing,
  type Observation,
  observe,
} from './observe.ts';

/** A program for one entry of the catalogue. Its default run gives no host, nor a port where there is a default. */
export interface Program {
  readonly entry: string;
  /** What sets it apart from another program for the same entry. */
  readonly variant?: string;
  /** The distribution that has to be there; Python's own library needs none. */
  readonly needs?: string;
  /**
   * Python: defines listen(), which calls hold() behind the listening call. JavaScript: defines listen(), which gives what the
   * listening call gives. It may use HOST, PORT and ADDRESS, in JavaScript CALLBACK too.
   */
  readonly source?: string;
  /** What runs it, where that is not Node: `bun`. */
  readonly runtime?: readonly string[];
  /** A folder of its own, for a project or another version of a package. */
  readonly folder?: string;
  /** What is run there once before it. */
  readonly build?: readonly string[];
  /** The port that it takes where its own is taken, if that is no random one. */
  readonly next?: number;
  /** The words of a command, run beside the given files. ADDRESS stands for words about the address; without it they come last. */
  readonly command?: readonly string[];
  /** The address given because the entry has no default of its own, or nothing can be left out. */
  readonly given?: { readonly host?: string; readonly port?: number };
  /** What ADDRESS is in the default run; nothing unless said. */
  readonly bare?: string | readonly string[];
  /** What ADDRESS is where HOST is localhost and PORT is another one. */
  readonly stated?: string | readonly string[];
  /** What ADDRESS is where HOST is `::`, if that takes more than to write it for localhost; null: the entry takes no such host. */
  readonly any?: string | readonly string[] | null;
  /** How loopback is written where the name localhost cannot be bound. */
  readonly loopback?: '127.0.0.1';
  /** What it binds by default in this variant, whose command has the host's flag without a value. */
  readonly alone?: string;
  /** What the system shows where the catalogue's word for the default host is another: Go opens one socket of IPv6 for 0.0.0.0. */
  readonly shows?: string;
  /** Where it listens stands in code that bindlint does not follow. */
  readonly unread?: true;
  /** What it binds where it is told localhost and does not listen there. */
  readonly binds?: string;
  /** What this variant raises where it is not what the catalogue names first. */
  readonly raises?: string;
}

/** Everything the programs of one test file share. */
export interface Proof {
  readonly language: 'python' | 'javascript' | 'program';
  readonly frameworks: Readonly<Record<string, Framework>>;
  readonly programs: Readonly<Record<string, readonly Program[]>>;
  /** Entries that nothing here starts: each says where it is from. */
  readonly unproven: ReadonlySet<string>;
  /** Entries that another file of this folder starts. */
  readonly elsewhere?: ReadonlySet<string>;
  /** Files that lie beside the programs, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Where all of that lies; known once the tests run. */
  folder(): string;
  /** Folders with programs that are not the system's. */
  readonly path?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds that a program may take to listen, or to end. */
  readonly seconds?: number;
  /** Its programs keep data in the folder, so that one of an entry has to end before the next. */
  readonly oneByOne?: true;
  /** Why a program cannot be run here. */
  missing?(program: Program): string | false;
  /** Holds a call against what its programs do, where they are not Python's. */
  proveCall?(word: string, framework: Framework, shape: CallShape, program: Program, proof: Proof): void;
}

type Ending = 'main' | 'caught' | 'thread';
export type Words = { readonly address: string | readonly string[]; readonly host: string; readonly port: number };

/** A port that is no framework's default. */
export const otherPort = 8124;
/** The exceptions that a taken port may be, as far as handlers are written for them. */
const handled = ['SystemExit', 'OSError', 'RuntimeError', 'EOFError', 'Exception', 'BaseException'];

/** How the rest of a program uses listen(). */
const endings: Readonly<Record<Ending, (names: readonly string[]) => string>> = {
  main: () => 'listen()',
  caught: (names) => `import pydoc
try:
    listen()
except BaseException as error:
    names = ${JSON.stringify(names)}
    print("caught as", *[name for name in names if isinstance(error, pydoc.locate(name))])
    raise`,
  thread: () => `import threading
thread = threading.Thread(target=listen, daemon=True)
thread.start()
thread.join(15)
print("main goes on")`,
};

let count = 0;

/** The text of a Python program; `hold` keeps it up behind the listening call. */
function textOf(program: Program, ending: Ending, words: Words, hold: boolean, names: readonly string[] = []): string {
  const head = `import time\nHOST, PORT = ${JSON.stringify(words.host)}, ${words.port}
def hold():\n    print("behind the call")\n${hold ? '    time.sleep(60)\n' : ''}`;
  const source = program.source!.replace('ADDRESS', String(words.address));
  return `${head}${source}\nif __name__ == "__main__":\n${endings[ending](names).replace(/^/gm, '    ')}\n`;
}

function wordsOf(command: readonly string[], address: string | readonly string[]): readonly string[] {
  const words = typeof address === 'string' ? (address === '' ? [] : [address]) : address;
  return command.includes('ADDRESS')
    ? command.flatMap((word) => (word === 'ADDRESS' ? words : [word]))
    : [...command, ...words];
}

/** The row of the catalogue that holds for what is installed. */
function failureOf(shape: CallShape): BindFailure | undefined {
  return shape.failure?.find(({ when }) => !when || inRange(installedVersion(when.package) ?? '0', when.range));
}

/** What a host of the catalogue looks like in the socket table. */
function addresses(host: string, port: number): readonly RegExp[] {
  const at = (pattern: string) => new RegExp(`^${pattern}:${port}$`);
  if (host === '') return [at('0\\.0\\.0\\.0'), at('\\[::\\]')];
  if (host === 'localhost') return [at('127\\.0\\.0\\.1'), at('\\[::1\\]'), at('\\[::ffff:127\\.0\\.0\\.1\\]')];
  if (host.includes(':')) return [at(`\\[${host}\\]`)];
  const dotted = host.replaceAll('.', '\\.');
  return [at(dotted), at(`\\[::ffff:${dotted}\\]`)];
}

/** Everything that listens on the port listens on the host, and something does. */
export function assertBound(seen: Observation, protocol: 'tcp' | 'udp', host: string, port: number): void {
  const bound = seen[protocol].filter((one) => one.endsWith(`:${port}`));
  assert.ok(bound.length > 0, `nothing listens on port ${port}: ${seen[protocol]} ${seen.output}`);
  for (const one of bound) {
    assert.ok(
      addresses(host, port).some((address) => address.test(one)),
      `${one} is bound, where ${host || 'all interfaces'}:${port} was expected`,
    );
  }
}

const measured: Record<string, Record<string, Measured>> = {};

/** Holds what was measured against what the page of frameworks shows. */
export function assertMeasured(seen: Measured, word: string, program: Program, proof: Proof): void {
  if (!hasBothFamilies || program.variant !== undefined) return;
  if (process.env.UPDATE) {
    const known = measured[word]?.[program.entry];
    measured[word] = { ...measured[word], [program.entry]: { ...known, ...seen } };
    return;
  }
  const all = JSON.parse(readFileSync(familiesFile, 'utf8')) as Families;
  const kept = all[proof.language]?.[word]?.[program.entry];
  for (const key of ['localhost', '::'] as const) {
    // A row that is new is measured by the next UPDATE=1.
    if (seen[key] === undefined || kept?.[key] === undefined) continue;
    assert.deepEqual(seen[key], kept[key], `${key}: with UPDATE=1 this test writes what it measures`);
  }
}

/** The addresses that listen on the port that is no framework's default. */
export function hostsOf(seen: Observation, protocol: 'tcp' | 'udp'): string[] {
  const bound = seen[protocol]
    .filter((one) => one.endsWith(`:${otherPort}`))
    .map((one) => one.slice(0, -`:${otherPort}`.length).replace(/^\[(.*)\]$/, '$1'));
  return [...new Set(bound)].sort();
}

/** What listens on no family must have failed for its address. */
export function assertFamilies(seen: Observation): void {
  if (seen.families.length === 0)
    assert.match(seen.output, /address|addrinfo|EADDR|EAI_|ENOTFOUND|family|name or service|host|could not listen/i);
}

/** A text for localhost, said for `::`: in brackets where a port follows. */
function saidForAny(text: string): string {
  return text
    .replaceAll('localhost:', '[::]:')
    .replaceAll('localhost', '::')
    .replaceAll(/(\$?\{HOST\}):/g, '[$1]:');
}

/** A program that says `::` where it says localhost otherwise; undefined where it cannot. */
export function forAny(program: Program): Program | undefined {
  const { any, stated, source } = program;
  if (any === null || program.variant !== undefined) return undefined;
  const said = typeof stated === 'string' ? saidForAny(stated) : stated?.map(saidForAny);
  const address = any ?? said;
  // It is told a port alone.
  if (any === undefined && !/\bHOST\b|::/.test(JSON.stringify([address, source]))) return undefined;
  return {
    ...program,
    ...(address !== undefined && { stated: address }),
    ...(source !== undefined && { source: saidForAny(source) }),
  };
}

/** Keeps what was measured in this run; a framework that was not looked at stays as it is. */
function writeFamilies({ language }: Proof): void {
  const families = JSON.parse(readFileSync(familiesFile, 'utf8')) as Families;
  const own = { ...families[language] };
  for (const [word, entries] of Object.entries(measured)) {
    const kept = own[word] ?? {};
    const named = Object.entries(entries).map(([entry, seen]) => [entry, { ...kept[entry], ...seen }]);
    own[word] = { ...kept, ...Object.fromEntries(named) };
  }
  const sorted = Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(familiesFile, `${JSON.stringify({ ...families, [language]: sorted }, undefined, 2)}\n`);
}

/** By default, all interfaces are those of both families. */
function assertBothFamilies(seen: Observation, program: Program, host: string): void {
  if (host !== '' || program.given?.host !== undefined) return;
  for (const any of ['0.0.0.0', '[::]'])
    assert.ok(
      seen.tcp.some((one) => one.startsWith(`${any}:`)),
      `not on ${any}, but on ${seen.tcp}`,
    );
}

/** bindlint itself reads the address out of the program. */
export async function assertRead(file: string, text: string, word: string, host: string, port: number, proof: Proof) {
  // The projects beside it are nothing to it.
  const others = Object.values(proof.programs)
    .flat()
    .flatMap(({ folder }) => (folder === undefined || file.startsWith(`${folder}/`) ? [] : [`${folder}/`]));
  const beside = Object.entries(proof.files).filter(([name]) => !others.some((folder) => name.startsWith(folder)));
  const workspace = textWorkspace(new Map([...beside, [file, text]]));
  const { facts } = await analyze(workspace, runOptions({}));
  const read = facts.binds
    .filter((bind) => bind.framework === word && bind.span.file === file)
    .map((bind) => `${bind.host.value?.replace(/^\[(.*)\]$/, '$1')}:${bind.port.value}`);
  assert.ok(read.includes(`${host}:${port}`), `${host}:${port} is not read from it, but ${read}:\n${text}`);
}

/** Where an entry listens if nothing is given that can be left out. */
export function defaultsOf(framework: Framework, shape: CallShape | CommandShape, program: Program) {
  const host = program.alone ?? program.given?.host ?? shape.defaults?.host ?? framework.defaults.host;
  const port = program.given?.port ?? shape.defaults?.port ?? framework.defaults.port;
  assert.ok(host !== undefined && port !== undefined, 'no default and nothing given');
  return { host, port };
}

export function assertNothingLeftOut(framework: Framework, shape: CallShape | CommandShape, program: Program): void {
  for (const slot of ['host', 'port'] as const) {
    const byDefault = shape.defaults?.[slot] ?? framework.defaults[slot];
    const written =
      'onlyWritten' in shape && shape.onlyWritten === true && (shape[slot] ?? shape.address) !== undefined;
    const mandatory = written || (shape.required?.includes(slot) ?? false) || byDefault === undefined;
    // Port 0 is a random one, and a command that listens only with a port flag has to be given one.
    if (byDefault === 0) continue;
    assert.equal(program.given?.[slot] !== undefined, mandatory, `${slot} must be given`);
  }
}

function proveCall(word: string, framework: Framework, shape: CallShape, program: Program, proof: Proof): void {
  const protocol = shape.protocol ?? 'tcp';
  const row = failureOf(shape);
  const { host, port } = defaultsOf(framework, shape, program);
  const given: Words = { address: program.bare ?? '', host: program.given?.host ?? '', port: program.given?.port ?? 0 };
  const run = async (
    ending: Ending,
    words: Words,
    options: { hold: boolean; taken?: number[]; names?: string[]; bothFamilies?: boolean; asked?: string },
    own = program,
  ) => {
    const file = `program${count++}.py`;
    const text = textOf(own, ending, words, options.hold, options.names);
    writeFileSync(path.join(proof.folder(), file), text);
    const expected = words === given ? port : words.port;
    const seen = await observe(['python3', file], {
      cwd: proof.folder(),
      ...(options.taken && { taken: options.taken }),
      ...(options.bothFamilies && { bothFamilies: true }),
      ...(options.asked !== undefined && { asked: options.asked }),
      // What opens another socket on its way, or imports for long, is waited for however busy the machine is.
      ...(!options.taken && expected !== 0 && { expected }),
    });
    return { seen, file, text };
  };

  test('listens where the catalogue says', async () => {
    assertNothingLeftOut(framework, shape, program);
    const { seen, file, text } = await run('main', given, { hold: true });
    assertBound(seen, protocol, host, port);
    assertBothFamilies(seen, program, host);
    assert.equal(seen.output.includes('behind the call'), !shape.blocks, 'blocks');
    await assertRead(file, text, word, host, port, proof);
  });

  if (program.stated !== undefined || /\bHOST\b/.test(program.source!.replace('ADDRESS', ''))) {
    const ending = row === undefined || row.thread === 'impossible' ? 'main' : 'thread';
    const wordsFor = ({ stated, bare }: Program, one: string): Words => ({
      address: stated ?? bare ?? '',
      host: one,
      port: otherPort,
    });

    test('listens on loopback for localhost, in a thread where it can', async () => {
      const loopback = program.loopback ?? 'localhost';
      const { seen, file, text } = await run(ending, wordsFor(program, loopback), { hold: true, bothFamilies: true });
      assertBound(seen, protocol, loopback, otherPort);
      if (program.loopback === undefined) assertMeasured({ localhost: hostsOf(seen, protocol) }, word, program, proof);
      await assertRead(file, text, word, loopback, otherPort, proof);
    });

    if (program.loopback !== undefined) {
      test('does not take the name localhost', async () => {
        const { seen } = await run(ending, wordsFor(program, 'localhost'), { hold: true, bothFamilies: true });
        assert.deepEqual(hostsOf(seen, protocol), []);
        assertMeasured({ localhost: [] }, word, program, proof);
      });
    }

    const any = forAny(program);
    if (any) {
      test('takes the families for :: that the page shows', async () => {
        const asked = `${protocol}:${otherPort}`;
        const { seen, file, text } = await run(ending, wordsFor(any, '::'), { hold: true, asked }, any);
        assertFamilies(seen);
        assertMeasured({ '::': seen.families }, word, program, proof);
        if (seen.families.length > 0) await assertRead(file, text, word, '::', otherPort, proof);
      });
    }
  }

  if (row === undefined) return;

  test('a taken port ends the program, and is caught, as the catalogue says', async () => {
    const { seen } = await run('caught', given, {
      hold: false,
      taken: [port],
      names: [...new Set([...handled, ...(row.caughtBy ?? [row.raises])])],
    });
    assert.equal(seen.status, row.exit, seen.output);
    const caught = /^caught as (.*)$/m.exec(seen.output)?.[1]?.split(' ').sort();
    if (row.raises === 'exit' || row.raises === 'nothing') {
      assert.equal(caught, undefined);
      assert.equal(seen.output.includes('behind the call'), row.raises === 'nothing', seen.output);
      return;
    }
    assert.doesNotMatch(seen.output, /behind the call/);
    const raised = program.raises ?? row.raises;
    if (program.raises !== undefined) assert.equal(row.orRaises, program.raises);
    const bases = raised === 'SystemExit' ? ['BaseException'] : ['BaseException', 'Exception'];
    assert.deepEqual(caught, [...new Set(row.caughtBy ?? [...bases, raised])].sort());
  });

  test('in a thread it is seen as the catalogue says', async () => {
    if (row.thread === 'impossible') {
      // A socket that it opens before it fails may be caught on a busy machine, but not each time.
      for (let left = 3; ; left--) {
        const { seen } = await run('thread', given, { hold: true });
        if (left > 1 && seen.tcp.length + seen.udp.length > 0) continue;
        assert.deepEqual([seen.tcp, seen.udp], [[], []]);
        assert.match(seen.output, /^main goes on$/m);
        return;
      }
    }
    const { seen } = await run('thread', given, { hold: false, taken: [port] });
    if (row.thread === 'exits') {
      assert.doesNotMatch(seen.output, /^main goes on$/m);
      assert.equal(seen.status, row.exit, seen.output);
    } else {
      assert.match(seen.output, /^main goes on$/m);
      assert.equal(seen.status, 0, seen.output);
      const traceback = program.raises !== undefined ? program.raises !== 'SystemExit' : row.thread === 'traceback';
      assert.equal(seen.output.includes('Traceback'), traceback, seen.output);
    }
  });
}

/** A project's own packages come first, as npm has it. */
function pathOf({ folder }: Program, proof: Proof): readonly string[] {
  const own = folder === undefined ? [] : [path.join(proof.folder(), folder, 'node_modules/.bin')];
  return [...own, ...(proof.path ?? [])];
}

/** What was run before the programs of a folder, so that it is run once. */
const built = new Set<string>();

function buildOnce({ build, folder }: Program, proof: Proof): void {
  const cwd = path.join(proof.folder(), folder ?? '.');
  const key = [cwd, ...build!].join(' ');
  if (built.has(key)) return;
  built.add(key);
  const [program, ...words] = build!;
  const { status, stdout, stderr, error } = spawnSync(program!, words, {
    cwd,
    env: environmentOf({ ...proof, cwd }),
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${build!.join(' ')}: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
}

function proveCommand(word: string, framework: Framework, shape: CommandShape, program: Program, proof: Proof): void {
  const { host, port } = defaultsOf(framework, shape, program);
  const bare = wordsOf(program.command!, program.bare ?? '');
  const cwd = path.join(proof.folder(), program.folder ?? '.');
  const run = (words: readonly string[], rest: Partial<Parameters<typeof observe>[1]>) =>
    observe(words, {
      ...proof,
      cwd,
      path: pathOf(program, proof),
      ...(shape.hostInContainer !== undefined && { container: false }),
      ...rest,
    });
  const read = async (words: readonly string[], expectedHost: string, expectedPort: number) => {
    if (program.unread) return;
    const quoted = words.map((one) => (/^[\w.:/=-]+$/.test(one) ? one : `'${one}'`));
    const file = path.posix.join(program.folder ?? '.', 'start.sh');
    const sign = shape.sign === undefined ? '' : `# ${shape.sign}\n`;
    await assertRead(file, `#!/bin/sh\n${sign}exec ${quoted.join(' ')}\n`, word, expectedHost, expectedPort, proof);
  };
  if (program.build !== undefined) before(() => buildOnce(program, proof));

  test('listens where the catalogue says', async () => {
    assertNothingLeftOut(framework, shape, program);
    const seen = await run(bare, { expected: port });
    assertBound(seen, 'tcp', program.shows ?? host, port);
    assertBothFamilies(seen, program, program.shows ?? host);
    await read(bare, host, port);
  });

  if (shape.hostInContainer !== undefined && hasContainers && program.alone === undefined) {
    test('listens in a container where the catalogue says', async () => {
      assertBound(await run(bare, { expected: port, container: true }), 'tcp', shape.hostInContainer!, port);
    });
  }

  const stated = program.stated === undefined ? undefined : wordsOf(program.command!, program.stated);
  if (stated !== undefined) {
    test('listens on loopback for localhost', async () => {
      const loopback = program.loopback ?? 'localhost';
      const seen = await run(stated, { expected: otherPort, bothFamilies: true });
      assertBound(seen, 'tcp', program.binds ?? loopback, otherPort);
      if (program.loopback === undefined) assertMeasured({ localhost: hostsOf(seen, 'tcp') }, word, program, proof);
      await read(stated, program.binds ?? loopback, otherPort);
    });

    const any = forAny(program);
    if (any) {
      test('takes the families for :: that the page shows', async () => {
        const words = wordsOf(any.command!, any.stated!);
        const asked = `tcp:${otherPort}`;
        const seen = await run(words, { expected: otherPort, asked });
        assertFamilies(seen);
        assertMeasured({ '::': seen.families }, word, program, proof);
        if (seen.families.length > 0) await read(words, '::', otherPort);
      });
    }
  }

  if (stated?.some((one) => shape.strictWith?.some((flag) => one === flag || one.startsWith(`${flag}=`)))) {
    test('a taken port ends the program where that is asked for', async () => {
      const seen = await run(stated!, { taken: [otherPort] });
      assert.ok(seen.status !== null && seen.status !== 0, `status ${seen.status}: ${seen.output}`);
    });
  }

  test('a taken port ends the program as the catalogue says', async () => {
    const movesOn = shape.picksNextPort === true;
    const next = program.next === undefined ? {} : { expected: program.next };
    const seen = await run(bare, { taken: [port], movesOn, ...next });
    assert.ok(shape.failure, `the catalogue says nothing: status ${seen.status}\n${seen.output}`);
    if (shape.picksNextPort) {
      assert.equal(seen.status, null, seen.output);
      assert.ok(
        seen.tcp.some((one) => (program.next ? one.endsWith(`:${program.next}`) : !one.endsWith(`:${port}`))),
        `${seen.tcp} ${seen.output}`,
      );
      return;
    }
    const { earlier } = shape.failure;
    const isEarlier = earlier && inRange(installedVersion(earlier.when.package) ?? '0', earlier.when.range);
    const failure = isEarlier ? earlier : shape.failure;
    assert.equal(seen.status, failure.exit, seen.output);
    assert.equal(failure.silent, seen.status === 0);
  });
}

/** Registers the tests that hold the programs against the catalogue, and the catalogue against the programs. */
export function prove(proof: Proof): void {
  after(() => {
    if (process.env.UPDATE && Object.keys(measured).length > 0) writeFamilies(proof);
  });
  for (const [word, entries] of Object.entries(proof.programs)) {
    const framework = proof.frameworks[word];
    describe(word, { concurrency: proof.oneByOne ? 1 : 2 }, () => {
      test('is in the catalogue', () => assert.ok(framework));
      if (!framework) return;

      test('every entry of the catalogue is proven here', () => {
        const named = [...(framework.calls ?? []), ...(framework.commands ?? [])].map(
          (shape) => shape.entry ?? '(no entry)',
        );
        assert.deepEqual(
          named.filter((entry) => !proof.unproven.has(entry) && !proof.elsewhere?.has(entry)).sort(),
          [...new Set(entries.map(({ entry }) => entry))].sort(),
        );
      });

      test('what is not proven does not say that it was measured', () => {
        for (const { entry, source } of [...(framework.calls ?? []), ...(framework.commands ?? [])]) {
          const isUnproven: boolean =
            entry !== undefined && proof.unproven.has(entry) && 'measured' in framework.evidence;
          assert.equal(source !== undefined, isUnproven, entry);
        }
      });

      for (const program of entries) {
        const call = framework.calls?.find(({ entry }) => entry === program.entry);
        const command = framework.commands?.find(({ entry }) => entry === program.entry);
        const name = program.variant === undefined ? program.entry : `${program.entry}, ${program.variant}`;
        describe(name, {
          skip: proof.missing?.(program) ?? missing(program.needs, program.command?.[0]),
          concurrency: proof.oneByOne ? 1 : 2,
        }, () => {
          if (call) (proof.proveCall ?? proveCall)(word, framework, call, program, proof);
          else if (command) proveCommand(word, framework, command, program, proof);
        });
      }
    });
  }
}
