import type { Span } from '../facts.ts';
import type { Assignment, CommandLine, Word } from './command.ts';
import { assignmentOf, parseShell, splitWords } from './shell.ts';

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case; for ONBUILD the instruction it holds back. */
  readonly name: string;
  readonly nameSpan: Span;
  /** From the name to the end of the last line, here-documents included. */
  readonly span: Span;
  /** What follows the name, flags included. */
  readonly args: Span;
  /** `--from=build`, `--interval=5s`. */
  readonly flags: readonly Assignment[];
  /** CMD, ENTRYPOINT, RUN, HEALTHCHECK, SHELL: how their command is written. */
  readonly form?: 'exec' | 'shell';
  /** The commands of these; one for exec form, none for an empty list. */
  readonly commands: readonly CommandLine[];
  /** The here-documents of RUN, COPY and ADD that are scripts. */
  readonly documents: readonly HereDocument[];
  /** The words of the others, as EXPOSE, FROM, USER and ARG have them. */
  readonly words: readonly Word[];
  /** ENV, ARG and LABEL; an ARG without a value is only in `words`. */
  readonly pairs: readonly Assignment[];
  /** It runs in images that are built upon this one. */
  readonly onbuild: boolean;
  /** From 0; -1 before the first FROM. */
  readonly stage: number;
}

/** A here-document. https://docs.docker.com/reference/dockerfile/#here-documents */
export interface HereDocument {
  readonly name: string;
  readonly lines: readonly CommandLine[];
  /** The file that `cat` writes it to. */
  readonly writes?: string;
}

export interface Stage {
  readonly name: string | undefined;
  /** The image or stage it starts from. */
  readonly image: string;
  /** The earlier stage it continues. */
  readonly parent: number | undefined;
  readonly instructions: readonly Instruction[];
}

const commanding = new Set(['CMD', 'ENTRYPOINT', 'RUN', 'HEALTHCHECK', 'SHELL']);
const pairing = new Set(['ENV', 'ARG', 'LABEL']);

/**
 * Reads a Dockerfile. Lines that make no sense are passed over; never throws.
 * @param file path for the spans
 * @param text decoded text without BOM
 */
