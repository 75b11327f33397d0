import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bindlint, commitAll, foundIn, git, project, write } from './command-line.ts';

const manual = readFileSync(path.join(path.dirname(import.meta.dirname), 'docs/extending.md'), 'utf8');
const settings = /```yaml\n(frameworks:[\s\S]*?)```/.exec(manual)![1]!;
const files = {
  '.bindlintrc.yaml': settings,
  'app.py': 'import acme_server\n\nacme_server.serve(None, host="127.0.0.1")\n',
  'start.sh': 'acmectl run --host 127.0.0.1\n',
  'deploy/shop.acme.yaml': 'reach:\n  from: 127.0.0.1\n  door: 8000\n',
};
const quiet = ['--rule', 'unhandled-bind-error=off', '--rule', 'port-conflict=off'];
const all = ['app.py:3 loopback-host', 'deploy/shop.acme.yaml:2 loopback-host', 'start.sh:1 loopback-host'];

test('what the manual describes is found, fixed, and nothing without it', async () => {
  const root = project(files);
  assert.deepEqual(await foundIn(root, ...quiet), all);
  assert.deepEqual(await foundIn(root, ...quiet, '--no-config'), []);
  const mapped = JSON.parse((await bindlint(['map', '--format', 'json'], root)).out).endpoints;
  assert.deepEqual(
    mapped.map((row: { framework: string; via: string }) => `${row.framework} ${row.via}`),
    ['acme_server call', 'acme_server config', 'acme_server command'],
  );
  const { code, err } = await bindlint(['fix', ...quiet], root);
  assert.equal(code, 0, err);
  for (const file of ['app.py', 'start.sh', 'deploy/shop.acme.yaml'])
    assert.match(readFileSync(path.join(root, file), 'utf8'), /0\.0\.0\.0/, file);
});

test('packages of JavaScript are described by their names', async () => {
  for (const name of ['@acme/web-server', 'acme-server']) {
    const described = { language: 'javascript', calls: [{ call: `${name}.serve`, port: 0, host: 1 }] };
    const root = project({
      '.bindlintrc.json': JSON.stringify({ frameworks: { [name]: described } }),
      'app.mjs': `import { serve } from '${name}';\n\nserve(8000, '127.0.0.1');\n`,
    });
    assert.deepEqual(await foundIn(root), ['app.mjs:3 loopback-host'], name);
    assert.equal((await bindlint(['fix'], root)).code, 0);
    assert.match(readFileSync(path.join(root, 'app.mjs'), 'utf8'), /^serve\(8000, '0\.0\.0\.0'\);$/m);
  }
});

