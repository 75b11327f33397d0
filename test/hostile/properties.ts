import { applyPatch } from 'diff';
import ts from 'typescript';
import rules from '../../generated/rules.ts';
import { reportOf } from '../../src/cli/report.ts';
import type { Bind, Span } from '../../src/facts.ts';
import { editsForReport, type FixOptions, type Plan, planFixes } from '../../src/fix/apply.ts';
import { unifiedDiff } from '../../src/fix/diff.ts';
import type { FixStyle } from '../../src/fix/edits.ts';
import { applyEdits } from '../../src/fix/text-edits.ts';
import { mapAsJson } from '../../src/map/json.ts';
import { mapAsText } from '../../src/map/text.ts';
import json from '../../src/report/json.ts';
import text from '../../src/report/text.ts';
import type { Edit, Finding } from '../../src/rule.ts';
import { type Analysis, analyze, type RunOptions } from '../../src/run.ts';
import { type Notation, parseDocuments } from '../../src/syntax/documents.ts';
import { SyntaxProblem } from '../../src/syntax/problem.ts';
import { decode, encode, UndecodableError } from '../../src/workspace/encoding.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';

/** A project that somebody wishes us ill with, and how it is run. */
export interface HostileInput {
  readonly texts: readonly (readonly [file: string, text: string])[];
  readonly style: FixStyle;
  readonly portFallback: boolean;
  readonly unsafe: boolean;
  /** Which finding is also fixed by itself: a number of any size. */
  readonly alone: number;
}

/** What should never be, and how it shows. */
export interface Fault {
  readonly property: string;
  readonly detail: string;
}

export interface Examination {
  readonly faults: readonly Fault[];
  /** Milliseconds of the processor or of the clock, whichever are fewer: other programs run beside. */
  readonly milliseconds: Readonly<Record<'check' | 'map' | 'fix', number>>;
  /** Python that a fix has written, to be compiled. */
  readonly python: readonly { readonly file: string; readonly before: string; readonly after: string }[];
  readonly findings: number;
  readonly changed: number;
}

const run: RunOptions = {
  rules,
  host: '0.0.0.0',
  hostStated: true,
  severity: (_id, _file, _context, lowered, own) => lowered ?? own.severity,
};
const printed = { color: false, links: false, quiet: false, columns: 100, infos: true };
const notations: Readonly<Record<string, Notation>> = {
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  jsonc: 'json',
  toml: 'toml',
  ini: 'ini',
  cfg: 'ini',
  properties: 'ini',
  env: 'env',
};

