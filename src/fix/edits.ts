import { isIPv6 } from 'node:net';
import type { Bind, BindErrorRepair, BindErrorSignal, Facts, Frame, Span } from '../facts.ts';
import { isScript } from '../prefilter.ts';
import { remembered } from '../remembered.ts';
import type { Edit, Fill, Repair } from '../rule.ts';
import type { Program } from '../syntax/call.ts';
import type { Source } from '../workspace/workspace.ts';
import { indexOf, targetOf } from './fills.ts';
import { lineEnd, lineStart, newlineOf, nextLine } from './lines.ts';
import type { OtherLinters } from './other-linters.ts';
import { portFallback, whoCountsOn } from './port-fallback.ts';
import {
  freeHostName,
  handleBindError,
  moveAnnouncement,
  type PythonChange,
  type Refused,
  removeAnnouncement,
  shown,
  statementAround,
  withSuppressions,
} from './python.ts';
import { importEdits, meaningOf, type Need } from './python-imports.ts';
import { tokensOf } from './python-lines.ts';
import { inOrder, type PlacedEdit, rank } from './text-edits.ts';
import type { moveClaim } from './typescript/announcement.ts';
import type { handleListenError, Listening, Written } from './typescript/listen-error.ts';
import type { listenOnFreePort } from './typescript/port-fallback.ts';
import type { typeOfPort } from './typescript/tree.ts';

/** How a new host or port is written where it is code. */
export type FixStyle = 'literal' | 'env';

/** What the computing of edits may look at. */
export interface EditContext {
  readonly style: FixStyle;
  /** How many ports a server tries; 0: only its own. */
  readonly portTries: number;
  readonly facts: Pick<Facts, 'binds' | 'publishes' | 'dials'>;
  /** Every fill that is to be made together, so that messages name what will be there. */
  readonly fills: readonly Fill[];
  source(file: string): Source | undefined;
  /** A Python file as it was parsed; undefined for every other file. */
  program(file: string): Program | undefined;
  /** Restructures JavaScript and TypeScript; absent where only simple edits are wanted. */
  readonly handleListenError?: typeof handleListenError;
  readonly listenOnFreePort?: typeof listenOnFreePort;
  readonly moveClaim?: typeof moveClaim;
  readonly typeOfPort?: typeof typeOfPort;
  linters(file: string): OtherLinters;
}

/** Edits of one fix, with the names that new code in a file needs. */
export interface FixEdits {
  readonly edits: readonly PlacedEdit[];
  readonly imports: readonly { readonly file: string; readonly need: Need; readonly before: number | undefined }[];
  /** Parts of the fix that were left out, and why. */
  readonly left: readonly string[];
  /** Ports that are no longer known, because the program looks for a free one: the places of their values. */
  readonly searched: readonly Span[];
}

const isAllInterfaces = (host: string) => host === '0.0.0.0' || host === '::';
const sameSpan = (a: Span, b: Span) => a.file === b.file && a.start === b.start && a.end === b.end;

/**
 * The edits that a fix asks for, not yet combined with others.
 * @param repairs of one finding
 * @returns a reason where one of them cannot be made: a fix is made as a whole or not at all
 */
export function editsOf(repairs: readonly Repair[], context: EditContext): FixEdits | Refused {
  const edits: PlacedEdit[] = [];
  const imports: FixEdits['imports'][number][] = [];
  const left: string[] = [];
  const searched: Span[] = [];
  for (const repair of repairs) {
    const made = editsOfRepair(repair, context);
    if ('refused' in made) return made;
    edits.push(...made.edits);
    imports.push(...made.imports);
    left.push(...made.left);
    searched.push(...made.searched);
  }
  const ignored = edits.find((edit) => context.source(edit.span.file)?.ignored);
  if (ignored)
    return { refused: `${ignored.span.file} is ignored by git or made from other files, so it is left alone` };
  return { edits, imports, left, searched };
}

/**
 * The edits of several fixes as they are made to the texts: repetitions dropped, imports added, in the order of their places.
 * @param fixes free of conflicts
 */