export function parseDockerfile(file: string, text: string): readonly Instruction[] {
  const escapeCharacter = escapeOf(text);
  const instructions: Instruction[] = [];
  let stage = -1;
  let at = 0;
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    if (/^[ \t]*(?:#.*)?\r?$/.test(text.slice(at, lineEnd))) {
      at = lineEnd + 1;
      continue;
    }
    const { flat, end } = logicalLine(text, at, escapeCharacter);
    const { end: bodyEnd, bodies } = afterHeredocs(text, flat, end);
    const head = /^([ \t]*)([A-Za-z]+)(?=[ \t\r\n]|$)/.exec(flat);
    if (head) {
      let start = at + head[1]!.length;
      let name = head[2]!;
      let onbuild = false;
      const held =
        name.toUpperCase() === 'ONBUILD' && /^\s+([A-Za-z]+)(?=\s|$)/.exec(flat.slice(start - at + name.length));
      if (held) {
        start += name.length + held[0].length - held[1]!.length;
        name = held[1]!;
        onbuild = true;
      }
      name = name.toUpperCase();
      if (name === 'FROM' && !onbuild) stage++;
      const from = start + name.length;
      const args = flat.slice(from - at);
      const read = readArguments(file, name, args, from);
      const documents = bodies.flatMap((body) => documentOf(file, text, body));
      const runs =
        name === 'RUN' &&
        /^\s*(?:--\S+\s+)*(?:(?:\/bin\/)?(?:ba|da)?sh\s+(?:-\w+\s+)*)?<<-?["']?\w+["']?\s*$/.test(args);
      instructions.push({
        name,
        nameSpan: { file, start, end: from },
        span: { file, start, end: bodyEnd },
        stage,
        onbuild,
        ...read,
        ...(runs && { commands: documents.flatMap(({ lines }) => lines) }),
        documents,
      });
    }
    at = bodyEnd + 1;
  }
  return instructions;
}

/** The stages of a Dockerfile; what stands before the first FROM belongs to none. */
export function stagesOf(instructions: readonly Instruction[]): readonly Stage[] {
  const stages: { name: string | undefined; image: string; parent: number | undefined; instructions: Instruction[] }[] =
    [];
  const named = new Map<string, number>();
  for (const instruction of instructions) {
    if (instruction.name === 'FROM' && !instruction.onbuild) {
      const [image, as, own] = instruction.words;
      const from = image?.value ?? '';
      const name = as?.value.toUpperCase() === 'AS' ? own?.value.toLowerCase() : undefined;
      stages.push({ name, image: from, parent: named.get(from.toLowerCase()), instructions: [] });
      if (name !== undefined) named.set(name, stages.length - 1);
    } else if (instruction.stage >= 0) stages[instruction.stage]?.instructions.push(instruction);
  }
  return stages;
}

/** The escape character: parser directives stand in comments at the very top. */
function escapeOf(text: string): string {
  for (const line of text.slice(0, 2000).split('\n')) {
    const directive = /^\s*#\s*([a-z]+)\s*=\s*(\S+)\s*$/i.exec(line);
    if (!directive) return '\\';
    if (directive[1]!.toLowerCase() === 'escape') return directive[2] === '`' ? '`' : '\\';
  }
  return '\\';
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline;
}

/** One instruction's lines as one line of the same length: continuations, and comments between them, become blanks. */
function logicalLine(
  text: string,
  from: number,
  escapeCharacter: string,
): { readonly flat: string; readonly end: number } {
  const parts: string[] = [];
  let at = from;
  let end = from;
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const line = text.slice(at, lineEnd);
    // Comments and empty lines do not end an instruction that is continued.
    if (at > from && /^[ \t]*(?:#.*)?\r?$/.test(line)) {
      parts.push(' '.repeat(Math.min(lineEnd + 1, text.length) - at));
      at = lineEnd + 1;
      continue;
    }
    const trimmed = line.trimEnd();
    end = at + trimmed.length;
    if (!trimmed.endsWith(escapeCharacter) || lineEnd === text.length) {
      parts.push(trimmed);
      break;
    }
    parts.push(trimmed.slice(0, -1), ' '.repeat(lineEnd + 1 - at - trimmed.length + 1));
    at = lineEnd + 1;
  }
  return { flat: parts.join('').slice(0, end - from), end };
}

interface Body {
  readonly name: string;
  /** The command that it is given to. */
  readonly command: string;
  /** Variables in it stand for what they hold while the image is built. */
  readonly filled: boolean;
  readonly start: number;
  readonly end: number;
}

/** Where an instruction ends whose here-documents follow on the next lines. */
function afterHeredocs(
  text: string,
  flat: string,
  end: number,
): { readonly end: number; readonly bodies: readonly Body[] } {
  if (!/^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s.*<</i.test(flat)) return { end, bodies: [] };
  let last = end;
  const bodies: Body[] = [];
  for (const { 1: dash, 2: quote, 3: name, index } of flat.matchAll(/(?<!<)<<(-?)(["']?)([A-Za-z_][\w.-]*)\2/g)) {
    const start = endOfLine(text, last) + 1;
    let at = start;
    while (at < text.length) {
      const lineEnd = endOfLine(text, at);
      const line = text.slice(at, lineEnd).replace(/\r$/, '');
      const isOver = (dash ? line.replace(/^\t+/, '') : line) === name;
      if (isOver)
        bodies.push({ name: name!, command: commandAround(flat, index), filled: quote === '', start, end: at });
      last = lineEnd;
      at = lineEnd + 1;
      if (isOver) break;
    }
  }
  return { end: last, bodies };
}

/** The one of the commands of an instruction that stands at an offset. */
function commandAround(flat: string, at: number): string {
  const end = /[|;&]/.exec(flat.slice(at))?.index ?? flat.length;
  const before = flat.slice(0, at);
  const start = Math.max(...['|', ';', '&'].map((mark) => before.lastIndexOf(mark))) + 1;
  return flat.slice(start, at + end).replace(/^\s*(?:ONBUILD\s+)?RUN\s+(?:--\S+\s+)*/i, '');
}

/** What a here-document says where it is a script of a shell. */
function documentOf(file: string, text: string, { name, command, filled, start, end }: Body): readonly HereDocument[] {
  const body = text.slice(start, end);
  if (/^\s*#!(?!.*\b(?:ba|da|a|z|k)?sh\b)/.test(body)) return [];
  const written = /^\s*cat\b[^>]*(?<![0-9])>[ \t]*([^\s<>]+)/.exec(command)?.[1];
  const writes = written?.includes('$') ? undefined : written?.replace(/^(["'])(.*)\1$/, '$2');
  const lines = parseShell(file, body, start);
  const isRun = writes === undefined && !/^\s*#!/.test(body);
  return [
    {
      name,
      lines: filled && !isRun ? lines.map((line) => asBuilt(line, text)) : lines,
      ...(writes !== undefined && { writes }),
    },
  ];
}

/** Variables were put in while the image was built, unless a backslash kept them. */
function asBuilt(line: CommandLine, text: string): CommandLine {
  const put = (word: Word): Word => {
    if (!word.value.includes('$')) return word;
    const isKept = !/(?<!\\)\$/.test(text.slice(word.span.start, word.span.end));
    return { value: isKept ? word.value : '${?}', span: word.span, expands: true };
  };
  return {
    ...line,
    words: line.words.map(put),
    environment: line.environment.map(({ name, value }) => ({ name, value: put(value) })),
  };
}

/** @param from where `args` starts in the file */
function readArguments(
  file: string,
  name: string,
  args: string,
  from: number,
): Pick<Instruction, 'args' | 'flags' | 'form' | 'commands' | 'words' | 'pairs'> {
  const blanks = /^\s*/.exec(args)![0].length;
  const span = { file, start: from + blanks, end: from + args.length };
  const flags: Assignment[] = [];
  let at = blanks;
  for (const flag = /--([a-z-]+)(?:=(\S*))?\s*/y; ; at = flag.lastIndex) {
    flag.lastIndex = at;
    const match = flag.exec(args);
    if (!match) break;
    const start = from + at + 2 + match[1]!.length + (match[2] === undefined ? 0 : 1);
    const value = match[2] ?? '';
    flags.push({
      name: match[1]!,
      value: { value, span: { file, start, end: start + value.length }, quote: '', expands: value.includes('$') },
    });
  }
  const none = { args: span, flags, commands: [], words: [], pairs: [] };
  if (commanding.has(name)) {
    if (name === 'HEALTHCHECK') {
      const keyword = /CMD(?=[\s[]|$)\s*/iy;
      keyword.lastIndex = at;
      if (!keyword.test(args)) return none;
      at = keyword.lastIndex;
    }
    const exec = execForm(file, args.slice(at), from + at);
    if (exec) return { ...none, form: 'exec', commands: exec.words.length > 0 ? [exec] : [] };
    return { ...none, form: 'shell', commands: parseShell(file, args.slice(at), from + at) };
  }
  const words = splitWords(file, args.slice(at), from + at);
  if (!pairing.has(name)) return { ...none, words };
  const [first, second] = words;
  if (name === 'ENV' && first && second && !first.value.includes('=')) {
    // The old form: everything behind the name is the value.
    const start = second.span.start;
    const value = args.slice(start - from);
    const whole =
      words.length === 2 ? second : { value, span: { file, start, end: span.end }, expands: value.includes('$') };
    return { ...none, pairs: [{ name: first.value, value: whole }] };
  }
  return { ...none, words, pairs: words.flatMap((word) => assignmentOf(word) ?? []) };
}

/**
 * Reads a JSON list of strings as a command in exec form.
 * @param base offset of `text` in its file
 * @returns undefined where the text is no such list
 */
export function execForm(file: string, text: string, base: number): CommandLine | undefined {
  const words: Word[] = [];
  let at = /^\s*/.exec(text)![0].length;
  const start = at;
  if (text[at] !== '[') return undefined;
  at++;
  const item = /\s*("(?:[^"\\\n]|\\.)*")\s*(,?)/y;
  const close = /\s*\]\s*$/y;
  for (let more = true; more; ) {
    item.lastIndex = at;
    const match = item.exec(text);
    if (!match) break;
    const [whole, string, comma] = match as unknown as [string, string, string];
    const offset = at + whole.indexOf('"');
    const value = stringOf(string);
    if (value === undefined) return undefined;
    const span = { file, start: base + offset, end: base + offset + string.length };
    words.push({ value, span, expands: false, ...(!string.includes('\\') && { quote: '"' }) });
    at = item.lastIndex;
    more = comma === ',';
    // A comma has to be followed by another string.
    if (more && !/^\s*"/.test(text.slice(at, at + 2000))) return undefined;
  }
  close.lastIndex = at;
  if (!close.test(text)) return undefined;
  const end = text.trimEnd().length;
  const span = { file, start: base + start, end: base + end };
  return { words, span, environment: [], form: 'exec', append: [', "', '"'] };
}

function stringOf(json: string): string | undefined {
  try {
    return String(JSON.parse(json));
  } catch {
    return undefined;
  }
}
