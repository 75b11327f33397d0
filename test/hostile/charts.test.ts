import assert from 'node:assert/strict';
import test from 'node:test';
import type { Bind, Dial, Publish } from '../../src/facts.ts';
import { ChartValues } from '../../src/kubernetes/chart-values.ts';
import { clusterFacts } from '../../src/kubernetes/cluster.ts';
import { filledIn } from '../../src/kubernetes/fill.ts';
import { manifestsIn } from '../../src/kubernetes/manifests.ts';
import { analyze } from '../../src/run.ts';
import { SyntaxProblem } from '../../src/syntax/problem.ts';
import { parseTemplate } from '../../src/syntax/template.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';
import { runOptions } from '../fix/rules.ts';

const chart = { values: undefined, about: undefined };

test('variables that are made of each other end', () => {
  const lines = Array.from({ length: 9 }, (_, at) => `{{ $a${at + 1} := default $a${at} (default $a${at} $a${at}) }}`);
  const text = `${lines.join('\n')}\nport: {{ $a9 }}\n`;
  const template = parseTemplate('a.yaml', text);
  const values = new ChartValues('a.yaml', template, chart);
  assert.equal(values.valueOf('$a9', 0, undefined).kind, 'unseen');
});

test('blocks within blocks are refused, and parentheses within parentheses are not known', () => {
  const deep = `${'{{ if .a }}\n'.repeat(9000)}port: 1\n${'{{ end }}\n'.repeat(9000)}`;
  assert.throws(
    () => parseTemplate('a.yaml', deep),
    (error) => error instanceof SyntaxProblem && error.kind === 'limit',
  );
  const nested = parseTemplate('a.yaml', `port: {{ ${'('.repeat(5000)}.a${')'.repeat(5000)} }}\n`);
  const [document] = filledIn('a.yaml', nested, chart);
  assert.equal(document?.root.kind, 'map');
});

const times = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');
const deployment = (port: string) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - name: c
          image: x
          ports:
            - containerPort: ${port}
`;
const service = (ports: string) =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: {a: b}\n  ports:\n${ports}`;

/** The facts of manifests of which each is too long, and how long they took in milliseconds. */
function timed(...texts: readonly string[]): {
  readonly facts: readonly (Bind | Publish | Dial)[];
  readonly took: number;
} {
  const started = performance.now();
  const manifests = texts.flatMap((text, at) => {
    const file = `${at}.yaml`;
    return manifestsIn(file, filledIn(file, parseTemplate(file, text), chart)).manifests;
  });
  const { facts } = clusterFacts(manifests, []);
  return { facts, took: performance.now() - started };
}

/** What took a minute and more, or all memory, when each was gone through for each. */
const longest = 60_000;

test('variables that many documents share are worked out once', () => {
  const variables = times(28, (at) => `{{ $a${at} := ${at === 0 ? '8000' : `default $a${at - 1} $a${at - 1}`} }}\n`);
  const { facts, took } = timed(variables + deployment('1') + times(2000, () => service('    - port: {{ $a27 }}\n')));
  assert.equal(facts.length, 2001);
  assert.ok(took < longest, `${took} ms`);
});

test('names of ports are looked up and not looked for', () => {
  const ports = times(6000, (at) => `            - {name: p${at}, containerPort: ${at + 1}}\n`);
  const asked = times(6000, (at) => `    - {port: ${at + 1}, targetPort: p${at + 1}}\n`);
  const { facts, took } = timed(deployment('1') + ports + service(asked));
  assert.equal(facts.filter((fact) => fact.kind === 'publish' && fact.undeclared).length, 1);
  assert.ok(took < longest, `${took} ms`);
});

test('backends of one Ingress ask the Services of a name once', () => {
  const services = times(1000, () => service('    - port: 80\n'));
  const backends = times(5000, (at) => `      - backend: {service: {name: s, port: {number: ${at + 1}}}}\n`);
  const ingress = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  rules:\n  - http:\n      paths:\n${backends}`;
  const { facts, took } = timed(services, ingress);
  assert.equal(facts.filter((fact) => fact.kind === 'publish' && fact.undeclared).length, 4999);
  assert.ok(took < longest, `${took} ms`);
});

test('a line of a million characters is not searched for each value in it', () => {
  const { facts, took } = timed(
    `# {{ .Values.a }}\n${deployment('80')}      x: [${times(150_000, (at) => `${at}, `)}]\n`,
  );
  assert.equal(facts.length, 1);
  assert.ok(took < longest, `${took} ms`);
});

test('a variable is not put in where that would make a text of gigabytes', () => {
  const long = `{{ $a := include "${'x'.repeat(900_000)}" }}\n`;
  const { facts, took } = timed(`${long}${deployment(`{{ f ${'$a '.repeat(600)} }}`)}`);
  assert.equal(facts.length, 1);
  assert.ok(took < longest, `${took} ms`);
});

test('containers that are too many to be looked at are said to be', async () => {
  const services = Array.from({ length: 1_002 }, (_, at) => `  a${at}: { image: redis }\n`).join('');
  const workspace = textWorkspace(new Map([['compose.yml', `services:\n${services}`]]));
  const { problems, facts } = await analyze(workspace, runOptions({}));
  assert.deepEqual(
    problems.map(({ kind, message }) => [kind, message]),
    [['limit', '2 containers from here on were not looked at, because there are too many']],
  );
  assert.equal(facts.containers.length, 1_000);
});

test('a manifest with a template that is nested too deeply is a named problem', async () => {
  const file = 'services.yaml';
  const text = `apiVersion: v1\nkind: Service\nmetadata: ${'{'.repeat(2000)} port }}\n`;
  const { problems } = await analyze(textWorkspace(new Map([[file, text]])), runOptions({}));
  assert.deepEqual([...new Set(problems.map((problem) => `${problem.file} ${problem.kind}`))], ['services.yaml limit']);
});