export function combined(fixes: readonly FixEdits[], program: (file: string) => Program | undefined): Edit[] {
  const imports = new Map<string, { needs: Need[]; before: number | undefined }>();
  for (const { file, need, before } of fixes.flatMap((fix) => fix.imports)) {
    const known = imports.get(file) ?? { needs: [], before: undefined };
    known.needs.push(need);
    if (before !== undefined) known.before = Math.min(known.before ?? before, before);
    imports.set(file, known);
  }
  const imported = [...imports].flatMap(([file, { needs, before }]) => {
    const parsed = program(file);
    return parsed === undefined ? [] : importEdits(parsed, needs, before);
  });
  const ordered = inOrder([...imported, ...fixes.flatMap((fix) => fix.edits)]);
  return ordered.map(({ span, text }, index) => {
    const previous = ordered[index - 1];
    // Two arguments for one call that had none.
    const follows =
      previous !== undefined &&
      sameSpan(previous.span, span) &&
      isFirstArgument(previous.text) &&
      !/,\s*$/.test(previous.text) &&
      isFirstArgument(text);
    return { span, text: follows ? `, ${text}` : text };
  });
}

const isFirstArgument = (text: string) => /^[A-Za-z_]\w*=(?!=)/.test(text);

function editsOfRepair(repair: Repair, context: EditContext): FixEdits | Refused {
  switch (repair.kind) {
    case 'fill':
      return fillEdits(repair, context);
    case 'handle-bind-error':
      return bindErrorEdits(repair.bind, context);
    case 'correct-announcement': {
      const { wrong } = repair.announcement;
      if (wrong === undefined) return { refused: 'the port that it shows is not known' };
      const edit = { span: wrong.span, text: String(wrong.port), rank: rank.port, owner: 'announcement' };
      return { edits: [edit], imports: [], left: [], searched: [] };
    }
    case 'move-announcement':
    case 'remove-announcement': {
      const { announcement } = repair;
      const source = context.source(announcement.statement.file);
      if (repair.kind === 'move-announcement' && context.moveClaim && source && isScript.test(source.file)) {
        const edits = context.moveClaim(source, announcement);
        return 'refused' in edits ? edits : { edits, imports: [], left: [], searched: [] };
      }
      const program = context.program(announcement.statement.file);
      if (program === undefined) return { refused: 'only Python code is rewritten' };
      const change = (repair.kind === 'move-announcement' ? moveAnnouncement : removeAnnouncement)(
        program,
        announcement,
      );
      return 'refused' in change ? change : fromPython(program, change);
    }
    case 'remove-suppression':
      return suppressionRemoval(repair.span, context);
  }
}

function fromPython(program: Program, change: PythonChange): FixEdits {
  const at = change.before ?? program.text.length;
  return {
    edits: change.edits,
    imports: change.needs
      .filter((need) => {
        const place = change.edits[0]?.span ?? { file: program.file, start: at, end: at };
        return meaningOf(program, place, need) === 'missing';
      })
      .map((need) => ({ file: program.file, need, before: change.before })),
    left: [],
    searched: [],
  };
}

// Fills

function fillEdits(fill: Fill, context: EditContext): FixEdits | Refused {
  const target = targetOf(fill);
  const first = editsAt(fill, target.span, target.frame, context);
  if ('refused' in first || fill.layer || fill.at !== 'value' || fill.slot.also === undefined) return first;
  const edits = [...first.edits];
  const imports = [...first.imports];
  for (const { span, frame } of fill.slot.also) {
    const more = editsAt(fill, span, frame, context);
    if ('refused' in more) return more;
    edits.push(...more.edits);
    imports.push(...more.imports);
  }
  return { ...first, edits, imports };
}

function editsAt(fill: Fill, span: Span, frame: Frame | undefined, context: EditContext): FixEdits | Refused {
  if (frame === undefined) return { refused: 'the value cannot be written at its place' };
  const source = context.source(span.file);
  if (source === undefined) return { refused: `${span.file} was not read` };
  const parsed = context.program(span.file);
  // What is missing where an argument would stand may be the end of the call.
  if (parsed !== undefined && span.start === span.end && !isUnderstood(parsed, span))
    return { refused: 'the statement is not understood' };
  const made = writtenValue(fill, frame, span, context);
  if ('refused' in made) return made;
  const text = frame.before + made.text + frame.after;
  const owner = `${fill.role}`;
  // What a variable falls back on belongs to it, and stands before what is another argument.
  const order = isFallback(fill) ? rank.wrapper : rank[fill.role];
  const edits: PlacedEdit[] = [{ span, text, rank: order, owner }, ...(made.kept ? [made.kept] : [])];
  // They look for texts that are nothing but the address.
  if (
    fill.role === 'host' &&
    fill.expression === undefined &&
    isAllInterfaces(fill.value) &&
    !frame.part &&
    made.kept === undefined
  ) {
    const comment = suppression(source, span, fill.value, context.linters(span.file));
    if (comment) edits.push(comment);
  }
  if (isBesidePort(fill)) {
    const beside = besidePort(span, context);
    if ('refused' in beside) return beside;
    edits.push(...beside);
  }
  const imports =
    made.needs.length > 0 && parsed !== undefined && meaningOf(parsed, span, made.needs[0]!) === 'missing'
      ? made.needs.map((need) => ({ file: span.file, need, before: made.kept?.span.start ?? span.start }))
      : [];
  return { edits, imports, left: [], searched: [] };
}

