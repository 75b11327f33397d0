// Throws mutated projects at check, map and fix, in a child process, so that its end is seen too. The same seed gives the same inputs.
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { corpus, inputOf } from '../test/hostile/mutations.ts';
import { type Examination, examine, type Fault, type HostileInput } from '../test/hostile/properties.ts';

/** What a single project may take. */
const limits = { milliseconds: 2000, megabytes: 500 };
/** What ends the child: the limit is judged by the time of the processor, which others use too. */
const hangs = 120_000;
const startsIn = 120_000;
const secondsToShrink = 20;
/** Inputs after which the child is replaced, so that its peak of memory says something about the last ones. */
const inputsOfChild = 50;
const compiledTogether = 100;

interface Answer extends Examination {
  readonly megabytes: number;
}

interface Failure {
  readonly number: number;
  readonly input: HostileInput;
  readonly fault: Fault;
}

/** A first project for a new process. */
const warmUp: HostileInput = {
  texts: [['app.py', 'import uvicorn\nuvicorn.run("app:app", host="127.0.0.1")\n']],
  style: 'literal',
  portFallback: false,
  unsafe: true,
  alone: 0,
};

/** The other process. */
class Child {
  #process: ChildProcess | undefined;
  #served = 0;

  async examine(input: HostileInput): Promise<Answer | Fault> {
    if (this.#served++ >= inputsOfChild) await this.stop();
    if (this.#process === undefined) {
      this.#process = fork(import.meta.filename, ['--child'], {
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      });
      // Loading the program is no part of what an input takes.
      await this.#answerTo(warmUp, startsIn);
    }
    return this.#answerTo(input, hangs);
  }

  async #answerTo(input: HostileInput, within: number): Promise<Answer | Fault> {
    const child = this.#process;
    if (child === undefined) return { property: 'the process does not start', detail: '' };
    let complaint = '';
    const hear = (chunk: Buffer) => {
      complaint = (complaint + chunk).slice(-4000);
    };
    child.stderr?.on('data', hear);
    const answer = await new Promise<Answer | Fault>((resolve) => {
      const timer = setTimeout(() => {
        child.removeAllListeners();
        child.kill('SIGKILL');
        resolve({ property: 'hangs', detail: `no answer after ${within / 1000} s` });
      }, within);
      child.once('message', (message) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(message as Answer);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        resolve({ property: `the process ends with ${signal ?? code}`, detail: complaint });
      });
      child.send(input);
    });
    child.stderr?.off('data', hear);
    if ('property' in answer) {
      this.#process = undefined;
      this.#served = 0;
    }
    return answer;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    this.#served = 0;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

/** What is wrong with a whole examination; where a limit is passed, it has to be passed again by a child of its own. */
async function faultsOf(child: Child, input: HostileInput): Promise<{ faults: readonly Fault[]; answer?: Answer }> {
  const answer = await child.examine(input);
  if ('property' in answer) return { faults: [answer] };
  const tooMuch = (given: Answer): Fault[] => [
    ...Object.entries(given.milliseconds)
      .filter(([, milliseconds]) => milliseconds > limits.milliseconds)
      .map(([step, milliseconds]) => ({
        property: `${step} takes too long`,
        detail: `${Math.round(milliseconds)} ms`,
      })),
    ...(given.megabytes > limits.megabytes
      ? [{ property: 'takes too much memory', detail: `${given.megabytes} MB` }]
      : []),
  ];
  if (tooMuch(answer).length === 0) return { faults: answer.faults, answer };
  await child.stop();
  const again = await child.examine(input);
  await child.stop();
  return 'property' in again ? { faults: [again] } : { faults: [...again.faults, ...tooMuch(again)], answer: again };
}

const compiler = `import json, sys
for number, texts in enumerate(json.load(sys.stdin)):
    fails = []
    for text in texts:
        try:
            compile(text.encode(), "fixed.py", "exec")
            fails.append(None)
        except Exception as error:
            fails.append(repr(error))
    if fails[0] is None and fails[1] is not None:
        print(number, fails[1])
`;

