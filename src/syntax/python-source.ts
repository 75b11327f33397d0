import { append } from '../append.ts';

/** Python as it is handed to the parser. */
export interface Prepared {
  /** As long as the text it was made of. */
  readonly text: string;
  /** Comments that are no longer in it. */
  readonly comments: readonly Range[];
}

type Range = readonly [start: number, end: number];

// Bounded, so that hostile text costs no more than its length.
const TARGET =
  /\bas[ \t]{1,9}(\([\w \t,.*()]{0,200}\)|\[[\w \t,.*]{0,200}\]|[^\W\d]\w{0,99}(?:\.\w{1,99}|\[[\w.]{0,99}\]){1,9})(?=[ \t]{0,9}[,:)])/g;

/**
 * Changes code where the parser's grammar lags behind the language, so that valid code does not lose the rest of its
 * block; offsets stay. Strings may be changed with it: they are to be read from the original text.
 *
 * A target after `as` that is no name becomes a name of underscores, a lone `yield` too; commas between the values of a
 * `match` become operators.
 */
export function prepare(text: string): Prepared {
  let prepared = text;
  // Read one by one, CR and LF break a line that a backslash continues.
  if (text.includes('\r')) {
    prepared = prepared.replace(/(\\?)\r(\n?)/g, (_, backslash: string, feed: string) =>
      feed === '' ? `${backslash}\n` : ` ${backslash}\n`,
    );
  }
  // A form feed alone on its line would end the block.
  if (text.includes('\f')) prepared = prepared.replace(/^[ \t\f]+$/gm, (line) => line.replaceAll('\f', ' '));
  const { text: opened, comments } = openWithItems(prepared);
  prepared = opened
    .replace(TARGET, (whole, target: string) => whole.slice(0, -target.length) + '_'.repeat(target.length))
    .replace(/^[ \t]*match[ \t]+[\w.]+(?:[ \t]*,[ \t]*[\w.]+){1,20}[ \t]*:(?=[ \t]*(?:[#\n]|$))/gm, (values) =>
      values.replaceAll(',', '|'),
    )
    .replace(/\byield(?=[ \t]*(?:[\n;#)\]},]|$))/g, '_____')
    .replace(/(?<![\w.])(\d[\d_]*)\.(?=[^\w.]|[eE][+-]?\d|[jJ]\b|$)/g, '$10');
  return { text: prepared, comments };
}

/** `with (a() as b, c() as d):` as if it were written without parentheses on one line. */
function openWithItems(text: string): Prepared {
  const comments: Range[] = [];
  const head = /^[ \t]*(?:async[ \t]+)?with[ \t]*\(/gm;
  let opened = '';
  let copied = 0;
  for (let match = head.exec(text); match !== null; match = head.exec(text)) {
    const open = head.lastIndex - 1;
    const items = readItems(text, open);
    head.lastIndex = items.end;
    if (!items.named) continue;
    for (const [start, end] of items.blanks) {
      opened += text.slice(copied, start) + ' '.repeat(end - start);
      copied = end;
    }
    append(comments, items.comments);
  }
  return { text: opened + text.slice(copied), comments };
}

interface Items {
  /** After the closing parenthesis, or where it became clear that there is none. */
  readonly end: number;
  /** There is an `as` among them and a colon after them, so the parentheses are the statement's own. */
  readonly named: boolean;
  /** What has to go: parentheses, line breaks, comments, a last comma. */
  readonly blanks: readonly Range[];
  readonly comments: readonly Range[];
}

function readItems(text: string, open: number): Items {
  const blanks: Range[] = [[open, open + 1]];
  const comments: Range[] = [];
  const token = /"""|'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*|\\\n|[()[\]{}\n,"']|\w+/g;
  token.lastIndex = open + 1;
  let depth = 1;
  let named = false;
  let comma: Range | undefined;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const word = match[0];
    const range: Range = [match.index, token.lastIndex];
    if (word === '"' || word === "'" || word === '"""' || word === "'''") {
      return { end: token.lastIndex, named: false, blanks, comments };
    }
    if (word.startsWith('#')) {
      comments.push(range);
      blanks.push(range);
      continue;
    }
    if (word === '\n') {
      if (depth === 1) blanks.push(range);
      continue;
    }
    if (word === ')' || word === ']' || word === '}') depth--;
    else if (word === '(' || word === '[' || word === '{') depth++;
    else if (word === 'as' && depth === 1) named = true;
    if (depth === 0) {
      if (comma !== undefined) blanks.push(comma);
      blanks.push(range);
      blanks.sort((left, right) => left[0] - right[0]);
      const colon = /[ \t]*:/y;
      colon.lastIndex = token.lastIndex;
      return { end: token.lastIndex, named: named && colon.test(text), blanks, comments };
    }
    comma = depth === 1 && word === ',' ? range : undefined;
  }
  return { end: text.length, named: false, blanks, comments };
}