/** Runs check, map and fix over the input, and holds what they do against what they promise. Never throws. */
export async function examine(input: HostileInput): Promise<Examination> {
  const faults: Fault[] = [];
  const milliseconds = { check: 0, map: 0, fix: 0 };
  const fault = (property: string, detail: string) => faults.push({ property, detail });
  const attempt = async <T>(what: string, action: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (error) {
      fault(`${what} throws`, error instanceof Error ? (error.stack ?? error.message) : String(error));
      return undefined;
    }
  };
  const timed = async <T>(what: keyof typeof milliseconds, action: () => Promise<T>): Promise<T | undefined> => {
    const clock = performance.now();
    const processor = process.cpuUsage();
    const result = await attempt(what, action);
    const { user, system } = process.cpuUsage(processor);
    milliseconds[what] = Math.min(performance.now() - clock, (user + system) / 1000);
    return result;
  };

  const before = new Map(input.texts);
  for (const [file, content] of before) losslessEncoding(file, content, fault);
  const workspace = textWorkspace(before);
  const options: FixOptions = {
    style: input.style,
    portFallback: input.portFallback,
    unsafe: input.unsafe,
    run,
    wanted: () => true,
  };
  const checked = await timed('check', async () => {
    const analysis = await analyze(workspace, run);
    const edits = await editsForReport(analysis, workspace, input.style, input.portFallback);
    shown(analysis, edits, fault);
    return { analysis, edits };
  });
  await timed('map', async () => {
    const analysis = await analyze(workspace, { ...run, factsOnly: true });
    const report = reportOf(inputFor(analysis, []));
    JSON.parse(mapAsJson(report));
    plain(mapAsText(report, printed), 'map', fault);
  });
  if (checked === undefined) return { faults, milliseconds, python: [], findings: 0, changed: 0 };

  const { analysis, edits } = checked;
  spansInside(analysis, before, fault);
  const plan = await timed('fix', () => planFixes(analysis, workspace, options));
  const python: { file: string; before: string; after: string }[] = [];
  if (plan !== undefined) {
    const after = new Map([...before].map(([file, content]) => [file, plan.texts.get(file)?.after ?? content]));
    await attempt('looking at the fix', async () => {
      for (const [file, change] of plan.texts) {
        if (change.before !== before.get(file)) fault('the plan starts from another text', file);
        if (/\.pyw?$/.test(file)) python.push({ file, ...change });
        await parsesAsBefore(file, change.before, change.after, fault);
        const later = plan.applied.map(({ finding }) => ({ span: finding.at, text: '' }));
        if (!isScript.test(file)) keepsOtherLines(file, change, [...[...edits.values()].flat(), ...later], fault);
        // What takes another port renames what names its own.
        else if (!input.portFallback)
          keepsOtherLines(file, change, [...[...edits.values()].flat(), ...later, ...restructured(analysis)], fault);
      }
      diffApplies(plan, fault);
      await errorsAsBefore(analysis, plan, fault);
      keepsPromises(analysis, plan, fault);
    });
    await attempt('fixing again', async () => {
      if (plan.texts.size === 0) return;
      const again = textWorkspace(after);
      const fresh = await analyze(again, run);
      const [said, is] = [plan.analysis, fresh].map(({ facts }) => JSON.stringify(facts));
      if (said !== is) fault('the plan says other facts than its texts', firstDifference(said!, is!));
      const second = await planFixes(fresh, again, options);
      if (second.texts.size > 0)
        fault(
          'a second fix changes something',
          second.applied.map(({ does, finding }) => `${finding.rule}: ${does}`).join('; '),
        );
    });
    await attempt('fixing one alone', () => fixAlone(input, { analysis, edits, before, options }, fault));
  }
  return { faults, milliseconds, python, findings: analysis.findings.length, changed: plan?.texts.size ?? 0 };
}

type Report = (property: string, detail: string) => void;

function inputFor(analysis: Analysis, findings: Parameters<typeof reportOf>[0]['findings']) {
  const { problems } = analysis;
  return {
    analysis,
    findings,
    problems,
    root: '/project',
    cwd: '/project',
    durationMs: 1,
    fixing: { command: 'bindlint fix', includes: () => true },
  };
}

function shown(analysis: Analysis, edits: ReadonlyMap<Finding, Edit[]>, fault: Report): void {
  const findings = analysis.findings.map((finding) => {
    const own = edits.get(finding);
    return own === undefined ? finding : { ...finding, edits: own };
  });
  const report = reportOf(inputFor(analysis, findings));
  JSON.parse(json.print(report));
  plain(text.print(report, printed), 'check', fault);
}

/** Text of a stranger must not command the terminal. */
function plain(output: string, what: string, fault: Report): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.exec(output);
  if (control)
    fault(`${what} prints a control character`, JSON.stringify(output.slice(control.index - 40, control.index + 20)));
}

function losslessEncoding(file: string, content: string, fault: Report): void {
  const bytes = Buffer.from(content, 'utf8');
  for (const given of [bytes, Buffer.from(content, 'latin1'), Buffer.from(`\uFEFF${content}`, 'utf16le')]) {
    try {
      const decoded = decode(given);
      if (!Buffer.from(encode(decoded.text, decoded.encoding)).equals(given)) fault('decoding loses bytes', file);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
    }
  }
}

function* spansOf(value: unknown, seen = new Set<unknown>()): Iterable<Span> {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    const { file, start, end } = next as Partial<Span>;
    if (typeof file === 'string' && typeof start === 'number' && typeof end === 'number') yield next as Span;
    else open.push(...Object.values(next));
  }
}

