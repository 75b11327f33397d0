import type { Announcement, BindErrorSignal } from '../../facts.ts';
import { type CodeStyle, isName } from '../javascript-code.ts';
import { indentAt, lineEnd, lineStart } from '../lines.ts';
import type { Refused } from '../python.ts';
import { type PlacedEdit, rank } from '../text-edits.ts';
import { type Morph, morph } from './morph.ts';
import { styleAround } from './style.ts';
import {
  type Call,
  type CodeFile,
  callAt,
  linesOf,
  open,
  siblingOf,
  speaks,
  statementAt,
  statementOf,
} from './tree.ts';

/**
 * Moves a line that says that a server listens to where that is so: into the callback of the call that listens, or below the
 * statement that has waited for it.
 */
export function moveClaim(
  source: CodeFile,
  { statement, into, target }: Pick<Announcement, 'statement' | 'into' | 'target'>,
): readonly PlacedEdit[] | Refused {
  const { text, file } = source;
  if (/\r(?!\n)|[\u2028\u2029]/.test(text)) return { refused: 'the file has line endings that are not understood' };
  const opened = open(source);
  const claim = statementAt(opened.tree, statement);
  if (claim === undefined) return { refused: 'the statement was not found again' };
  const said = text.slice(statement.start, statement.end);
  if (/\b(await|yield|this|super|arguments)\b/.test(said))
    return { refused: 'the line would mean something else in a function' };
  const removal = linesOf(source, claim);
  if ('refused' in removal) return removal;
  const owner = `announcement at ${statement.start}`;
  const style = styleAround(opened.style, claim);
  const { newline, unit } = style;
  /** The lines of the claim with another indentation. */
  const moved = (indent: string) =>
    text
      .slice(removal.start, removal.end)
      .split(/\r?\n/)
      .map((line) => (line.startsWith(removal.indent) ? indent + line.slice(removal.indent.length) : indent + line))
      .join(newline);
  const remove: PlacedEdit = {
    span: { file, start: removal.from, end: removal.to },
    text: '',
    rank: rank.line,
    owner,
    wholeLines: true,
  };
  const insert = (at: number, written: string, end = at): readonly PlacedEdit[] => [
    remove,
    { span: { file, start: at, end }, text: written, rank: rank.moved, owner },
  ];
  if (into === undefined) {
    const after = target && opened.tree.getDescendantAtPos(Math.max(0, target.start - 1));
    const listening = after && siblingOf(claim, after);
    if (listening === undefined) return { refused: 'there is no place after the bind' };
    const end = lineEnd(text, listening.getEnd());
    return insert(end, newline + moved(removal.indent));
  }
  const call = callAt(opened.tree, into.call);
  if (call === undefined || siblingOf(claim, call) === undefined) return { refused: 'the call was not found again' };
  if (opened.isBroken(call)) return { refused: 'the statement is not understood' };
  const place = callbackPlace(call, into, style, text);
  if ('refused' in place) return place;
  const { at, before, indent, after } = place;
  const claimed = insert(at, before + moved(indent + unit) + after, place.end);
  if (place.opens === undefined) return claimed;
  const opening = { span: { file, start: place.opens, end: place.opens }, text: `{${newline}${indent}${unit}` };
  return [...claimed, { ...opening, rank: rank.moved, owner }];
}

