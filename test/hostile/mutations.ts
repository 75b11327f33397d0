import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parsePage } from '../../src/testing/pages.ts';
import type { HostileInput } from './properties.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

type Texts = readonly (readonly [file: string, text: string])[];

/** Random numbers that are the same for the same seed everywhere: mulberry32. */
export class Random {
  #state: number;

  /** @param seeds any integers */
  constructor(...seeds: readonly number[]) {
    this.#state = seeds.reduce((state, seed) => Math.imul(state ^ seed, 0x9e3779b1) + (seed | 0), 0x2545f491) | 0;
  }

  /** A number of at least 0 and less than `below`. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}

/** Settings in every notation, and a program that reads them: the pages have few. */
const settings: Readonly<Record<string, string>> = {
  'config.yaml':
    'base: &base\n  host: 127.0.0.1 # here\n  port: 8000\nserver:\n  <<: *base\n  listen: "127.0.0.1:8080"\n---\nserver: { host: localhost, port: 0o17500 }\n',
  'config.json': '{ "server": { "host": "127.0.0.1", "port": 8000 }, "list": [{ "bind": "localhost:80" }] }\n',
  'config.jsonc': '{\n  // here\n  "server": { "host": "localhost", "port": 8000, /* why */ },\n}\n',
  'config.toml': "[server]\nhost = \"127.0.0.1\" # here\nport = 8_000\n[[more.server]]\nbind = '''localhost:80'''\n",
  'config.ini': '[server]\nhost = 127.0.0.1\n; why\nport: 8000\n[DEFAULT]\nlisten=%(host)s:80\n',
  'application.properties': 'server.address=127.0.0.1\nserver.port=8000\n! why\nserver.name = a\\\n  b\n',
  '.env': 'HOST=127.0.0.1\nexport PORT="8000" # here\nURL=http://${HOST:-localhost}:$PORT\n',
  'gunicorn.conf.py':
    'import os\nbind = ["127.0.0.1:8000", f"localhost:{os.environ.get(\'PORT\', 80)}"]\nworkers = 2\n',
};

const reader = `import configparser, json, os, tomllib
import yaml
import uvicorn

with open("NAME") as f:
    config = LOAD
settings = config.get("server", {})


def serve(host=settings.get("host", "127.0.0.1"), port=int(os.environ.get("PORT", "8000"))):
    print(f"listening on http://{host}:{port}")
    uvicorn.run("app:app", host=host, port=port, timeout_keep_alive=5)


if __name__ == "__main__":
    serve(config["server"]["host"], config["server"]["port"])
    serve(port=8001)
`;

const loads: Readonly<Record<string, string>> = {
  yaml: 'yaml.safe_load(f)',
  json: 'json.load(f)',
  jsonc: 'json.load(f)',
  toml: 'tomllib.load(f)',
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The inputs of every page and project of fixtures/, and settings in every notation with a program that reads them. */
export function corpus(): Texts[] {
  const found: Texts[] = [];
  const projects = new Map<string, [string, string][]>();
  for (const file of filesBelow(path.join(root, 'fixtures'))) {
    const [kind, name, ...rest] = path.relative(path.join(root, 'fixtures'), file).split(path.sep);
    const text = readFileSync(file, 'utf8');
    if (kind === 'projects' && rest.length > 0) {
      projects.set(name!, [...(projects.get(name!) ?? []), [rest.join('/'), text]]);
    } else if (file.endsWith('.md')) {
      for (const one of parsePage(text)) found.push([...one.files]);
    }
  }
  found.push(...projects.values());
  for (const [name, text] of Object.entries(settings)) {
    const load = loads[path.extname(name).slice(1)];
    const program: Texts = load ? [['serve.py', reader.replace('NAME', name).replace('LOAD', load)]] : [];
    found.push([[name, text], ...program]);
  }
  return found;
}

/** What parsers, templates, terminals and objects of JavaScript may take for something else. */
const tokens = [
  ...[
    '"',
    "'",
    '"""',
    "'''",
    '`',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '{{ port }}',
    '{% if x %}',
    '${PORT:-8000}',
    '${',
    '$(',
  ],
  ...[
    '\\',
    '\\\n',
    '\0',
    '\uFEFF',
    '\r\n',
    '\r',
    '\n',
    '\t',
    '\f',
    '\v',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u3000',
    '\u202e',
  ],
  ...['\ud800', '\udc00', '\u{1f600}', 'é', 'e\u0301', '\u4e2d', 'ſ', 'İ', '\x1b[31m', '\x1b]8;;x\x07', '\x9b2J'],
  ...[
    '#',
    '# bindlint-ignore-file: x',
    '# bindlint-ignore loopback-host',
    '// x',
    '/*',
    '*/',
    '<!--',
    '<<<<<<< HEAD\n',
  ],
  ...[
    '127.0.0.1',
    '0.0.0.0',
    '::1',
    '::',
    '[::]',
    'localhost',
    '127.1',
    '0x7f000001',
    '::ffff:127.0.0.1',
    'fe80::1%eth0',
  ],
  ...[
    '0',
    '-1',
    '65536',
    '99999999999999999999999',
    '1e999',
    '8_000',
    '0o17500',
    '0x',
    '1_',
    '080',
    'NaN',
    'None',
    'null',
  ],
  ...[
    'lambda: ',
    'async ',
    'await ',
    'yield ',
    'not ',
    '*',
    '**',
    ':=',
    '->',
    '@',
    ';',
    ':',
    ',',
    '.',
    '%',
    '&a ',
    '*a',
  ],
  ...[
    '<<: *a\n',
    '!!python/object:os.system ',
    '? ',
    '- ',
    '---\n',
    '...\n',
    '| \n',
    '>-\n',
    'key: ',
    '= ',
    '== ',
    '&x [*x]',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    'then',
    '$&',
    '$1',
    '../../etc/passwd',
    '~',
    '\\\\x\\y',
  ],
  ...[
    'global HOST\n',
    'import *',
    'del app\n',
    'try:\n',
    'finally:\n',
    'except:\n',
    'else:\n',
    'match x:\n',
    'type X = int\n',
  ],
];
const words = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  'host',
  'port',
  'HOST',
  'os',
  'sys',
  'é',
  'async',
  'x'.repeat(3000),
];
const hostileNames = [
  '-rf',
  'a b',
  '__proto__',
  'constructor',
  'a\nb',
  '$(id)',
  "a'b",
  'é',
  'x'.repeat(200),
  '#',
  '%00',
  '\x1b[31m',
];
const indented = (text: string, by = '    ') => text.replaceAll(/^(?=[^\r\n])/gm, by);

/** Changes after which Python is still Python, mostly: they show what fixes do to programs that run. */
const pythonShapes: readonly ((text: string, random: Random) => string)[] = [
  (text) => `def main():\n${indented(text)}\n\nmain()\n`,
  (text) =>
    `def main():\n${indented(text)}\n\n\nimport threading\nthreading.Thread(target=main, daemon=True).start()\n`,
  (text) => `async def main():\n${indented(text)}\n`,
  (text) => `class Server:\n    def start(self, host="127.0.0.1", port=8000):\n${indented(text, '        ')}\n`,
  (text) => `if True:\n${indented(text)}\nelse:\n    pass\n`,
  (text) => `try:\n${indented(text)}\nexcept OSError as error:\n    print(error)\n`,
  (text) => `try:\n${indented(text)}\nexcept SystemExit:\n    raise\nfinally:\n    pass\n`,
  (text) => `with open("x") as f, open("y"):\n${indented(text)}\n`,
  (text) => `for port in (8000, 8001):\n${indented(text)}\n`,
  (text) => `match mode:\n    case "a" if x:\n${indented(text, '        ')}\n    case _:\n        pass\n`,
  (text) =>
    `#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n"""Docs."""\nfrom __future__ import annotations\n\n${text}`,
  (text) => text.replaceAll('    ', '\t'),
  (text) => text.replaceAll('    ', ' '),
  (text) => text.replaceAll(', ', ',\n        # why\n        '),
  (text) => text.replaceAll('(', '( \\\n'),
  (text) => text.replaceAll(/\)$/gm, ',)'),
  (text) => text.replaceAll(/(?<=\S)$/gm, '  # why'),
  (text) => text.replaceAll(/(?<=\S)$/gm, ';'),
  (text) => text.replaceAll(/^([ \t]*)([\w.]+\()/gm, '$1_ = $2'),
  (text) => text.replaceAll(/^([ \t]*)([\w.]+\()/gm, '$1pass; $2'),
  (text) => text.replaceAll(/^([ \t]*)([\w.]+\()/gm, '$1if x: $2'),
  (text) => text.replaceAll(/^([ \t]*)([\w.]+\()/gm, '$1return $2'),
  (text) => text.replaceAll(/^([ \t]*)([\w.]+\()/gm, '$1await $2'),
  (text) => text.replaceAll(/"([^"\n]*)"/g, "'$1'"),
  (text) => text.replaceAll(/"([^"\n]*)"/g, '"""$1"""'),
  (text) => text.replaceAll(/"([^"\n]*)"/g, 'f"$1"'),
  (text) => text.replaceAll(/"([^"\n]*)"/g, 'r"$1"'),
  (text) => text.replaceAll(/"([^"\n]{2,})"/g, (_, inner: string) => `"${inner.slice(0, 1)}" "${inner.slice(1)}"`),
  (text) => text.replaceAll(/"([^"\n]*)"/g, '("$1" or "0.0.0.0")'),
  (text) => text.replaceAll(/"(127\.0\.0\.1|localhost)"/g, '(h := "$1")'),
  (text) => text.replaceAll(/\b(\d{4})\b/g, 'int(os.environ.get("PORT", "$1"))'),
  (text) => text.replaceAll(/\b(\d{4})\b/g, '$1 if x else 1$1'),
  (text) => text.replaceAll(/(?<=[(,]\s*)(host|port)=/g, '**{}, $1='),
  (text) => text.replaceAll(/^import (\w+)$/gm, 'import $1 as imported'),
  (text) => text.replaceAll(/^(import|from) .*$/gm, 'try:\n    $&\nexcept ImportError:\n    pass'),
  (text) => `import os as sys\n${text}`,
  (text) => `error = sys = os = logging = print\n${text}`,
  (text) => `${text}\n\n\n${text}`,
];

const isPython = /\.pyw?$/;
const isScript = /\.[cm]?[jt]sx?$/;
const scriptEndings = ['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx'];

/** A statement that begins with a call, in most ways of writing them. */
const scriptCall = /^([ \t]*)((?:await )?[\w$.]+(?:\([^()\n]*\)\.[\w$.]+)?\()/gm;

/** The same for JavaScript and TypeScript. */
const scriptShapes: readonly ((text: string, random: Random) => string)[] = [
  (text) => `function main() {\n${indented(text, '  ')}\n}\n\nmain();\n`,
  (text) => `const main = async () => {\n${indented(text, '\t')}\n};\nmain();\n`,
  (text) => `(async function () {\n${indented(text, '  ')}\n})();\n`,
  (text) =>
    `class Server {\n  async start(port = 3000, host = 'localhost') {\n${indented(text)}\n  }\n}\nnew Server().start();\n`,
  (text) => `if (require.main === module) {\n${indented(text)}\n} else {\n  module.exports = app;\n}\n`,
  (text) => `try {\n${indented(text)}\n} catch (error) {\n  console.error('could not start server', error);\n}\n`,
  (text) => `try {\n${indented(text)}\n} catch {\n} finally {\n}\n`,
  (text) => `for (const port of [3000, 3001]) {\n${indented(text, '  ')}\n}\n`,
  (text) => `switch (mode) {\n  case 'a':\n${indented(text, '    ')}\n    break;\n  default:\n}\n`,
  (text) => `connect(() => {\n${indented(text, '  ')}\n});\n`,
  (text) => `namespace Server {\n${indented(text, '  ')}\n}\n`,
  (text) => `#!/usr/bin/env node\n'use strict';\n${text}`,
  (text) => `// @ts-check\n${text}`,
  (text) => `const view = <p title="a">{'127.0.0.1'}</p>;\n${text}`,
  (text) => `process.on('uncaughtException', (error) => console.log(error));\n${text}`,
  (text) => `const server = 1, error = 2, port = 3, net = 4;\n${text}`,
  (text) => `const process = { env: {} }, console = { log() {} };\n${text}`,
  (text) => text.replaceAll('  ', '\t'),
  (text) => text.replaceAll(';\n', '\n'),
  (text) => text.replaceAll("'", '"'),
  (text) => text.replaceAll(/'([^'\n]*)'/g, '`$1`'),
  (text) => text.replaceAll(/'([^'\n]*)'/g, "('$1' as string)"),
  (text) => text.replaceAll(/'(127\.0\.0\.1|localhost)'/g, "process.env.HOST ?? '$1'"),
  (text) => text.replaceAll(/\b(\d{4})\b/g, 'Number(process.env.PORT || $1)'),
  (text) => text.replaceAll(/\b(\d{4})\b/g, 'process.env.PORT'),
  (text) => text.replaceAll(/\b(\d{4})\b/g, '+process.env.PORT!'),
  (text) => text.replaceAll(/\((\d{4})\b/g, '(...[$1]'),
  (text) => text.replaceAll(', ', ',\n    // why\n    '),
  (text) => text.replaceAll(/\)\.(?=\w)/g, ')\n  .'),
  (text) => text.replaceAll(/(?<=\S)$/gm, ' // why'),
  (text) => text.replaceAll(/(?<=;)$/gm, ' /* why */'),
  (text) => text.replaceAll(/\(\) => /g, 'function () { return '),
  (text) => text.replaceAll(/^import (\w+) from ('[^']*').*$/gm, 'const $1 = require($2);'),
  (text) => text.replaceAll(scriptCall, '$1const made = $2'),
  (text) => text.replaceAll(scriptCall, '$1module.exports = $2'),
  (text) => text.replaceAll(scriptCall, '$1if (ready) $2'),
  (text) => text.replaceAll(scriptCall, '$1ready && $2'),
  (text) => text.replaceAll(scriptCall, '$1before(); $2'),
  (text) => text.replaceAll(scriptCall, '$1return $2'),
  (text) => text.replaceAll(scriptCall, '$1void $2'),
  (text) => text.replaceAll(scriptCall, "$1console.log('server listening on port 3000');\n$1$2"),
  (text) => `${text}\nconsole.log('server listening on http://localhost:3000');\n`,
  (text) => `${text}\n\n${text}`,
];

const layouts: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll('\n', '\r'),
  (text) => text.replace(/\n/, '\r\n'),
  (text) => text.trimEnd(),
  (text) => `\n\n${text}`,
  (text) => `\uFEFF${text}`,
  (text) => text.replaceAll(/$/gm, '  \t'),
  (text) => text.toUpperCase(),
  (text) => text.replaceAll(/[A-Za-z]+/g, (word) => `${word}é`),
];

/** Usual, and largest, length of a text in UTF-16 code units. */
const usualLength = 60_000;
const greatestLength = 4_900_000;

function mutated(text: string, file: string, random: Random, others: readonly Texts[]): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(random.once(3) ? 200 : 12));
  const spliced = (start: number, stop: number, middle: string) => text.slice(0, start) + middle + text.slice(stop);
  const lines = text.split('\n');
  const line = random.below(lines.length);
  const last = line + 1 + random.below(random.once(3) ? 10 : 2);
  const without = () => [...lines.slice(0, line), ...lines.slice(last)];
  switch (random.below(isPython.test(file) || isScript.test(file) ? 19 : 14)) {
    case 0:
      return spliced(at, end, '');
    case 1:
      return spliced(end, end, text.slice(at, end));
    case 2: {
      const to = random.below(text.length + 1);
      const moved = text.slice(at, end);
      return to <= at
        ? text.slice(0, to) + moved + text.slice(to, at) + text.slice(end)
        : spliced(at, end, '').slice(0, Math.max(at, to - moved.length)) + moved + text.slice(Math.max(end, to));
    }
    case 3:
    case 4:
      return spliced(at, at, random.of(tokens));
    case 5:
      return spliced(at, end, random.of(tokens));
    case 6: {
      const depth = random.of([3, 30, 300, 499, 501, 1500, 20_000]);
      const [open, close] = random.of([
        ...[
          ['(', ')'],
          ['[', ']'],
          ['{', '}'],
          ['{"a":', '}'],
          ['f(', ')'],
          ['- ', ''],
          ['not ', ''],
          ['-', ''],
          ['$(', ')'],
        ],
        ...[
          ['lambda: ', ''],
          ['"${', '}"'],
          ['a if b else ', ''],
          ['{{', '}}'],
          ['a.', ''],
          ['a**', ''],
          ['x[', ']'],
          ['@', ''],
        ],
      ]) as [string, string];
      return spliced(at, end, open.repeat(depth) + text.slice(at, end) + (random.once(2) ? close.repeat(depth) : ''));
    }
    case 7: {
      const piece = random.once(2) ? text.slice(at, end) : lines.slice(line, last).join('\n');
      const length = random.once(60) ? greatestLength : usualLength;
      const times = Math.floor((length - text.length) / Math.max(1, piece.length));
      return times < 2
        ? text
        : spliced(at, at, piece.repeat(random.once(4) ? times : Math.min(times, 1 + random.below(50))));
    }
    case 8:
      return without().join('\n');
    case 9:
      return [...lines.slice(0, last), ...lines.slice(line, last), ...lines.slice(last)].join('\n');
    case 10: {
      const rest = without();
      rest.splice(random.below(rest.length + 1), 0, ...lines.slice(line, last));
      return rest.join('\n');
    }
    case 11: {
      const [, other] = random.of(random.of(others)) ?? ['', ''];
      const from = random.below(other.length + 1);
      return spliced(at, at, other.slice(from, from + random.below(300)));
    }
    case 12: {
      const all = text.match(/[A-Za-z_]\w*/g);
      if (!all) return text;
      const word = random.of(all);
      const by = random.once(2) ? random.of(words) : random.of(all);
      return random.once(2) ? text.replaceAll(word, () => by) : text.replace(word, () => by);
    }
    case 13:
      return random.of(layouts)(text);
    default:
      return random.of(isPython.test(file) ? pythonShapes : scriptShapes)(text, random);
  }
}

/** A text of nothing but tokens. */
function noise(random: Random): string {
  let text = '';
  for (let count = random.below(300); count > 0; count--)
    text += random.of(tokens) + random.of(['', '', ' ', '\n', '\n    ', '=', ': ']);
  return text;
}

/**
 * The input of a seed and a number: always the same, whatever came before.
 * @param cases see `corpus`
 */
export function inputOf(seed: number, number: number, cases: readonly Texts[]): HostileInput {
  const random = new Random(seed, number);
  const texts = random.of(cases).map(([file, text]): [string, string] => [file, text]);
  const gentle = random.once(3);
  for (let count = 1 + random.below(gentle ? 2 : 6); count > 0; count--) {
    const chosen = random.of(texts);
    const [file, text] = chosen;
    const shapes = isPython.test(file) ? pythonShapes : isScript.test(file) ? scriptShapes : undefined;
    if (gentle && shapes) chosen[1] = random.of(shapes)(text, random);
    else chosen[1] = random.once(80) ? noise(random) : mutated(text, file, random, cases);
  }
  for (const chosen of texts)
    if (isScript.test(chosen[0]) && random.once(3)) chosen[0] = chosen[0].replace(isScript, random.of(scriptEndings));
  if (random.once(15)) {
    const chosen = random.of(texts);
    chosen[0] = `${random.of(hostileNames)}${path.extname(chosen[0]) || `/${chosen[0]}`}`;
  }
  return {
    texts: [...new Map(texts.map(([file, text]) => [file, text.slice(0, greatestLength)]))],
    style: random.once(2) ? 'literal' : 'env',
    portFallback: random.once(3),
    unsafe: !random.once(4),
    alone: random.below(1000),
  };
}
