import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { BindErrorSignal, Span } from '../../src/facts.ts';
import { applyEdits, inOrder } from '../../src/fix/text-edits.ts';
import { handleListenError } from '../../src/fix/typescript/listen-error.ts';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly signal: Omit<BindErrorSignal, 'call'>;
  readonly values: Readonly<Record<string, string>>;
  readonly marked: string;
  readonly after: string | undefined;
  /** Where the expectation starts in the page, and where it ends. */
  readonly place: readonly [start: number, end: number];
}

const page = path.join(import.meta.dirname, 'typescript.md');

function casesOf(text: string): Case[] {
  const section = /^## (.*)\n\n```\w+ (\S+) (\w+) ?(.*)\n([\s\S]*?)^```\n(?:\n```after\n([\s\S]*?)^```\n)?/gm;
  return [...text.matchAll(section)].map((match) => {
    const [whole, name, file, by, known, marked, after] = match;
    const values = Object.fromEntries([...known!.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key!, value!]));
    const input = whole.indexOf('\n```\n', whole.indexOf('\n```') + 4) + '\n```\n'.length;
    return {
      name: name!,
      file: file!,
      signal: { by: by as BindErrorSignal['by'], ...JSON.parse(values.signal ?? '{}') },
      values,
      marked: marked!,
      after,
      place: [match.index + input, match.index + whole.length],
    };
  });
}

/** The text without its marks, and the places between them. */
function unmarked(text: string) {
  let clean = '';
  const places = new Map<string, number>();
  for (const character of text) {
    if ('«»⟦⟧⟨⟩'.includes(character)) places.set(character, clean.length);
    else clean += character;
  }
  const between = (open: string, close: string) =>
    places.has(open) ? { start: places.get(open)!, end: places.get(close)! } : undefined;
  return { clean, call: between('«', '»'), host: between('⟦', '⟧'), port: between('⟨', '⟩') };
}

function fixed({ file, signal, values, marked }: Case): string {
  const { clean: text, call, host, port } = unmarked(marked);
  assert.ok(call, 'no call is marked');
  const written = (place: Omit<Span, 'file'> | undefined, value: string | undefined) => ({
    code: place && /^[^'"\d]/.test(text.slice(place.start)) ? text.slice(place.start, place.end) : undefined,
    value:
      value ??
      (place && /^['"\d]/.test(text.slice(place.start))
        ? text.slice(place.start, place.end).replaceAll(/['"]/g, '')
        : undefined),
    at: { file, ...(place ?? { start: call.start, end: call.start }) },
  });
  const edits = handleListenError(
    { file, text },
    {
      signal: { ...signal, call: { file, ...call } },
      host: written(host, values.host),
      port: written(port, values.port),
    },
  );
  return 'refused' in edits ? `refused: ${edits.refused}\n` : applyEdits(text, inOrder(edits));
}

const text = readFileSync(page, 'utf8');
const cases = casesOf(text);

test('the page is read as a whole', () => assert.equal(cases.length, text.match(/^## /gm)!.length));

if (process.env.UPDATE) {
  let written = text;
  for (const one of [...cases].reverse())
    written = `${written.slice(0, one.place[0])}\n\`\`\`after\n${fixed(one)}\`\`\`\n${written.slice(one.place[1])}`;
  writeFileSync(page, written);
} else {
  for (const one of cases) test(one.name, () => assert.equal(fixed(one), one.after));
}
