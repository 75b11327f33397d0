import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import mismatch from '../../rules/port-mismatch.ts';
import unreachable from '../../rules/unreachable-publish.ts';
import { planFixes } from '../../src/fix/apply.ts';
import { analyze } from '../../src/run.ts';
import { nodeAt } from '../../src/syntax/document.ts';
import { parse } from '../../src/syntax/yaml.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';
import { composeErrors, manifestErrors } from '../valid.ts';
import { runOptions } from './rules.ts';

const run = runOptions({ 'unreachable-publish': unreachable, 'port-mismatch': mismatch });

async function fixed(texts: ReadonlyMap<string, string>) {
  const workspace = textWorkspace(texts);
  const analysis = await analyze(workspace, run);
  const plan = await planFixes(analysis, workspace, { style: 'literal', unsafe: false, wanted: () => true, run });
  const after = new Map([...texts].map(([file, text]) => [file, plan.texts.get(file)?.after ?? text]));
  return { found: analysis.findings, plan, after };
}

const code = {
  literal: 'import uvicorn\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n',
  variable:
    'import os\nimport uvicorn\nuvicorn.run("app:app", host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8000")))\n',
  option:
    'import argparse\nimport uvicorn\np = argparse.ArgumentParser()\np.add_argument("--host", default="127.0.0.1")\nuvicorn.run("app:app", host=p.parse_args().host, port=8000)\n',
};
const command = fc.constantFrom(
  'CMD ["python", "main.py"]',
  'CMD [ "python",  \\\n      # the program\n      "main.py" ]',
  'CMD python main.py # no comment here',
  'ENTRYPOINT ["python"]\nCMD ["main.py"]',
  'CMD ["sh", "-c", "cd /app && exec python main.py"]',
  'cmd exec python main.py',
);
const dockerfile = fc
  .record({
    directives: fc.constantFrom('', '# syntax=docker/dockerfile:1\n', '# escape=\\\n'),
    environment: fc.constantFrom(
      '',
      'ENV A=b\n',
      'ENV A=b \\\n    # why\n    C=d\n',
      'ENV HOST=127.0.0.1\n',
      'ENV HOST "localhost"\n',
    ),
    before: fc.constantFrom('', '# what it is for\n', 'EXPOSE 8000 # api\n'),
    command,
    end: fc.constantFrom('', '\n'),
  })
  .map(
    ({ directives, environment, before, command: start, end }) =>
      `${directives}FROM python:3.13\nWORKDIR /app\nCOPY . .\n${environment}${before}${start}${end}`,
  );
const environment = fc.constantFrom(
  '',
  '    environment:\n      MODE: fast # always\n',
  '    environment: { MODE: fast }\n',
  '    environment:\n      - MODE=fast\n      - "HOST=127.0.0.1" # here only\n',
  '    environment:\n      HOST: "${BIND:-127.0.0.1}"\n',
  '    environment: ["HOST=localhost"]\n',
  '    environment: *shared\n',
);
const published = fc.constantFrom(
  '    ports:\n      - "80:8000" # the web\n',
  '    ports: [80:8000]\n',
  '    ports:\n      - 8000\n',
  '    ports:\n      - target: 8000 # inside\n        published: "80"\n',
  '    ports:\n      - 127.0.0.1:${PORT:-80}:9000\n',
  '    ports: ["9000:9000"]\n',
);
const compose = fc
  .record({ environment, published, first: fc.boolean(), newline: fc.constantFrom('\n', '\r\n') })
  .map(({ environment: variables, published: opened, first, newline }) => {
    const parts = first ? [variables, opened] : [opened, variables];
    const text = `x-shared: &shared\n  HOST: 127.0.0.1\nservices:\n  # the one\n  api:\n    build: .\n${parts.join('')}\n  db:\n    image: postgres\n`;
    return text.replaceAll('\n', newline);
  });