/** Which pairs compiled before and no longer do, with Python's complaint. */
function broken(pairs: readonly (readonly [before: string, after: string])[]): Map<number, string> {
  const { status, stdout, stderr } = spawnSync('python3', ['-W', 'ignore', '-c', compiler], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr}`);
  const lines = stdout.split('\n').filter(Boolean);
  return new Map(lines.map((line) => [Number.parseInt(line, 10), line.replace(/^\d+ /, '')]));
}

const noLongerCompiles = 'fixed Python no longer compiles';

/** What makes two faults one. */
function keyOf({ property, detail }: Fault): string {
  if (!/throws|ends with|fixing|looking/.test(property)) return property;
  const frame = /at .*?((?:src|rules|test)\/[\w./-]+:\d+)/.exec(detail)?.[1] ?? '';
  return `${property} ${frame} ${detail
    .split('\n')[0]!
    .replaceAll(/\d+|"[^"]*"|'[^']*'/g, '')
    .slice(0, 60)}`;
}

/** A smaller input with the same fault, as far as the time goes. */
async function shrunk(child: Child, { input, fault }: Failure): Promise<HostileInput> {
  const until = performance.now() + secondsToShrink * 1000;
  const key = keyOf(fault);
  const fails = async (candidate: HostileInput) => {
    const { faults, answer } = await faultsOf(child, candidate);
    if (faults.some((one) => keyOf(one) === key)) return true;
    if (fault.property !== noLongerCompiles || !answer) return false;
    return broken(answer.python.map(({ before, after }) => [before, after])).size > 0;
  };
  let best = input;
  const tryOut = async (texts: HostileInput['texts']) => {
    if (performance.now() > until || !(await fails({ ...best, texts }))) return false;
    best = { ...best, texts };
    return true;
  };
  for (const [file] of best.texts) {
    if (best.texts.length > 1) await tryOut(best.texts.filter(([other]) => other !== file));
  }
  for (const pattern of [/(?<=\n)/, /(?<=\W)(?=\w)|(?<=\w)(?=\W)/, /(?:)/u]) {
    for (const [file] of best.texts) {
      const text = () => best.texts.find(([other]) => other === file)?.[1] ?? '';
      if (text().length > 50_000 && pattern.source !== '(?<=\\n)') continue;
      let parts = text().split(pattern);
      for (
        let size = Math.ceil(parts.length / 2);
        size >= 1 && performance.now() < until;
        size = Math.floor(size / 2)
      ) {
        for (let at = 0; at < parts.length && performance.now() < until; ) {
          const rest = [...parts.slice(0, at), ...parts.slice(at + size)];
          const texts = best.texts.map(([other, own]) => [other, other === file ? rest.join('') : own] as const);
          if (await tryOut(texts)) parts = rest;
          else at += size;
        }
      }
    }
  }
  return best;
}

function save(folder: string, input: HostileInput): void {
  for (const [index, [file, text]] of input.texts.entries()) {
    const target = path.join(
      folder,
      `${index}-${path
        .basename(file)
        .replaceAll(/[^\w.-]/g, '_')
        .slice(-40)}`,
    );
    writeFileSync(target, text);
  }
  writeFileSync(path.join(folder, 'input.json'), JSON.stringify(input));
}

async function report(child: Child, failure: Failure, seed: number): Promise<void> {
  const { number, input, fault } = failure;
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-fuzz-'));
  mkdirSync(path.join(folder, 'whole'));
  save(path.join(folder, 'whole'), input);
  const small = await shrunk(child, failure);
  mkdirSync(path.join(folder, 'small'));
  save(path.join(folder, 'small'), small);
  const { texts, ...how } = small;
  const shown = texts.map(([file, text]) => `  ${JSON.stringify(file)}: ${JSON.stringify(text.slice(0, 1500))}`);
  console.log(
    `\n${fault.property} (--seed ${seed} --only ${number})\n  ${fault.detail.slice(0, 1200)}\n  ${JSON.stringify(how)}\n${shown.join('\n')}\n  saved in ${folder}`,
  );
}

async function fuzz(seed: number, seconds: number, inputs: number, only: number | undefined): Promise<number> {
  const cases = corpus();
  const until = performance.now() + seconds * 1000;
  console.log(`seed ${seed}, ${cases.length} cases to start from`);
  const child = new Child();
  const failures = new Map<string, Failure>();
  const slowest = { milliseconds: 0, number: 0 };
  const totals = { inputs: 0, texts: 0, findings: 0, changed: 0, compiled: 0, megabytes: 0 };
  const keep = (failure: Failure) => {
    const key = keyOf(failure.fault);
    if (!failures.has(key)) failures.set(key, failure);
  };
  let written: { failure: Omit<Failure, 'fault'>; pair: readonly [string, string] }[] = [];
  const compile = () => {
    for (const [index, detail] of broken(written.map(({ pair }) => pair)))
      keep({ ...written[index]!.failure, fault: { property: noLongerCompiles, detail } });
    totals.compiled += written.length;
    written = [];
  };
  for (let number = only ?? 0; number < inputs && performance.now() < until; number++) {
    const input = inputOf(seed, number, cases);
    const { faults, answer } = await faultsOf(child, input);
    for (const fault of faults) keep({ number, input, fault });
    totals.inputs++;
    totals.texts += input.texts.length;
    if (answer) {
      totals.findings += answer.findings;
      totals.changed += answer.changed;
      totals.megabytes = Math.max(totals.megabytes, answer.megabytes);
      const longest = Math.max(...Object.values(answer.milliseconds));
      if (longest > slowest.milliseconds) Object.assign(slowest, { milliseconds: Math.round(longest), number });
      for (const { before, after } of answer.python)
        written.push({ failure: { number, input }, pair: [before, after] });
      if (written.length >= compiledTogether) compile();
    }
    if (only !== undefined) break;
  }
  compile();
  const { texts, findings, changed, compiled, megabytes } = totals;
  console.log(
    `${totals.inputs} inputs, ${texts} files, ${findings} findings, ${changed} files fixed, ${compiled} compiled; ` +
      `slowest step ${slowest.milliseconds} ms (input ${slowest.number}), peak ${megabytes} MB; ${failures.size} faults`,
  );
  for (const failure of failures.values()) await report(child, failure, seed);
  await child.stop();
  return failures.size === 0 ? 0 : 1;
}

if (process.argv[2] === '--child') {
  process.on('message', async (input: HostileInput) => {
    const examination = await examine(input);
    process.send!({ ...examination, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) } satisfies Answer);
  });
} else {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seconds: { type: 'string' },
      inputs: { type: 'string' },
      only: { type: 'string' },
      // A slow or busy processor takes longer for the same.
      milliseconds: { type: 'string' },
    },
  });
  const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
  const only = values.only === undefined ? undefined : Number(values.only);
  limits.milliseconds = Number(values.milliseconds ?? limits.milliseconds);
  // A number of inputs takes as long as it takes.
  const inputs = Number(values.inputs ?? Infinity);
  const seconds = Number(values.seconds ?? (values.inputs === undefined ? 60 : Infinity));
  process.exitCode = await fuzz(Number(values.seed ?? today), seconds, inputs, only);
}