test('who hears of a taken port in JavaScript is described too, and rewritten so that somebody does', async () => {
  const described = /```yaml\n(frameworks:\n {2}'@acme[\s\S]*?)```/.exec(manual)![1]!;
  const from = (name: string) => `import { ${name} } from '@acme/server';\n\n`;
  const taken = "(error) => {\n  console.error('port 8000 is taken', error);\n  process.exit(1);\n}";
  const root = project({
    '.bindlintrc.yaml': described,
    'event.mjs': `${from('createServer')}const server = createServer();\nserver.listen(8000, '0.0.0.0');\n`,
    'blind.mjs': `${from('createServer')}const server = createServer();\ntry {\n  server.listen(8001, '0.0.0.0');\n} catch (error) {\n  console.error('port 8001 is in use', error);\n  process.exit(1);\n}\n`,
    'heard.mjs': `${from('createServer')}const server = createServer();\nserver.on('error', ${taken});\nserver.listen(8002, '0.0.0.0');\n`,
    'rejection.mjs': `${from('serve')}serve({ port: 8003, host: '0.0.0.0' });\n`,
    'caught.mjs': `${from('serve')}serve({ port: 8004, host: '0.0.0.0' }).catch(${taken});\n`,
    'callback.mjs': `${from('start')}start(8005, () => console.log('ready'));\n`,
    'taken.mjs': `${from('start')}start(8006, (error) => {\n  if (error) {\n    console.error(error);\n    process.exit(1);\n  }\n});\n`,
  });
  const errors = ['--rule', 'loopback-host=off', '--rule', 'misleading-listen-log=off', '--rule', 'implicit-host=off'];
  assert.deepEqual(await foundIn(root, '--preset', 'strict', ...errors), [
    'blind.mjs:6 ineffective-bind-handler',
    'callback.mjs:3 unhandled-bind-error',
    'event.mjs:4 unhandled-bind-error',
    'rejection.mjs:3 unhandled-bind-error',
  ]);
  await bindlint(['fix', '--preset', 'strict', ...errors], root);
  assert.match(readFileSync(path.join(root, 'event.mjs'), 'utf8'), /\.once\('error'|\.on\('error'/);
  assert.deepEqual(await foundIn(root, '--preset', 'strict', ...errors), []);
});

test('staged files are held against it too', async () => {
  const root = project(files);
  commitAll(root);
  write(root, { 'app.py': `${files['app.py']}acme_server.serve(None, host="localhost")\n` });
  git(root, 'add', 'app.py');
  assert.deepEqual(await foundIn(root, '--staged', ...quiet), [
    'app.py:3 loopback-host',
    'app.py:4 ambiguous-localhost',
  ]);
});

test('in a monorepo the descriptions of all settings files count', async () => {
  const root = project({
    ...files,
    'tools/.bindlintrc.yaml':
      'rules: { loopback-host: error }\nframeworks: { spike: { calls: [{ call: spike.up, host: 0 }] } }\n',
    'tools/up.py': 'import spike\n\nspike.up("127.0.0.1")\n',
    'web/up.py': 'import spike\n\nspike.up("127.0.0.1")\n',
  });
  assert.deepEqual(await foundIn(root, ...quiet), [...all, 'tools/up.py:3 loopback-host', 'web/up.py:3 loopback-host']);
});

test('they are listed with the catalogue', async () => {
  const { code, out } = await bindlint(['frameworks', '--format', 'json'], project(files));
  assert.equal(code, 0);
  const own = JSON.parse(out).frameworks.find(({ id }: { id: string }) => id === 'acme_server');
  assert.deepEqual(own, {
    id: 'acme_server',
    name: 'Acme',
    language: 'python',
    host: '127.0.0.1',
    port: 9000,
    whenTaken: 'raises OSError; in a thread there is only a traceback',
    docs: 'https://wiki.example/acme',
    evidence: { source: 'settings' },
  });
});

test('what makes no sense is named with its line', async () => {
  for (const [text, message] of [
    ['frameworks:\n  a:\n    call: []\n', /\.bindlintrc\.yaml:3: unknown key "call" \(did you mean calls\?\)/],
    ['frameworks:\n  a:\n    calls:\n      - call: "a b"\n', /:4: frameworks\.a\.calls\.0\.call is no full name/],
    [
      'frameworks:\n  a:\n    calls:\n      - call: a.b\n        hosts: x\n',
      /:5: unknown key "hosts" \(did you mean host\?\)/,
    ],
    ['frameworks:\n  a:\n    defaults: { port: 70000 }\n', /frameworks\.a\.defaults\.port/],
    ['frameworks:\n  "a b": {}\n', /:2: frameworks\.a b is no word that an import/],
    ['frameworks:\n  a:\n    calls: [{ call: a.b, shows: event }]\n', /only language: javascript has/],
    [
      'frameworks:\n  a:\n    language: javascript\n    calls: [{ call: a.b, callback: true, raises: exit }]\n',
      /also says that it raises nothing or exits/,
    ],
    ['frameworks:\n  a:\n    settings:\n      - files: ["**/**/**/**/x"]\n', /more wildcards than can be matched/],
  ] as const) {
    const { code, err } = await bindlint(['check'], project({ '.bindlintrc.yaml': text }));
    assert.equal(code, 2, text);
    assert.match(err, message);
  }
});