/** Addresses and ports that a fix changes, and what it puts in to set one. */
const addresses = /\b(?:0\.0\.0\.0|127\.0\.0\.1|localhost)\b/g;
const ports = /\b(?:8000|8081|9000)\b/g;
const putIn = [
  /^[ ]*(?:ENV HOST=H|(?:- )?"?HOST(?:: |=)"?H"?)$\n?/gm,
  /^[ ]*- \{ ?name: HOST, value: H ?\}$\n?/gm,
  /^[ ]*- name: HOST\n[ ]*value: H$\n?/gm,
  /^[ ]*(?:environment|env):$\n(?=[ ]{2}\S|\s*$)/gm,
  /, ?"?HOST(?:: |=)H"?|, \{ name: HOST, value: H \}/g,
  /^[ ]*- "?--host"?\n[ ]*- "?H"?$\n?/gm,
  /,(?:\s|\\\n)*"--host", ?"H"| --host H/g,
];

/** All that a fix has changed are addresses and ports, and variables and options that set them. */
function assertOnlyAddresses(file: string, before: string, after: string): void {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').replace(addresses, 'H').replace(ports, 'P');
  const without = (text: string) => putIn.reduce((left, what) => left.replace(what, ''), plain(text));
  if (plain(before) !== plain(after)) assert.equal(without(after), without(before), `${file}\n${after}`);
}

test('fixes of containers leave everything else as it is, and need no second run', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.values(code)), dockerfile, compose, async (main, image, services) => {
      const texts = new Map([
        ['main.py', main],
        ['Dockerfile', image],
        ['compose.yml', services],
      ]);
      const { found, plan, after } = await fixed(texts);
      made += plan.applied.length;
      // Neither an alias nor any other notation keeps a fix from being made.
      assert.deepEqual(plan.refused, []);
      for (const { fix, message } of found) assert.ok(fix, `no fix: ${message}\n${image}\n${services}`);
      if (main === code.variable && services.includes('*shared') && /80:8000|- 8000|target: 8000/.test(services))
        assert.match(after.get('compose.yml')!, /^ {2}HOST: 0\.0\.0\.0\r?$/m);
      for (const [file, text] of texts) {
        const now = after.get(file)!;
        assert.equal(now.includes('\r\n'), text.includes('\r\n'), file);
        if (text.includes('\r\n')) assert.doesNotMatch(now, /[^\r]\n/);
        assertOnlyAddresses(file, text, now);
        for (const [comment] of text.matchAll(/# [a-z].*$/gm)) assert.ok(now.includes(comment), `${file}: ${comment}`);
      }
      const yaml = parse('compose.yml', after.get('compose.yml')!)[0]!.root;
      assert.equal(nodeAt(yaml, ['services', 'db', 'image'])?.kind, 'scalar');
      const again = await fixed(after);
      assert.equal(again.plan.applied.length, 0);
      assert.ok(again.found.length <= found.length);
      for (const { finding } of plan.applied)
        assert.ok(!again.found.some((one) => one.rule === finding.rule && one.message === finding.message));
    }),
    { numRuns: 60 },
  );
  assert.ok(made > 20, `only ${made} fixes were made`);
});

test('the schema tells a compose file that is none', async () => {
  assert.notDeepEqual(await composeErrors('services:\n  api:\n    ports: 80\n'), []);
  assert.deepEqual(await composeErrors('services:\n  api:\n    image: a\n    ports: ["80"]\n'), []);
});

test('a compose file that was fixed is still one', async () => {
  const image = 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["python", "main.py"]\n';
  const affected = compose.filter((services) => /HOST[:=]/.test(services.replace(/^x-shared.*\n.*\n/, '')));
  let made = 0;
  await fc.assert(
    fc.asyncProperty(affected, async (services) => {
      const texts = new Map([
        ['main.py', code.variable],
        ['Dockerfile', image],
        ['compose.yml', services],
      ]);
      const { plan, after } = await fixed(texts);
      if (!plan.texts.has('compose.yml')) return;
      made++;
      assert.deepEqual(await composeErrors(after.get('compose.yml')!), await composeErrors(services));
    }),
    { numRuns: 25 },
  );
  assert.ok(made > 2, `only ${made} compose files were fixed`);
});

