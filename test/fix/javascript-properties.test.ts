import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import ts from 'typescript';
import { type Plan, planFixes } from '../../src/fix/apply.ts';
import type { FixStyle } from '../../src/fix/edits.ts';
import { analyze } from '../../src/run.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';
import { bindError, claims, loopback, runOptions } from './rules.ts';

const run = runOptions({ loopback, 'bind-error': bindError, claims });

async function fix(
  file: string,
  text: string,
  style: FixStyle,
  portFallback = false,
): Promise<{ plan: Plan; after: string }> {
  const workspace = textWorkspace(new Map([[file, text]]));
  const options = { style, unsafe: true, wanted: () => true, run, portFallback };
  const plan = await planFixes(await analyze(workspace, run), workspace, options);
  return { plan, after: plan.texts.get(file)?.after ?? text };
}

/** Errors that TypeScript's own parser finds. */
function errorsIn(file: string, text: string): number {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return (tree as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics.length;
}

const port = fc.constantFrom('3000', 'PORT', 'config.port', 'process.env.PORT || 3000', 'Number(process.env.PORT)');
const host = fc.constantFrom('', ", '127.0.0.1'", ', HOST', ", 'localhost'");
const callback = fc.constantFrom(
  '',
  ", () => console.log('up')",
  ', () => {\n  // ready\n  console.log(`up on\n ${PORT}`);\n}',
  ', function () { console.log("up"); }',
  ', (err, address) => {\n  console.log(address);\n}',
  ', onListening',
  ', () => ready()',
);
const target = fc.constantFrom('app', 'http.createServer(app)', 'server', 'http\n  .createServer(app)\n  ');
const listen = fc.tuple(target, port, host, callback).map(([t, p, h, c]) => `${t}.listen(${p}${h}${c})`);
const fastify = fc
  .tuple(port, fc.constantFrom('', ", host: '127.0.0.1'"), callback)
  .map(([p, h, c]) => `fastify.listen({ port: ${p}${h} }${c})`);
const start = fc.oneof(
  listen,
  fastify,
  fastify.map((call) => `await ${call}`),
  fastify.map((call) => `${call}.then(() => console.log('up'))`),
);
const statement = fc
  .tuple(start, fc.constantFrom('', 'const listening = ', 'module.exports = ', 'return ', 'void '))
  .map(([call, before]) => `${before}${call};`);
const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '  ');
const around = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => `// first\n${text} // last`,
  (text) => `if (ready) {\n${indented(text)}\n}`,
  (text) => `try {\n${indented(text)}\n} catch (error) {\n  console.error('could not start server', error);\n}`,
  (text) => `connect(() => {\n${indented(text)}\n});`,
  (text) => `/* before */ ${text} after();`,
  (text) => `console.log('server listening on port 3000'); // early\n${text}`,
  (text) => `${text}\n// is it?\nconsole.log(\`Server running at http://localhost:${'${PORT}'}\`);`,
  (text) => `// eslint-disable-next-line\n${text}`,
);
const program = fc
  .tuple(statement, around, around, fc.constantFrom('module', 'function', 'class', 'arrow'))
  .map(([text, inner, outer, place]) => {
    const head = `const express = require('express');
const http = require('http');
const fastify = require('fastify')({ logger: true });
const HOST = '127.0.0.1';
const PORT = 3000;
const app = express();
const server = http.createServer(app);
function onListening() {}
`;
    const body = outer(inner(text));
    const start = place === 'class' ? 'new Runner().start();' : 'start();';
    const placed = {
      module: body,
      function: `async function start() {\n${indented(body)}\n}`,
      class: `class Runner {\n  async start() {\n${indented(indented(body))}\n  }\n}`,
      arrow: `const start = async () => {\n${indented(body)}\n};`,
    }[place];
    return `${head}\n${placed}\n${place === 'module' ? '' : `${start}\n`}`;
  });
const layout = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.replaceAll('  ', '\t'),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.trimEnd(),
  (text) => text.replaceAll(';\n', '\n'),
  (text) => text.replaceAll("'", '"'),
);

/** Comments, which nothing may lose; a line that moves takes its own along. */
const commentsOf = (text: string) =>
  (text.match(/(?<!:)\/\/[^\r\n]*|\/\*.*?\*\//g) ?? [])
    .map((comment) => comment.trim())
    .filter((comment) => !comment.startsWith('/** The first free port from this one on'))
    .sort();

test('a second run changes nothing, what could be parsed still can, and every line is kept', {
  timeout: 300_000,
}, async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(
      program,
      layout,
      fc.constantFrom(...['js', 'cjs', 'mjs', 'jsx', 'ts', 'cts', 'mts', 'tsx'].map((ending) => `start.${ending}`)),
      fc.constantFrom<FixStyle>('literal', 'env'),
      fc.boolean(),
      async (text, laid, file, style, portFallback) => {
        const before = laid(text);
        const { plan, after } = await fix(file, before, style, portFallback);
        assert.equal(errorsIn(file, after), errorsIn(file, before), after);
        assert.deepEqual(commentsOf(after), commentsOf(before), after);
        if (before.includes('\r\n')) assert.doesNotMatch(after, /(?<!\r)\n/);
        const withoutHosts = (line: string) =>
          line
            .replaceAll(/(['"])(?:127\.0\.0\.1|localhost|0\.0\.0\.0)\1|process\.env\.HOST \|\| (['"]).*?\2/g, 'HOST')
            .trim();
        const kept = after.split(/\r?\n/).map(withoutHosts);
        for (const line of before.split(/\r?\n/)) {
          const isCall = /listen\(|^\s*\.createServer|^\s*http$|^\s*\}\)?;?|console\.log|address/.test(line);
          if (!isCall) assert.ok(kept.includes(withoutHosts(line)), `${line}\n----\n${after}`);
        }
        const second = await fix(file, after, style, portFallback);
        assert.deepEqual([...second.plan.texts.keys()], [], `${after}\n----\n${second.after}`);
        changed += plan.texts.size;
      },
    ),
    { numRuns: 80 },
  );
  assert.ok(changed > 40, `only ${changed} texts were changed`);
});

test('any text is survived', async () => {
  const anything = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 40 }));
  await fc.assert(
    fc.asyncProperty(anything, program, fc.nat(900), async (noise, text, at) => {
      const broken = text.slice(0, at) + noise + text.slice(at);
      const { after } = await fix('start.js', broken, 'literal');
      assert.ok(errorsIn('start.js', after) <= errorsIn('start.js', broken), after);
    }),
    { numRuns: 40 },
  );
});