/** Would the host be another argument behind the port, in a file whose types are checked? */
export function isBesidePort(fill: Fill): boolean {
  const { span, frame } = targetOf(fill);
  const { file, start, end } = span;
  return (
    fill.role === 'host' &&
    start === end &&
    frame?.code === 'javascript' &&
    /^,\s*$/.test(frame.before) &&
    /\.[cm]?tsx?$/.test(file)
  );
}

/** Words of pipes that a server may listen on, not calls that join streams: `source.pipe(response)`. */
const namesPipes = /(?<![.\w])pipes?\b(?!\s*[(,}])|iisnode/i;

/** A port of which TypeScript may think that it is a text becomes a number, because only a number may stand before a host. */
function besidePort(host: Span, context: EditContext): readonly PlacedEdit[] | Refused {
  const bind = context.facts.binds.find(
    ({ port: { site } }) => site.file === host.file && site.start < site.end && site.end === host.start,
  );
  const source = context.source(host.file);
  if (bind === undefined || source === undefined) return [];
  const { site, origin } = bind.port;
  const type = context.typeOfPort?.(source, site) ?? 'unknown';
  if (type === 'unknown' && origin.by === 'env')
    return { refused: 'TypeScript may know the port as a text, beside which no host can stand' };
  if (type !== 'text') return [];
  if (namesPipes.test(source.text)) return { refused: "the port may be a pipe's name, which is no number" };
  // The number of a variable that is not set is none.
  if (bind.port.unset)
    return { refused: 'the port is a text or nothing, beside which no host can stand in TypeScript' };
  const edit = (at: number, text: string): PlacedEdit => ({
    span: { file: host.file, start: at, end: at },
    text,
    rank: rank.wrapper,
    owner: 'number',
  });
  return [edit(site.start, 'Number('), edit(site.end, ')')];
}

function writtenValue(
  fill: Fill,
  frame: Frame,
  span: Span,
  context: EditContext,
): { readonly text: string; readonly needs: readonly Need[]; readonly kept?: PlacedEdit } | Refused {
  if (fill.expression !== undefined) {
    if (frame.code === undefined) return { refused: 'only a literal fits there' };
    return { text: fill.expression, needs: [] };
  }
  if (frame.part && frame.code !== undefined) return { refused: 'only code fits there' };
  const value = String(fill.value);
  if (value === '') return { refused: 'there is no address to write' };
  if (fill.role === 'host' && !/^[\w.:%-]+$/.test(value))
    return { refused: `${value} is no address that can be written` };
  const host = frame.part && isIPv6(value) ? `[${value}]` : value;
  // A plain scalar of YAML may not begin or end with a colon.
  const quote = frame.quote === '' && !frame.part && /\.ya?ml$/.test(span.file) && isIPv6(value) ? '"' : frame.quote;
  const literal = quote + host + quote;
  if (context.style === 'env' && frame.code === 'javascript' && !frame.part && fill.slot.fixed)
    return { text: fromProcess(fill, span, frame, context) ?? literal, needs: [] };
  const os: Need = { module: 'os' };
  const program = context.program(span.file);
  const fromEnvironment =
    context.style === 'env' && frame.code === 'python' && !frame.part && fill.slot.fixed && program !== undefined;
  if (!fromEnvironment || meaningOf(program, span, os) === 'taken') return { text: literal, needs: [] };
  if (fill.role === 'host') {
    const read = `os.environ.get(${quoted('HOST', frame)}, ${quoted(value, frame)})`;
    const statement = statementAround(program, span);
    const beside = statement === undefined ? 'none' : hostsBeside(value, span, statement, program, context);
    if (beside === 'none') return { text: read, needs: [os] };
    const name = beside === 'same' ? freeHostName(program) : undefined;
    const kept = name === undefined ? undefined : keptBefore(statement!, `${name} = ${read}`, value, program, context);
    return name === undefined || kept === undefined ? { text: literal, needs: [] } : { text: name, needs: [os], kept };
  }
  if (sharesPort(fill, span, context)) return { text: literal, needs: [] };
  return { text: `int(os.environ.get(${quoted('PORT', frame)}, ${quoted(value, frame)}))`, needs: [os] };
}

