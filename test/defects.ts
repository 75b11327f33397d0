import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parsePage } from '../src/testing/pages.ts';
import type { Files } from './command-line.ts';

const pages = path.join(path.dirname(import.meta.dirname), 'fixtures/rules');

/** One defect of each rule, by its id: the first example of its page that needs no settings. */
export function defects(): ReadonlyMap<string, Files> {
  return new Map(
    readdirSync(pages)
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => {
        const shown = parsePage(readFileSync(path.join(pages, name), 'utf8')).find(
          ({ settings, expected }) => settings === undefined && expected.get('findings')?.text,
        );
        if (shown === undefined) throw new Error(`${name} has no example without settings`);
        return [path.basename(name, '.md'), Object.fromEntries(shown.files)] as const;
      }),
  );
}

/** The same files in another folder. */
export function within(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]));
}

/** Numbers from 0 up to 1, the same ones for a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A file with lines moved and nothing else changed: blank lines become more, and functions of Python change places. The first line,
 * which may say what runs the file, stays.
 */
export function movedLines(file: string, text: string, random: () => number): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const reordered = file.endsWith('.py') ? withFunctionsSwapped(text, end, random) : text;
  const [first = '', ...rest] = reordered.split(end);
  const last = rest.length - 1;
  const lines = rest.flatMap((line, index) => {
    const isBlank = line.trim() === '' && index < last;
    return isBlank && random() < 0.6 ? Array.from({ length: 1 + Math.floor(random() * 3) }, () => line) : [line];
  });
  // A blank second line moves everything below it.
  return [first, ...(rest.length > 1 && random() < 0.8 ? [''] : []), ...lines].join(end);
}

function withFunctionsSwapped(text: string, end: string, random: () => number): string {
  const blocks = text.split(`${end}${end}${end}`);
  const isFunction = (block: string | undefined) => block !== undefined && /^(?:async )?def \w+\([^"']*$/s.test(block);
  for (let at = 0; at + 1 < blocks.length; at++) {
    if (!isFunction(blocks[at]) || !isFunction(blocks[at + 1]) || random() < 0.3) continue;
    blocks.splice(at, 2, blocks[at + 1]!, blocks[at]!);
    at++;
  }
  return blocks.join(`${end}${end}${end}`);
}

/** How many of the lines stand where they did not stand before, of those that are not blank. */
export function shareMoved(before: string, after: string): { readonly moved: number; readonly all: number } {
  const places = (text: string) => text.split('\n').map((line, index) => `${index} ${line}`);
  const old = new Set(places(before));
  const shown = places(after).filter((line) => /^\d+ \s*\S/.test(line));
  return { moved: shown.filter((line) => !old.has(line)).length, all: shown.length };
}