/** Where a line goes that is to run once a call listens, and what stands around it there. */
function callbackPlace(
  call: Call,
  { by, emitter }: BindErrorSignal,
  style: CodeStyle,
  text: string,
):
  | {
      readonly at: number;
      readonly end: number;
      readonly before: string;
      readonly indent: string;
      readonly after: string;
      /** A body of one expression becomes a block that begins here. */
      readonly opens?: number;
    }
  | Refused {
  const { Node } = morph();
  const { newline, quote } = style;
  const end = style.semicolons ? ';' : '';
  const args = call.getArguments();
  const last = args.at(-1);
  if (Node.isArrowFunction(last) || Node.isFunctionExpression(last)) {
    const body = last.getBody();
    const failing = leavesOnError(last);
    const says = [body, ...body.getDescendants()].some(
      (node) =>
        Node.isCallExpression(node) &&
        speaks(node) &&
        (failing === undefined || node.getStart() < failing.getStart() || node.getEnd() > failing.getEnd()),
    );
    if (says) return { refused: 'the callback says something already' };
    const indent = indentAt(text, last.getStart());
    if (!Node.isBlock(body)) {
      if (!Node.isCallExpression(body) || body.getText().includes('\n'))
        return { refused: 'the callback is one expression' };
      const at = body.getEnd();
      return { opens: body.getStart(), at, end: at, before: end + newline, indent, after: `${newline}${indent}}` };
    }
    const inside = text.slice(body.getStart() + 1, body.getEnd() - 1);
    if (inside.trim() === '')
      return { at: body.getStart() + 1, end: body.getEnd() - 1, before: newline, indent, after: newline + indent };
    const brace = body.getEnd() - 1;
    const closing = lineStart(text, brace);
    if (text.slice(closing, brace).trim() !== '' || closing <= body.getStart())
      return { refused: 'the callback is one line' };
    return { at: closing, end: closing, before: '', indent: indentAt(text, brace), after: newline };
  }
  const name = Node.isNewExpression(call) ? 'new' : (call.getExpression().getText().split('.').at(-1) ?? '');
  const head = style.arrows ? '() => {' : `function${style.spaced ? ' ' : ''}() {`;
  const heard = `.on(${quote}listening${quote}, ${head}${newline}`;
  if (by === 'event' && emitter?.member !== undefined) {
    const server = Node.isCallExpression(call) ? serverOf(call) : heldBy(call);
    const statement = statementOf(call);
    const rest = statement && text.slice(statement.getEnd(), lineEnd(text, statement.getEnd())).trim();
    if (server === undefined || statement === undefined || (rest !== '' && !rest!.startsWith('//')))
      return { refused: 'there is no callback that says when it listens' };
    const at = lineEnd(text, statement.getEnd());
    const indent = indentAt(text, statement.getStart());
    const before = `${newline}${indent}${server}.${emitter.member}${heard}`;
    return { at, end: at, before, indent, after: `${newline}${indent}})${end}` };
  }
  // A callback of Express 5 runs where the bind has failed, too.
  if (by === 'callback') {
    const at = call.getEnd();
    const indent = indentAt(text, at);
    return { at, end: at, before: heard, indent, after: `${newline}${indent}})` };
  }
  if (by !== 'event' || !/^(listen|bind|serve|new)$/.test(name))
    return { refused: 'there is no callback that says when it listens' };
  if (last === undefined || args.length > 3) return { refused: 'there is no place for a callback' };
  if (
    Node.isSpreadElement(last) ||
    (Node.isIdentifier(last) && args.length > 1 && /^(cb|callback|done|next|on\w+|handler)$/.test(last.getText()))
  )
    return { refused: 'the call may have a callback' };
  const indent = indentAt(text, last.getEnd());
  return {
    at: last.getEnd(),
    end: last.getEnd(),
    before: `, ${head}${newline}`,
    indent,
    after: `${newline}${indent}}`,
  };
}

/** `if (error) { ...; process.exit(1); }` at the beginning of a callback: what it says, nobody hears where the server listens. */
function leavesOnError(callback: Morph.ArrowFunction | Morph.FunctionExpression): Morph.Node | undefined {
  const { Node } = morph();
  const body = callback.getBody();
  const first = Node.isBlock(body) ? body.getStatements()[0] : undefined;
  if (!Node.isIfStatement(first) || first.getElseStatement()) return undefined;
  if (first.getExpression().getText() !== callback.getParameters()[0]?.getName()) return undefined;
  const then = first.getThenStatement();
  const last = Node.isBlock(then) ? then.getStatements().at(-1) : then;
  return last && /^(?:return\b|throw\b|(?:process|Deno)\.exit\()/.test(last.getText()) ? first : undefined;
}

/** The name of what a method is called on, where that is one. */
function serverOf(call: Morph.CallExpression): string | undefined {
  const callee = call.getExpression();
  const server = morph().Node.isPropertyAccessExpression(callee) ? callee.getExpression().getText() : '';
  return isName(server) ? server : undefined;
}

/** The name that keeps what is made. */
function heldBy(call: Morph.Node): string | undefined {
  const { Node } = morph();
  const declared = call.getParent();
  return Node.isVariableDeclaration(declared) && Node.isIdentifier(declared.getNameNode())
    ? declared.getName()
    : undefined;
}