/** What else of a statement would read the variable for hosts: nothing, what gets the same value, or something else. */
function hostsBeside(
  value: string,
  span: Span,
  statement: Span,
  program: Program,
  context: EditContext,
): 'none' | 'same' | 'others' {
  if (/\benviron\b|\bgetenv\b/.test(program.text.slice(statement.start, statement.end))) return 'others';
  const values = indexOf(context.fills)
    .around(statement)
    .filter(({ role, expression }) => role === 'host' && expression === undefined)
    .flatMap((fill) => {
      const { span: own } = targetOf(fill);
      const places = [own, ...(fill.at === 'value' && fill.slot.also ? fill.slot.also.map((also) => also.span) : [])];
      const isBeside = (place: Span) =>
        place.file === statement.file &&
        statement.start <= place.start &&
        place.end <= statement.end &&
        !sameSpan(place, span);
      return places.some(isBeside) ? [String(fill.value)] : [];
    });
  if (values.length === 0) return 'none';
  return values.every((other) => other === value) ? 'same' : 'others';
}

/** A line before a statement that keeps what several of its servers listen on. */
function keptBefore(
  statement: Span,
  assignment: string,
  value: string,
  program: Program,
  context: EditContext,
): PlacedEdit | undefined {
  const { text, file } = program;
  const start = lineStart(text, statement.start);
  const indent = text.slice(start, statement.start);
  if (/\S/.test(indent)) return undefined;
  const at = withSuppressions(text, start);
  const { ruff, bandit } = context.linters(file);
  const marks = isAllInterfaces(value) ? marksFor(ruff, bandit && value === '0.0.0.0') : '';
  return {
    span: { file, start: at, end: at },
    text: `${indent}${assignment}${marks}${newlineOf(text)}`,
    rank: rank.kept,
    owner: 'kept host',
  };
}

/** A variable of the process with the value as its fallback. An empty one is not a port, and compose passes those that are not set as empty. */
function fromProcess(fill: Fill, span: Span, frame: Frame, context: EditContext): string | undefined {
  const text = context.source(span.file)?.text ?? '';
  // Without a permission for it, Deno would ask.
  if (/\bDeno\./.test(text)) return undefined;
  if (fill.role === 'host')
    return `process.env.HOST ${text.includes('??') ? '??' : '||'} ${quoted(String(fill.value), frame)}`;
  return sharesPort(fill, span, context) ? undefined : `Number(process.env.PORT || ${fill.value})`;
}

function quoted(text: string, frame: Frame): string {
  const quote = frame.quote === "'" ? "'" : '"';
  return quote + text + quote;
}

/** Would one PORT variable decide for two servers? */
function sharesPort(fill: Fill, span: Span, context: EditContext): boolean {
  const another = context.fills.some((other) => other.role === 'port' && !sameSpan(targetOf(other).span, span));
  const read = context.facts.binds.some((bind) => bind.port.origin.by === 'env' && bind.port.origin.name === 'PORT');
  return (another || read) && fill.role === 'port';
}

// What another linter would say

const reason = 'meant to be reached from other hosts';