function spansInside(analysis: Analysis, texts: ReadonlyMap<string, string>, fault: Report): void {
  for (const { file, start, end } of spansOf([analysis.facts, analysis.findings])) {
    const content = texts.get(file);
    if (content === undefined || !(start >= 0 && start <= end && end <= content.length))
      fault('a place lies outside of its file', `${file} ${start}-${end}`);
  }
  for (const { file, offset = 0, message } of analysis.problems) {
    const content = texts.get(file);
    if (content === undefined || offset < 0 || offset > content.length)
      fault('a problem lies outside of its file', `${file} ${offset} ${message}`);
  }
}

const isScript = /\.[cm]?[jt]sx?$/;

/** The places that structural fixes rewrite, which a report does not tell. */
function restructured({ findings, sources }: Analysis): Edit[] {
  /** Where a promise is made around a call: its function gets another parameter. */
  const promiseAround = ({ file, start }: Span): Span | undefined => {
    const at = sources.get(file)?.text.lastIndexOf('new Promise', start) ?? -1;
    return at === -1 ? undefined : { file, start: at, end: start };
  };
  return findings
    .flatMap(({ fix }) => fix?.repairs ?? [])
    .flatMap((repair) => {
      if (repair.kind === 'handle-bind-error') {
        const { repair: how } = repair.bind.failure;
        return [how?.statement, how?.signal?.call, how?.signal && promiseAround(how.signal.call)];
      }
      // Whether a host may stand behind a port is asked of TypeScript.
      if (repair.kind === 'fill') return [repair.slot.site, repair.slot.span];
      if (repair.kind !== 'move-announcement') return [];
      const { statement, into } = repair.announcement;
      // The blank lines between go with it.
      const between = into && { file: statement.file, start: into.call.start, end: statement.start };
      return [statement, into?.call, between];
    })
    .flatMap((span) => (span ? [{ span, text: '' }] : []));
}

