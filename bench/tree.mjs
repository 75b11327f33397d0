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

const servers = [
  [
    'py',
    'import uvicorn\n\nfrom app import app\n\n\ndef serve(host="127.0.0.1", port=8000):\n    uvicorn.run(app, host=host, port=port)\n\n\nserve()\n',
  ],
  ['py', 'from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run(debug=True)\n'],
  ['yaml', 'server:\n  host: 127.0.0.1\n  port: 8000\ndatabase:\n  host: localhost\n  port: 5432\n'],
  ['toml', '[server]\nhost = "127.0.0.1"\nport = 8000\n'],
  ['json', '{ "server": { "host": "localhost", "port": 3000 } }\n'],
];

/**
 * Writes the tree.
 * @param {string} folder empty
 * @param {number} count files; one in fifty is about a server
 */
export function writeTree(folder, count) {
  const random = randomNumbers(1);
  const word = () => words[Math.floor(random() * words.length)];
  const name = () => `${word()}_${word()}`;
  const times = (lines, make) => Array.from({ length: lines }, make).join('');
  const plain = {
    py: () =>
      times(
        60,
        () =>
          `def ${name()}(${word()}, ${word()}=${Math.floor(random() * 1000)}):\n    return ${word()} + ${word()}\n\n\n`,
      ),
    ts: () =>
      times(
        80,
        () =>
          `export function ${name()}(${word()}: number): number {\n  return ${word()} * ${Math.floor(random() * 1000)};\n}\n\n`,
      ),
    md: () => times(60, () => `The ${word()} of a ${word()} is its ${word()}, and the ${name()} is not.\n\n`),
    json: () => `{\n${times(80, () => `  "${name()}": "${name()}",\n`)}  "end": true\n}\n`,
    yaml: () => times(80, () => `${name()}:\n  ${word()}: ${name()}\n`),
  };
  const endings = ['py', 'py', 'ts', 'ts', 'ts', 'md', 'json', 'yaml'];
  for (let index = 0; index < count; index++) {
    const below = path.join(
      folder,
      `${words[index % 26]}`,
      `${words[Math.floor(index / 26) % 26]}${Math.floor(index / 676)}`,
    );
    mkdirSync(below, { recursive: true });
    const [ending, text] =
      index % 50 === 0
        ? servers[(index / 50) % servers.length]
        : [endings[index % endings.length], plain[endings[index % endings.length]]()];
    writeFileSync(path.join(below, `${name()}_${index}.${ending}`), text);
  }
}