/** The comment that a written 0.0.0.0 needs where the project runs ruff's or bandit's rules. */
function suppression(source: Source, span: Span, host: string, linters: OtherLinters): PlacedEdit | undefined {
  const ruff = linters.ruff;
  const bandit = linters.bandit && host === '0.0.0.0';
  if (!ruff && !bandit) return undefined;
  const { text, file } = source;
  const end = lineEnd(text, span.end);
  const tokens = tokensOf(text);
  if (tokens.some((token) => token.kind === 'string' && token.start < end && token.end > end)) return undefined;
  if (text.slice(0, end).endsWith('\\')) return undefined;
  const at = (start: number, written: string): PlacedEdit => ({
    span: { file, start, end: start },
    text: written,
    rank: rank.suppression,
    owner: 'suppression',
  });
  const comment = tokens.find((token) => token.kind === 'comment' && token.end === end && token.start >= span.end);
  const there = comment === undefined ? '' : text.slice(comment.start, comment.end);
  const noqa = /#\s*noqa\b(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?/i.exec(there);
  const nosec = /#\s*nosec\b(?:[: ]\s*B\d+(?:[,\s]+B\d+)*)?/.exec(there);
  const needsRuff = ruff && !(noqa && (!/:/.test(noqa[0]) || /\bS104\b/.test(noqa[0])));
  const needsBandit = bandit && !(nosec && (!/\bB\d/.test(nosec[0]) || /\bB104\b/.test(nosec[0])));
  if (!needsRuff && !needsBandit) return undefined;
  // ruff reads only the first list of a comment, so a list that is there becomes longer.
  if (comment && noqa && needsRuff && !needsBandit) return at(comment.start + noqa.index + noqa[0].length, ', S104');
  if (comment && nosec && needsBandit && !needsRuff) return at(comment.start + nosec.index + nosec[0].length, ',B104');
  const list = noqa && needsRuff ? noqa : nosec && needsBandit ? nosec : undefined;
  if (comment && list) {
    if (noqa && nosec) return undefined;
    const end = comment.start + list.index + list[0].length;
    const words = text.slice(end, comment.end).trim() === '' ? '' : '  #';
    return at(end, `${noqa ? ', S104  # nosec B104' : ',B104  # noqa: S104'}${words}`);
  }
  const trailing = /[ \t]*$/.exec(text.slice(lineStart(text, end), end))![0].length;
  return at(end - trailing, marksFor(needsRuff, needsBandit));
}

function marksFor(ruff: boolean, bandit: boolean): string {
  if (!ruff && !bandit) return '';
  // Words behind nosec are read as names of tests up to the next comment mark.
  const marks = [...(ruff ? ['# noqa: S104'] : []), ...(bandit ? ['# nosec B104'] : [])].join('  ');
  return `  ${marks}${bandit ? '  # ' : ' - '}${reason}`;
}

// Bind errors

/** The binds whose error would be handled at one statement, by its place. */
const repairedAt = remembered((facts: Pick<Facts, 'binds'>) =>
  byPlace(facts.binds, ({ failure }) => failure.repair?.statement),
);
/** The binds of JavaScript whose error shows at one call, by its place. */
const signalledAt = remembered((facts: Pick<Facts, 'binds'>) =>
  byPlace(facts.binds, ({ failure }) => failure.repair?.signal?.call),
);
const placeOf = ({ file, start, end }: Span) => `${start} ${end} ${file}`;

function byPlace(
  binds: readonly Bind[],
  place: (bind: Bind) => Span | undefined,
): ReadonlyMap<string, readonly Bind[]> {
  const found = new Map<string, Bind[]>();
  for (const bind of binds) {
    const at = place(bind);
    if (at === undefined) continue;
    const own = found.get(placeOf(at));
    if (own) own.push(bind);
    else found.set(placeOf(at), [bind]);
  }
  return found;
}

function bindErrorEdits(bind: Bind, context: EditContext): FixEdits | Refused {
  const repair = bind.failure.repair;
  if (repair === undefined) return { refused: 'no way is known to handle the error here' };
  if (repair.signal !== undefined) return listenErrorEdits(bind, repair, repair.signal, context);
  const program = context.program(repair.statement.file);
  if (program === undefined) return { refused: 'only Python code is rewritten' };
  if (!isUnderstood(program, repair.statement)) return { refused: 'the statement is not understood' };
  const alike = repairedAt(context.facts).get(placeOf(repair.statement)) ?? [];
  const inThread = alike.some((other) => other.failure.repair?.endsProcess);
  const show = (role: 'host' | 'port') => {
    const { code, value } = shownBy(role, bind, alike, context);
    return shown(program, repair, bind[role].site, code, value);
  };
  const change = handleBindError(
    program,
    bind,
    { ...repair, endsProcess: inThread },
    { host: show('host'), port: show('port') },
  );
  if ('refused' in change) return change;
  const handled = fromPython(program, change);
  if (context.portTries === 0) return handled;
  const host = codeOfHost(program, bind, context);
  const fallback =
    alike.length > 1
      ? { refused: 'no other port is tried: several servers start here' }
      : portFallback(program, bind, context.facts, host, context.portTries);
  if ('refused' in fallback) return { ...handled, left: [fallback.refused] };
  const more = fromPython(program, { ...change, ...fallback });
  return {
    edits: [...handled.edits, ...more.edits],
    imports: [...handled.imports, ...more.imports],
    left: [],
    searched: [bind.port.site],
  };
}

