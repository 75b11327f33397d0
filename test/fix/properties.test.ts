import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Plan, planFixes } from '../../src/fix/apply.ts';
import type { FixStyle } from '../../src/fix/edits.ts';
import { analyze } from '../../src/run.ts';
import { parsePython } from '../../src/syntax/python.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';
import { bindError, claims, defaultPort, loopback, runOptions } from './rules.ts';

const run = runOptions({ loopback, 'default-port': defaultPort, 'bind-error': bindError, claims });

async function fix(
  texts: ReadonlyMap<string, string>,
  style: FixStyle,
): Promise<{ plan: Plan; texts: Map<string, string> }> {
  const workspace = textWorkspace(texts);
  const plan = await planFixes(await analyze(workspace, run), workspace, {
    style,
    unsafe: true,
    wanted: () => true,
    run,
  });
  return { plan, texts: new Map([...texts].map(([file, text]) => [file, plan.texts.get(file)?.after ?? text])) };
}

const host = fc.constantFrom(
  '"127.0.0.1"',
  "'localhost'",
  '"0.0.0.0"',
  'HOST',
  'config["host"]',
  'os.environ.get("HOST", "127.0.0.1")',
);
const port = fc.constantFrom('8000', '8080', 'PORT', 'int(config["port"])', 'args.port');
const call = fc.oneof(
  fc.tuple(host, port).map(([h, p]) => `uvicorn.run(\n    app,\n    host=${h},  # where\n\n    port=${p},\n)`),
  fc.constantFrom('uvicorn.run(app)', 'app.run()', 'app.run(debug=True)', 'uvicorn.run("""a:\nb""", port=8000)'),
  fc.tuple(host, port).map(([h, p]) => `server = HTTPServer((${h}, ${p}), Handler)\nserver.serve_forever()`),
  fc.tuple(host, port).map(([h, p]) => `with HTTPServer((${h}, ${p}), Handler) as server:\n    server.serve_forever()`),
  fc.tuple(host, port).map(([h, p]) => `print("server listening on port 8000"); uvicorn.run(app, ${h}, port=${p})`),
);
const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '    ');
const around = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => `print("server listening on port 8000")\n${text}`,
  (text) => `${text}\nprint("server running on port 8000")`,
  (text) => `if debug:\n${indented(text)}\nelse:\n    pass`,
  (text) => `try:\n${indented(text)}\n# why\nexcept OSError as e:\n    print("failed to start server", e)`,
  (text) => `try:\n${indented(text)}\nfinally:\n    done()`,
);
const body = fc.tuple(call, around, around).map(([text, inner, outer]) => outer(inner(text)));
const head = fc.constantFrom(
  '',
  '"""Docs."""\n',
  '# -*- coding: utf-8 -*-\nfrom __future__ import annotations\n',
  'import logging\nlogger = logging.getLogger(__name__)\n',
  'import sys, os\nerror = 1\n',
);
const imports =
  'import threading\n\nimport uvicorn\nfrom flask import Flask\nfrom http.server import HTTPServer\n\nHOST = "127.0.0.1"\nPORT = 9000\napp = Flask(__name__)\n\n';
const program = fc
  .tuple(head, fc.array(body, { minLength: 1, maxLength: 2 }), fc.constantFrom('main', 'thread', 'library', 'module'))
  .map(([top, bodies, place]) => {
    const text = bodies.join('\n\n');
    if (place === 'module') return `${top}${imports}${text}\n`;
    const start = { main: 'serve()', thread: 'threading.Thread(target=serve, daemon=True).start()', library: 'pass' }[
      place
    ]!;
    return `${top}${imports}\ndef serve():\n${indented(text)}\n\n\nif __name__ == "__main__":\n    ${start}\n`;
  });
const layout = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.replaceAll('    ', '\t'),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.trimEnd(),
);
const settings = fc.constantFrom(
  'host: 127.0.0.1 # here\nport: 8000\n',
  'host: "127.0.0.1"\r\nport: 8000',
  'port: [\n',
  '',
);

test('a second run changes nothing, and what could be parsed still can', { timeout: 120_000 }, async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(
      program,
      layout,
      settings,
      fc.constantFrom<FixStyle>('literal', 'env'),
      async (text, laid, yaml, style) => {
        const texts = new Map([
          ['serve.py', laid(`import yaml\nconfig = yaml.safe_load(open("config.yaml"))\n${text}`)],
          ['config.yaml', yaml],
        ]);
        const first = await fix(texts, style);
        const second = await fix(first.texts, style);
        assert.deepEqual([...second.plan.texts.keys()], [], [...second.texts.values()].join('\n----\n'));
        const errors = (all: ReadonlyMap<string, string>) =>
          parsePython('serve.py', all.get('serve.py')!).errors.length;
        assert.equal(errors(first.texts), errors(texts));
        changed += first.plan.texts.size;
      },
    ),
    { numRuns: 60 },
  );
  assert.ok(changed > 20, `only ${changed} texts were changed`);
});

test('any text is survived', async () => {
  const anything = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 40 }));
  await fc.assert(
    fc.asyncProperty(anything, program, fc.nat(400), async (noise, text, at) => {
      const broken = text.slice(0, at) + noise + text.slice(at);
      const first = await fix(new Map([['serve.py', broken]]), 'literal');
      const errors = (source: string) => parsePython('serve.py', source).errors.length;
      assert.ok(errors(first.texts.get('serve.py')!) <= errors(broken));
    }),
    { numRuns: 40 },
  );
});
