import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindlint, project } from './command-line.ts';

test('a file with more addresses than anybody waits for is a named problem', async () => {
  const root = project({
    Caddyfile: `${':80, '.repeat(150_000)} {\n}\n`,
    'run.sh': 'gunicorn -b 127.0.0.1:8000 app:app\n',
  });
  const { code, out } = await bindlint(['check'], root);
  assert.equal(code, 1);
  assert.match(out, /^run\.sh:1:13 warning loopback-host/m);
  assert.match(out, /^Caddyfile not read: more than 50000 addresses and ports in one file$/m);
});

test('objects and pods that are too many to be looked at are named problems', async () => {
  const root = project({
    'objects.yaml': '---\napiVersion: v1\nkind: Service\n'.repeat(5_001),
    'pods.yaml': Array.from({ length: 201 }, (_, at) => pod(at)).join(''),
    'service.yaml': 'apiVersion: v1\nkind: Service\nspec:\n  selector: {app: a}\n  ports: [{port: 80}]\n',
  });
  const { code, out } = await bindlint(['check'], root);
  assert.equal(code, 0);
  assert.match(out, /^objects\.yaml:15003:7 not read: more than 5000 objects in one file: those from here on/m);
  assert.match(
    out,
    /^service\.yaml:2:7 not read: more than 200 kinds of pods have a label that this Service asks for/m,
  );
});

test('a file that hundreds of services continue is no reason to leave another one out', async () => {
  const continued = (file: string, at: number) => `  s${at}:\n    extends: {file: ${file}, service: a}\n`;
  const base = (port: number) => `services:\n  a:\n    image: a\n    ports: ["${port}:80"]\n`;
  const root = project({
    'compose.yaml': `services:\n${Array.from({ length: 500 }, (_, at) => continued('one.yaml', at)).join('')}${continued('two.yaml', 500)}`,
    'one.yaml': base(8001),
    'two.yaml': base(8002),
  });
  const { out } = await bindlint(['map'], root);
  assert.match(out, /^ {2}one\.yaml:4:/m);
  assert.match(out, /^ {2}two\.yaml:4:/m);
});

const pod = (at: number) => `---
apiVersion: v1
kind: Pod
metadata: {name: pod${at}, labels: {app: a}}
spec:
  containers: [{name: c, image: c, ports: [{containerPort: 80}]}]
`;