/** The same in JavaScript, where the failure is no exception that a `try` around the call would see. */
function listenErrorEdits(
  bind: Bind,
  repair: BindErrorRepair,
  signal: BindErrorSignal,
  context: EditContext,
): FixEdits | Refused {
  if (context.handleListenError === undefined) return { refused: 'only fix restructures this code' };
  const source = context.source(repair.statement.file);
  if (source === undefined) return { refused: `${repair.statement.file} was not read` };
  const alike = signalledAt(context.facts).get(placeOf(signal.call)) ?? [];
  const written = (role: 'host' | 'port'): Written => {
    const { code, value } = shownBy(role, bind, alike, context);
    // An address that stands nowhere in the code tells its reader nothing.
    const isDefault = bind[role].origin.by === 'default' && !fillAt(role, bind[role].site, context);
    return { code, value: isDefault ? undefined : value, at: bind[role].site };
  };
  const listening = { signal, host: written('host'), port: written('port') };
  const searching = context.portTries > 0 ? fallbackEdits(bind, alike.length, source, listening, context) : undefined;
  if (searching !== undefined && !('refused' in searching))
    return { edits: searching, imports: [], left: [], searched: [bind.port.site] };
  const edits = context.handleListenError(source, listening);
  if ('refused' in edits) return edits;
  const left = searching === undefined ? [] : [`no other port is tried: ${searching.refused}`];
  return { edits, imports: [], left, searched: [] };
}

/** Lets a server of JavaScript take the next free port, and end with a message where there is none. */
function fallbackEdits(
  bind: Bind,
  servers: number,
  source: Source,
  listening: Listening,
  context: EditContext,
): readonly PlacedEdit[] | Refused {
  const { port, host, failure } = bind;
  if (failure.place !== 'main') return { refused: 'only a server of the main program can be asked' };
  if (servers > 1) return { refused: 'several servers start here' };
  if (bind.protocol !== 'tcp') return { refused: 'only ports of TCP can be looked at' };
  if (port.value === 0) return { refused: 'the system chooses its port' };
  if (port.siteFrame === undefined || port.siteFrame.part || port.site.start === port.site.end)
    return { refused: 'its port is not written at the call' };
  const reason = whoCountsOn(bind, context.facts);
  if (reason !== undefined) return { refused: reason };
  if (host.value === undefined && codeAfter('host', bind, context) === undefined)
    return { refused: 'its host is not known at the call' };
  const { code, value } = shownBy('host', bind, [bind], context);
  const given = value ?? (code === undefined ? host.value : undefined);
  const asked = host.origin.by === 'default' && isAllInterfaces(host.value ?? '') ? undefined : { code, value: given };
  return context.listenOnFreePort!(source, listening, { site: port.site, host: asked, tries: context.portTries });
}

/** The code and the value by which every one of the binds at a place can be named. */
function shownBy(
  role: 'host' | 'port',
  bind: Bind,
  alike: readonly Bind[],
  context: EditContext,
): { readonly code: string | undefined; readonly value: string | undefined } {
  const values = new Set(alike.map((other) => valueAfter(role, other, context)));
  const codes = new Set(alike.map((other) => codeAfter(role, other, context)));
  // What a user can change is not what a message may state once and for all.
  const lasting = alike.every((other) => other[role].fixed && other[role].declared === undefined);
  return {
    value: values.size === 1 && lasting ? [...values][0] : undefined,
    code: codes.size === 1 && !changesInside(role, bind, context) ? [...codes][0] : undefined,
  };
}

/** Is the code at the call itself rewritten in part? */
function changesInside(role: 'host' | 'port', bind: Bind, context: EditContext): boolean {
  const { site } = bind[role];
  return indexOf(context.fills)
    .around(site)
    .some((fill) => {
      const { span } = targetOf(fill);
      if (sameSpan(span, site) || span.file !== site.file || isFallback(fill)) return false;
      // What is inserted at its end is another argument.
      const at = span.start === span.end ? 1 : 0;
      return site.start + at <= span.start && span.end <= site.end - at;
    });
}

