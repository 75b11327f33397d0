// A made-up repository for the benchmark: the same files every time, most of them without anything that speaks of a server.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const words =
  'account batch cache draft entry field graph header index journal kernel ledger message number order packet query record session table unit value window xray yield zone'.split(
    ' ',
  );

/** Numbers from 0 up to 1, always the same ones (mulberry32). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** What servers are: each names the file and tells what is in it. */
const kinds = [
  [
    '.py',
    'import uvicorn\n\nfrom app import app\n\n\ndef serve(host="127.0.0.1", port=8000):\n    uvicorn.run(app, host=host, port=port)\n\n\nserve()\n',
  ],
  ['.py', 'from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run(debug=True)\n'],
  [
    '.py',
    'import os\nimport socket\n\nlistener = socket.socket()\nlistener.bind((os.environ.get("HOST", "localhost"), 9000))\nlistener.listen()\nprint("listening")\n',
  ],
  ['.ts', "import express from 'express';\n\nconst app = express();\napp.listen(3000, '127.0.0.1');\n"],
  ['/settings.yaml', 'server:\n  host: 127.0.0.1\n  port: 8000\ndatabase:\n  host: localhost\n  port: 5432\n'],
  ['/config.toml', '[server]\nhost = "127.0.0.1"\nport = 8000\n'],
  ['/appsettings.json', '{ "server": { "host": "localhost", "port": 3000 } }\n'],
  [
    '/Dockerfile',
    'FROM python:3.12-slim\nCOPY . /app\nEXPOSE 8000\nCMD ["uvicorn", "app:app", "--host", "127.0.0.1", "--port", "8000"]\n',
  ],
  [
    '/compose.yaml',
    'services:\n  web:\n    build: .\n    command: uvicorn app:app --host 127.0.0.1 --port 8000\n    ports:\n      - "8000:8000"\n  database:\n    image: postgres:16\n    ports:\n      - "127.0.0.1:5432:5432"\n',
  ],
];

/** How a hundred files without a server divide. */
const mix = [
  ['py', 45],
  ['ts', 15],
  ['js', 10],
  ['yaml', 5],
  ['json', 5],
  ['md', 8],
  ['html', 4],
  ['css', 4],
  ['sh', 2],
  ['txt', 2],
].flatMap(([ending, share]) => Array.from({ length: share }, () => ending));

/** What looks like a server until one reads closer: in one program in twenty. */
const lookalikes = [
  'import subprocess\n\nsubprocess.run(["make", "all"], check=True)\n',
  'import asyncio\n\n\nasync def main():\n    await asyncio.sleep(1)\n\n\nasyncio.run(main())\n',
  'from worker import Worker\n\nWorker().run()\n',
];

/**
 * Writes the tree.
 * @param {string} folder empty
 * @param {number} count files
 * @param {number} servers how many of them are about a server, evenly among the others
 */
export function writeTree(folder, count, servers = Math.ceil(count / 100)) {
  const random = randomNumbers(1);
  const below = (limit) => Math.floor(random() * limit);
  const word = () => words[below(words.length)];
  const name = () => `${word()}_${word()}`;
  const times = (lines, make) => Array.from({ length: lines }, make);
  const sentence = () => `The ${word()} of a ${word()} is its ${word()}, and the ${name()} is not.`;
  const blockOf = {
    py: () =>
      `def ${name()}(${word()}, ${word()}=${below(1000)}):\n    """${sentence()}"""\n    if ${word()} is None:\n        raise ValueError("${name()}")\n    ${word()} = self.${name()}(${word()}, ${word()}=${word()})\n    return [${word()} for ${word()} in ${word()} if ${word()} > ${below(1000)}]\n\n\n`,
    ts: () =>
      `/** ${sentence()} */\nexport function ${name()}(${word()}: number): number {\n  return ${word()} * ${below(1000)};\n}\n\n`,
    js: () =>
      `const ${name()} = require('./${word()}');\nexports.${name()} = (${word()}) => ${word()}.${name()}();\n\n`,
    yaml: () => `${name()}:\n  ${word()}: ${name()}\n  ${word()}:\n    - ${name()}\n    - ${below(1000)}\n`,
    json: () => `  { "${word()}": "${name()}", "${word()}": ${below(1000)} },\n`,
    md: () => `${sentence()} ${sentence()}\n\n`,
    html: () => `<p class="${name()}">${sentence()}</p>\n`,
    css: () => `.${name()} {\n  margin: ${below(100)}px;\n}\n\n`,
    sh: () => `${word()}="$(${word()} --${word()} ${below(1000)})"\necho "${sentence()}"\n`,
    txt: () => `${sentence()}\n`,
  };
  const blocks = Object.fromEntries(Object.entries(blockOf).map(([ending, make]) => [ending, times(400, make)]));
  const textOf = (ending) => {
    const text = times(5 + below(45), () => blocks[ending][below(400)]).join('');
    if (ending === 'json') return `[\n${text}  {}\n]\n`;
    return ending === 'py' && random() < 0.05 ? text + lookalikes[below(lookalikes.length)] : text;
  };
  const made = new Set();
  let served = 0;
  for (let index = 0; index < count; index++) {
    // Twelve files a folder, packages of thirty folders.
    const at = Math.floor(index / 12);
    const parent = path.join(
      folder,
      `${words[Math.floor(at / 30) % 26]}${Math.floor(at / 780)}`,
      `${words[at % 26]}${at % 30}`,
    );
    const [ending, text] =
      index * servers >= served * count
        ? kinds[served++ % kinds.length]
        : ((kind) => [`.${kind}`, textOf(kind)])(mix[below(100)]);
    const file = ending.startsWith('/')
      ? path.join(parent, `${name()}_${index}${ending}`)
      : path.join(parent, `${name()}_${index}${ending}`);
    const around = path.dirname(file);
    if (!made.has(around)) mkdirSync(around, { recursive: true });
    made.add(around);
    writeFileSync(file, text);
  }
}