/** Errors that TypeScript's own parser finds. */
function scriptErrors(file: string, content: string): number {
  const kind = /x$/.test(file) ? file : file.replace(isScript, /[jt]s$/.exec(file)?.[0] === 'ts' ? '.ts' : '.js');
  const tree = ts.createSourceFile(kind, content, ts.ScriptTarget.Latest);
  return (tree as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics.length;
}

async function parsesAsBefore(file: string, before: string, after: string, fault: Report): Promise<void> {
  if (isScript.test(file) && scriptErrors(file, after) > scriptErrors(file, before))
    fault('a fixed file no longer parses', file);
  const notation = file.endsWith('.env') ? 'env' : notations[file.slice(file.lastIndexOf('.') + 1)];
  if (notation === undefined) return;
  const problemOf = async (content: string) => {
    try {
      await parseDocuments(file, content, notation);
      return undefined;
    } catch (error) {
      if (error instanceof SyntaxProblem) return error.message;
      throw error;
    }
  };
  const now = await problemOf(after);
  if (now !== undefined && (await problemOf(before)) === undefined)
    fault('a fixed file no longer parses', `${file}: ${now}`);
}

async function errorsAsBefore(analysis: Analysis, plan: Plan, fault: Report): Promise<void> {
  for (const [file, errors] of plan.analysis.syntaxErrors) {
    const was = analysis.syntaxErrors.get(file) ?? 0;
    if (plan.texts.has(file) && errors > was)
      fault('a fixed file has more errors', `${file}: ${errors} instead of ${was}`);
  }
}

/** Lines that no edit touches have to be there as they were, in their order. */
function keepsOtherLines(
  file: string,
  { before, after }: { readonly before: string; readonly after: string },
  edits: readonly Edit[],
  fault: Report,
): void {
  const starts = [0];
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineAt = (offset: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const touched = new Set<number>();
  for (const { span } of edits) {
    if (span.file !== file) continue;
    for (let line = lineAt(span.start); line <= lineAt(Math.max(span.start, span.end - 1)); line++) touched.add(line);
  }
  const now = after.split('\n');
  let at = 0;
  for (const [line, content] of before.split('\n').entries()) {
    if (touched.has(line)) continue;
    const found = now.indexOf(content, at);
    if (found < 0) {
      fault('a line changes that no fix touches', `${file}:${line + 1}: ${JSON.stringify(content.slice(0, 200))}`);
      return;
    }
    at = found + 1;
  }
}

function diffApplies(plan: Plan, fault: Report): void {
  for (const [file, change] of plan.texts) {
    const diff = unifiedDiff({ texts: new Map([[file, change]]) }, () => 'file');
    if (applyPatch(change.before, diff) !== change.after) fault('the diff is not what would be written', file);
  }
}

/** Servers stay, ports stay what they were unless a fix says otherwise, and what must not be opened is not. */
function keepsPromises(before: Analysis, plan: Plan, fault: Report): void {
  const repairs = plan.applied.flatMap(({ finding }) => finding.fix?.repairs ?? []);
  const fills = repairs.filter((repair) => repair.kind === 'fill');
  const searches = plan.analysis.facts.binds.some((bind) => bind.port.value === undefined);
  const calls = (facts: Analysis['facts']) =>
    facts.binds.filter(({ via, probes }) => !probes && (via === 'call' || via === 'command' || via === 'manifest'));
  const was = calls(before.facts);
  const is = calls(plan.analysis.facts);
  if (was.length !== is.length) {
    fault('a fix changes the number of servers', `${was.length} become ${is.length}`);
    return;
  }
  const key = (bind: Bind) => `${bind.span.file} ${bind.framework} ${bind.via}`;
  const remaining = [...is];
  for (const old of was) {
    const index = remaining.findIndex((bind) => key(bind) === key(old));
    const now = remaining[index];
    if (now === undefined) {
      fault('a fix changes what a server is', key(old));
      continue;
    }
    remaining.splice(index, 1);
    const ports = fills.flatMap((fill) => (fill.role === 'port' ? [fill.value] : []));
    const hosts = fills.flatMap((fill) => (fill.role === 'host' ? [fill.value] : []));
    if (now.port.value !== old.port.value && !ports.includes(now.port.value!) && !searches)
      fault('a port changes that no fix fills', `${key(old)}: ${old.port.value} becomes ${now.port.value}`);
    if (now.host.value !== old.host.value && !hosts.includes(now.host.value!))
      fault('a host changes that no fix fills', `${key(old)}: ${old.host.value} becomes ${now.host.value}`);
    if (
      (old.guarded !== undefined || old.debug === 'debugger') &&
      now.host.value !== old.host.value &&
      isOpen(now.host.value)
    )
      fault('a fix opens a guarded server', `${key(old)} (${old.guarded ?? old.debug})`);
  }
}

const isOpen = (host: string | undefined) => host === '0.0.0.0' || host === '::';

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `${a.slice(Math.max(0, at - 80), at + 40)} / ${b.slice(at, at + 40)}`;
}

/** One finding's fix is what the report showed of it, and nothing else. */
async function fixAlone(
  { alone }: HostileInput,
  given: {
    readonly analysis: Analysis;
    readonly edits: ReadonlyMap<Finding, Edit[]>;
    readonly before: ReadonlyMap<string, string>;
    readonly options: FixOptions;
  },
  fault: Report,
): Promise<void> {
  const { analysis, edits, before, options } = given;
  const fixable = [...edits.keys()];
  const chosen = fixable[alone % fixable.length];
  if (chosen === undefined) return;
  const wanted = (finding: Finding) => finding === chosen;
  const plan = await planFixes(analysis, textWorkspace(before), { ...options, unsafe: true, wanted });
  if (plan.applied.length === 0) {
    if (plan.texts.size > 0) fault('a refused fix is written', chosen.message);
    return;
  }
  for (const [file, content] of before) {
    const own = edits.get(chosen)!.filter(({ span }) => span.file === file);
    const expected = applyEdits(content, own);
    const written = plan.texts.get(file)?.after ?? content;
    if (written !== expected) fault('a fix writes something else than its edits', firstDifference(expected, written));
  }
}