/** A service whose published port is wrong, and whose server listens on loopback unless a variable says otherwise. */
const service = (folder: string) =>
  [
    ['Dockerfile', 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n'],
    [
      'server.js',
      "const http = require('http');\n\nhttp.createServer().listen(3000, process.env.HOST || '127.0.0.1');\n",
    ],
    ['compose.yml', 'services:\n  api:\n    build: .\n    ports:\n      - "8080:8080"\n'],
  ].map(([file, text]) => [`${folder}/${file}`, text!] as const);

test('a wrong port and the loopback address that it hides are put right together', async () => {
  const { plan, after } = await fixed(new Map(service('api')));
  assert.match(after.get('api/compose.yml')!, /"8080:3000"/);
  assert.match(after.get('api/Dockerfile')!, /^ENV HOST=0\.0\.0\.0$/m);
  assert.deepEqual(plan.analysis.findings, []);
  assert.deepEqual(plan.refused, []);
  assert.deepEqual(
    plan.applied.map(({ finding }) => finding.rule),
    ['port-mismatch', 'unreachable-publish'],
  );
});

test('neither is touched where the address may not be widened', async () => {
  const texts = service('api').map(([file, text]) => [file, text.replace('3000', '9229')] as const);
  const guarded = texts.map(
    ([file, text]) =>
      [file, text.replace('"node", "server.js"', '"node", "--inspect=127.0.0.1:9229", "-e", "0"')] as const,
  );
  const { plan } = await fixed(new Map(guarded));
  assert.deepEqual([...plan.texts.keys()], []);
});

test('fixes that cannot be made hold up no others, however many there are', async () => {
  const wrong = new Map(Array.from({ length: 30 }, (_, index) => service(`s${index}`)).flat());
  const right = service('good').map(([file, text]) => [file, text.replace('process.env.HOST || ', '')] as const);
  const workspace = textWorkspace(new Map([...wrong, ...right]));
  const analysis = await analyze(workspace, run);
  const wanted = ({ rule, at }: { rule: string; at: { file: string } }) =>
    rule === 'port-mismatch' || at.file.startsWith('good/');
  const plan = await planFixes(analysis, workspace, { style: 'literal', unsafe: false, wanted, run });
  assert.deepEqual([...plan.texts.keys()].sort(), ['good/compose.yml', 'good/server.js']);
  assert.equal(plan.refused.length, 30);
  for (const { reason } of plan.refused)
    assert.match(reason, /^it would bring about unreachable-publish in s\d+\/server\.js$/);
});

const wrongPort = fc.constantFrom('9000', '8081');
const style = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replace(/\n$/, ''),
);
const manifest = fc
  .record({
    port: wrongPort,
    declared: fc.constantFrom<(port: string) => string>(
      () => '',
      (port) => `          ports:\n            - containerPort: ${port} # the web\n              name: http\n`,
      (port) => `          ports: [{ name: http, containerPort: ${port} }]\n`,
      (port) => `          ports:\n            - {containerPort: ${port}, name: http}\n`,
    ),
    probe: fc.constantFrom<(port: string) => string>(
      () => '',
      (port) =>
        `          readinessProbe:\n            httpGet:\n              path: /\n              port: ${port} # asked\n`,
      (port) => `          livenessProbe: { tcpSocket: { port: ${port} } }\n`,
      (port) => `          startupProbe: {"httpGet": {"path": "/", "port": ${port}}}\n`,
    ),
    variables: fc.constantFrom(
      '',
      '          env:\n            - name: MODE # how\n              value: fast\n',
      '          env: [{ name: MODE, value: fast }]\n',
      '          env:\n            - { name: HOST, value: "127.0.0.1" }\n',
      '          env:\n          - name: HOST\n            value: localhost # here only\n',
    ),
    start: fc.constantFrom(
      '',
      '          args: ["main.py"]\n          command: ["python"]\n',
      '          command:\n            - python # the program\n            - main.py\n',
    ),
    target: fc.constantFrom<(port: string) => string>(
      (port) => `      targetPort: ${port} # inside\n`,
      () => '      targetPort: http\n',
      () => '',
    ),
    style,
  })
  .map(({ port, declared, probe, variables, start, target, style: written }) => {
    const named = declared(port) !== '';
    const leading = target(port);
    const service = `apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  selector: { app: api }\n  ports:\n    - port: ${port}\n${leading.includes('http') && !named ? '' : leading}`;
    const pod = `# what runs\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  selector:\n    matchLabels: { app: api }\n  template:\n    metadata:\n      labels: { app: api }\n    spec:\n      containers:\n        - name: api\n          image: example/api:1 # built here\n${variables}${start}${declared(port)}${probe(port)}`;
    return written(`${pod}---\n${service}`);
  });

test('a manifest that was fixed is still one, and nothing else of it has changed', async () => {
  const image = 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["python", "main.py"]\n';
  let made = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.values(code)), manifest, async (main, objects) => {
      const texts = new Map([
        ['api/main.py', main],
        ['api/Dockerfile', image],
        ['k8s/api.yaml', objects],
      ]);
      const { plan, after } = await fixed(texts);
      const now = after.get('k8s/api.yaml')!;
      if (plan.texts.has('k8s/api.yaml')) made++;
      assert.deepEqual(await manifestErrors(now), await manifestErrors(objects));
      for (const [comment] of objects.matchAll(/# [a-z ]+/g)) assert.ok(now.includes(comment), comment);
      assert.equal(now.endsWith('\n'), objects.endsWith('\n'));
      assertOnlyAddresses('k8s/api.yaml', objects, now);
      const again = await fixed(after);
      assert.equal(again.plan.applied.length, 0);
    }),
    { numRuns: 60 },
  );
  assert.ok(made > 20, `only ${made} manifests were changed`);
});

test('an object without a schema is no valid manifest', async () => {
  assert.deepEqual(await manifestErrors('apiVersion: example.org/v1\nkind: Thing\n'), [
    'no schema for example.org/v1 Thing',
  ]);
  assert.deepEqual(await manifestErrors('apiVersion: v1\nkind: Service\nmetadata: { name: a }\n'), []);
});