/** Is there no error in a statement, or right behind it, where a parser says what is missing in it? */
function isUnderstood({ text, errors }: Program, statement: Span): boolean {
  const behind = statement.end + text.slice(statement.end).search(/\S|$/);
  return !errors.some((error) => error.start <= behind && statement.start <= error.end);
}

/** Code for the host that can stand beside the port at the call. */
function codeOfHost(program: Program, bind: Bind, context: EditContext): string | undefined {
  const code = codeAfter('host', bind, context);
  const value = valueAfter('host', bind, context);
  const host = shown(program, bind.failure.repair!, bind.host.site, code, value);
  if (host === undefined) return undefined;
  return 'code' in host ? host.code : `"${host.value}"`;
}

const isLiteral = (code: string) => /^["'\d]/.test(code);

function fillAt(role: 'host' | 'port', span: Span, context: EditContext): Fill | undefined {
  return indexOf(context.fills).at(role, span)[0];
}

function valueAfter(role: 'host' | 'port', bind: Bind, context: EditContext): string | undefined {
  const slot = bind[role];
  const fill = fillAt(role, slot.site, context) ?? fillAt(role, slot.span, context);
  const value = fill?.value ?? slot.value;
  return value === undefined ? undefined : String(value);
}

/** The code that stands at the call when all fills are made; undefined for a literal. */
function codeAfter(role: 'host' | 'port', bind: Bind, context: EditContext): string | undefined {
  const slot = bind[role];
  const fill = fillAt(role, slot.site, context);
  if (fill) {
    const { span, frame } = targetOf(fill);
    const made = frame === undefined ? undefined : writtenValue(fill, frame, span, context);
    return made === undefined || 'refused' in made || isLiteral(made.text) ? undefined : made.text;
  }
  // A part of a longer text is no code.
  if (slot.siteFrame?.part && slot.siteFrame.code !== 'python') return undefined;
  const text = context.source(slot.site.file)?.text.slice(slot.site.start, slot.site.end);
  if (text === undefined || text === '' || isLiteral(text)) return undefined;
  const fallback = fallbackIn(role, slot.site, context);
  if (fallback === undefined) return text;
  const at = fallback.at - slot.site.start;
  return text.slice(0, at) + fallback.text + text.slice(at);
}

/** What a variable that may not be set falls back on, as it will stand in the code of a host or port. */
function fallbackIn(
  role: 'host' | 'port',
  site: Span,
  context: EditContext,
): { readonly at: number; readonly text: string } | undefined {
  for (const fill of indexOf(context.fills).around(site)) {
    const { span, frame } = targetOf(fill);
    if (!isFallback(fill) || fill.role !== role || span.file !== site.file || frame === undefined) continue;
    if (span.start <= site.start || span.end > site.end) continue;
    const made = writtenValue(fill, frame, span, context);
    if (!('refused' in made)) return { at: span.start, text: frame.before + made.text + frame.after };
  }
  return undefined;
}

/** Does it write what is behind a variable that may not be set? */
function isFallback(fill: Fill): boolean {
  const { span, frame } = targetOf(fill);
  return fill.slot.unset === true && frame?.code === 'javascript' && span.start === span.end;
}

// Suppressions of our own

/** Deletes a suppression's comment, or one rule's name out of several. */
function suppressionRemoval(span: Span, context: EditContext): FixEdits | Refused {
  const source = context.source(span.file);
  if (source === undefined) return { refused: `${span.file} was not read` };
  const { text, file } = source;
  const start = lineStart(text, span.start);
  const end = lineEnd(text, span.end);
  const before = text.slice(start, span.start);
  const after = text.slice(span.end, end);
  const edit = (from: number, to: number, wholeLines?: true): FixEdits => ({
    edits: [
      {
        span: { file, start: from, end: to },
        text: '',
        rank: rank.line,
        owner: 'suppression',
        ...(wholeLines && { wholeLines }),
      },
    ],
    imports: [],
    left: [],
    searched: [],
  });
  if (/^[a-z]+(-[a-z]+)*$/.test(text.slice(span.start, span.end))) {
    const next = /^\s*,\s*/.exec(after);
    if (next) return edit(span.start, span.end + next[0].length);
    const previous = /\s*,\s*$/.exec(before);
    if (previous) return edit(span.start - previous[0].length, span.end);
    return { refused: 'the comment names one rule only' };
  }
  if (before.trim() === '' && after.trim() === '') return edit(start, nextLine(text, end), true);
  return edit(start + before.trimEnd().length, span.end);
}
