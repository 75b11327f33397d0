import path from 'node:path';
import { parsePort } from '../address.ts';
import { declaredExposure } from '../config/settings.ts';
import type { Bind } from '../facts.ts';
import type { Report } from '../reporter.ts';
import type { Rule } from '../rule.ts';
import type { Predicted } from '../runtime/prediction.ts';
import { shellWords } from '../runtime/shell-words.ts';
import type { Verification } from '../runtime/verification.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import type { LoadRules } from './main.ts';
import { MisuseError } from './misuse.ts';
import type { ColorChoice } from './options.ts';
import { deliver } from './output-file.ts';
import { ownPackage } from './package-root.ts';
import { statusLine } from './progress.ts';
import type { Project } from './project.ts';
import { reportOn, runOn } from './run.ts';
import { seenValue } from './seen-value.ts';

/** The flags of `verify`. */
export interface VerifyFlags {
  readonly color: ColorChoice;
  readonly format: string;
  readonly output?: string;
  readonly quiet?: true;
  readonly port?: number;
  readonly requests: number;
  readonly path: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly local?: true;
  /** False: --no-map. */
  readonly map: boolean;
}

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Starts a command and proves what it does with its port. */
export async function verify(
  words: readonly string[],
  flags: VerifyFlags,
  loadRules: LoadRules,
  io: Io,
): Promise<number> {
  if (words.length === 0 || words[0] === '')
    throw new MisuseError('there is no command: bindlint verify -- COMMAND...');
  const started = performance.now();
  const status = statusLine(io.stderr);
  const broken = new AbortController();
  let interrupted: keyof typeof signals | undefined;
  const interrupt = (signal: NodeJS.Signals) => {
    interrupted ??= signal as keyof typeof signals;
    status.show('stopping what was started');
    broken.abort();
  };
  for (const signal of Object.keys(signals)) process.on(signal, interrupt);
  let verification: Verification;
  try {
    status.show('reading the project');
    const predicted = flags.map ? await predictions(words, flags, await loadRules(), io) : undefined;
    const [{ verify: run }, { thisMachine }] = await Promise.all([
      import('../runtime/verification.ts'),
      import('../runtime/machine.ts'),
    ]);
    const options = {
      words,
      cwd: io.cwd,
      env: io.env,
      requests: flags.requests,
      path: flags.path,
      limit: flags.timeout,
      local: flags.local === true,
      predicted,
      programs: path.join(ownPackage().root, 'bin/verify'),
      signal: broken.signal,
      say: (text: string) => status.show(text),
      ...(flags.port !== undefined && { port: flags.port }),
    };
    verification = await run(options, await thisMachine());
  } catch (error) {
    if (interrupted !== undefined) return signals[interrupted];
    if ((error as Error).name === 'StartError') throw new MisuseError((error as Error).message);
    throw error;
  } finally {
    status.done();
    for (const signal of Object.keys(signals)) process.off(signal, interrupt);
  }
  await deliver(await printed(verification, flags, performance.now() - started, io), flags.output, io);
  if (flags.output !== undefined && flags.format !== 'text') {
    const { verificationAsText } = await import('../runtime/verification-text.ts');
    await print(io.stdout, verificationAsText(verification, textOptions(flags, undefined, io)));
  }
  return verification.checks.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

async function printed(verification: Verification, flags: VerifyFlags, milliseconds: number, io: Io): Promise<string> {
  if (flags.format === 'text') {
    const { verificationAsText } = await import('../runtime/verification-text.ts');
    return verificationAsText(verification, textOptions(flags, flags.output, io));
  }
  const { verificationAsJson, verificationAsJunit } = await import('../runtime/verification-reports.ts');
  return flags.format === 'json' ? verificationAsJson(verification) : verificationAsJunit(verification, milliseconds);
}

function textOptions(flags: VerifyFlags, file: string | undefined, io: Io) {
  return {
    color: file === undefined && wantsColor(flags.color, io.stdout, io.env),
    quiet: flags.quiet === true,
    columns: file === undefined && io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 120,
  };
}

/** What `map` sees in this folder and in the command itself, which is read as the line of a script. */
async function predictions(
  words: readonly string[],
  flags: VerifyFlags,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<Predicted[]> {
  const script = 'bindlint-verify-command.sh';
  const texts = new Map([[script, `${shellWords(words)}\n`]]);
  const { kindHere } = await import('../runtime/surroundings.ts');
  const inContainer = kindHere(io.env) === 'container';
  const run = await runOn([], { color: flags.color }, table, io, true, { texts, inContainer });
  const report = reportOn(run, [], {}, io);
  const here = path.relative(run.project.root, io.cwd).replaceAll(path.sep, '/');
  const typed = path.posix.join(here, script);
  const env = { ...io.env, ...assigned(words) };
  const isScript = inScript(scriptOf(words), path.posix.join(here, 'package.json'));
  const named = new Set(words.map((word) => path.posix.join(here, word.replace(/^\.\//, ''))));
  return run.facts.binds
    .filter(({ feeds, via }) => feeds === undefined && via !== 'manifest')
    .map((bind): Predicted => {
      const { line, column } = report.position(bind.span);
      const isTyped = bind.span.file === typed;
      return {
        host: seenValue(bind.host, words, env, (text) => text),
        port: seenValue(bind.port, words, env, (text) => parsePort(text)),
        protocol: bind.protocol,
        framework: bind.framework,
        place: isTyped ? 'the command itself' : `${report.path(bind.span.file)}:${line}:${column}`,
        started: isTyped || startsIn(bind, named) || isScript(bind, report),
        sure: bind.sure,
        ...localOf(bind, run.project),
      };
    });
}

/** The script of package.json that a command runs: `npm start`, `pnpm run dev`, `yarn serve`. */
function scriptOf(words: readonly string[]): string | undefined {
  const [program, ...rest] = words;
  if (!/^(?:npm|pnpm|yarn|bun)$/.test(path.basename(program!))) return undefined;
  const [first, second] = rest.filter((word) => !word.startsWith('-'));
  return first === 'run' || first === 'run-script' ? second : first;
}

/** Tells whether a command stands in this script of a package.json: behind its key, before the text ends. */
function inScript(script: string | undefined, file: string): (bind: Bind, report: Report) => boolean {
  return ({ span }, report) => {
    if (script === undefined || span.file !== file) return false;
    const before = report.text(file)?.slice(0, span.start) ?? '';
    return /"((?:[^"\\]|\\.)+)"\s*:\s*"(?:[^"\\]|\\.)*$/.exec(before)?.[1] === script;
  };
}

/** Variables that the command sets itself: `env PORT=8000 ./server`. */
function assigned(words: readonly string[]): Readonly<Record<string, string>> {
  if (!/(?:^|\/)(?:env|cross-env)$/.test(words[0]!)) return {};
  const end = words.findIndex((word, index) => index > 0 && !/^[A-Za-z_]\w*=/.test(word));
  const own = words.slice(1, end === -1 ? undefined : end);
  return Object.fromEntries(own.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

/** Why a server seems to be meant for this machine only. */
function localOf(bind: Bind, { governing }: Project): { readonly local?: string } {
  const { settings, path: inside } = governing(bind.span.file);
  const declared = declaredExposure(settings, inside);
  if (declared === 'loopback') return { local: 'the settings of bindlint say so' };
  if (declared !== undefined) return {};
  const local = bind.guarded ?? bind.local ?? (bind.context === 'development' ? 'it is for development' : undefined);
  return local === undefined ? {} : { local };
}

/** Does the way to a bind begin in one of these files? */
function startsIn(bind: Bind, files: ReadonlySet<string>): boolean {
  const first = bind.reached[0]?.span.file ?? bind.span.file;
  return files.has(first) || files.has(bind.span.file);
}
