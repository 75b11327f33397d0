import assert from 'node:assert/strict';
import { test } from 'node:test';
import rules from '../generated/rules.ts';
import signs from '../generated/signs.ts';
import { check } from '../src/api.ts';
import { commandContainers } from '../src/containers/command-containers.ts';
import { portMappings } from '../src/containers/port-mappings.ts';
import { planFixes } from '../src/fix/apply.ts';
import { unifiedDiff } from '../src/fix/diff.ts';
import type { Format } from '../src/format.ts';
import apache from '../src/formats/apache.ts';
import caddyfile from '../src/formats/caddyfile.ts';
import dockerfile from '../src/formats/dockerfile.ts';
import nginx from '../src/formats/nginx.ts';
import systemdSocket from '../src/formats/systemd-socket.ts';
import { prefilters } from '../src/prefilter.ts';
import type { Rule, Severity } from '../src/rule.ts';
import { analyze } from '../src/run.ts';
import { importedModules } from '../src/scopes.ts';
import { parse as parseDirectives } from '../src/syntax/directives.ts';
import { refusedPython } from '../src/syntax/refused.ts';
import { parseShell } from '../src/syntax/shell.ts';
import { parseTemplate } from '../src/syntax/template.ts';
import { isSettingsFile } from '../src/workspace/settings-files.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';

const many = 100_000;

const readAs = (format: Format, text: string) =>
  format.read({ file: 'a', text, documents: [], given: () => undefined });
const { isCandidate } = prefilters(signs, isSettingsFile, '');
const looksLikeServer = (text: string) => isCandidate('a.py', text);
const startsFrom = (text: string) =>
  commandContainers(
    'a.sh',
    parseShell('a.sh', text).map((line) => ({ line })),
  );
const mapped = (text: string) =>
  portMappings({ text, span: { file: 'a', start: 0, end: text.length }, exact: true }, () => undefined, {
    of: 'a',
    docs: 'b',
  });

// Each of these took longer than ten seconds where a pattern or a search began anew at every place.
const hostile: Readonly<Record<string, () => unknown>> = {
  'servers of a list in one line': () => looksLikeServer(`import http.server\nx = [${'HTTPServer, '.repeat(many)}`),
  'blanks before a method': () => looksLikeServer(`import x\n${`x = 1;${' '.repeat(many)}.run `.repeat(3)}`),
  'blanks behind a name': () => looksLikeServer(`import uvicorn\n${`run${' \\\n'.repeat(many)}x\n`.repeat(3)}`),
  'blanks before a name that is handed on': () =>
    looksLikeServer(`import uvicorn\n${`${' '.repeat(many)}run,`.repeat(3)}`),
  'a directive with blanks before its last letter': () =>
    parseDirectives('a.conf', `a ${' '.repeat(many)}x${' '.repeat(many)}y`),
  'a template with an open text of escapes': () => parseTemplate('a.yaml', `{{ "${'\\"'.repeat(many)}\n" }}`),
  'a template with its actions in one line': () =>
    parseTemplate('a.yaml', `a: ${`${'x'.repeat(60)}{{ a }}`.repeat(19_000)}`),
  'a template with a hash behind each action': () =>
    parseTemplate('a.yaml', `a: ${`{{ a }}#${' '.repeat(60)}`.repeat(19_000)}`),
  'a line of listen directives of nginx': () => readAs(nginx, 'listen '.repeat(many)),
  'a row of blanks behind listen': () => readAs(nginx, `listen${' '.repeat(many)}`.repeat(3)),
  'listen directives in one line': () => readAs(nginx, `# ${'listen 80;'.repeat(many / 2)}`),
  'braces of nginx': () => readAs(nginx, `{ listen ${'${a}'.repeat(many)}`),
  'destinations of nginx in one line': () => readAs(nginx, 'proxy_pass http://a:1; '.repeat(many)),
  'blanks before destinations of nginx in one line': () =>
    readAs(nginx, ' '.repeat(10 * many) + 'proxy_pass http://a:1; '.repeat(many / 2)),
  'an upstream of nginx of colons': () => readAs(nginx, `server ${'a:1'.repeat(many)}`),
  'an upstream of nginx of digits': () => readAs(nginx, `server a:${'1'.repeat(many)} b`),
  'destinations of Apache': () => readAs(apache, `ProxyPass ${'/ http://a:1 '.repeat(many)}`),
  'destinations of a Caddyfile in one line': () => readAs(caddyfile, `reverse_proxy ${'a:1 '.repeat(many)}`),
  'comments of a Caddyfile': () => readAs(caddyfile, '# a\n'.repeat(many)),
  'a long line of a Caddyfile': () => readAs(caddyfile, `a ${'b '.repeat(many)}`),
  'sites of a Caddyfile': () => readAs(caddyfile, 'a.b:80 {\n'.repeat(many / 10)),
  'sockets of systemd': () => readAs(systemdSocket, `ListenStream=${' '.repeat(many)}x x`.repeat(3)),
  'options of docker run': () => startsFrom(`docker run ${'-p 80:80 '.repeat(many / 10)}a`),
  'a health check that ends in blanks': () =>
    readAs(dockerfile, `FROM a\nHEALTHCHECK CMD curl localhost || true${' '.repeat(many)}x\n`),
  'containers of a script': () => startsFrom('docker run a\n'.repeat(many / 10)),
  'a mapping of ports with many colons': () => mapped(':'.repeat(many)),
  'a mapping of ports with open braces': () => mapped('${'.repeat(many)),
  'imports whose brackets stay open': () => importedModules('a.py', 'from a import (a,\n'.repeat(many)),
  'a line with an error at each character': () =>
    refusedPython(
      'x'.repeat(many),
      Array.from({ length: many }, (_, start) => ({ file: 'a.py', start, end: start })),
    ),
};

for (const [name, read] of Object.entries(hostile)) {
  test(`${name} is read in time`, () => {
    // What else the machine does meanwhile is not counted.
    const started = process.cpuUsage();
    try {
      read();
    } catch (error) {
      assert.equal((error as Error).name, 'SyntaxProblem');
    }
    const { user, system } = process.cpuUsage(started);
    assert.ok((user + system) / 1000 < 5_000);
  });
}

test('what follows an open bracket of an import is read no less', () => {
  const places = importedModules('a/b.py', 'from .one import (\n    two,  # (three)\n    four,\n)\n').flat();
  assert.ok(places.includes('a/one.py'));
  assert.ok(places.includes('a/one/two.py'));
});

const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

// Where each server looked through the whole file, four times as many took sixteen times as long.
interface Lines {
  readonly file: string;
  readonly head: string;
  line(at: number): string;
  /** The lines speak of one server. */
  readonly alone?: true;
}
const servers: Readonly<Record<string, Lines>> = {
  'servers of Python': {
    file: 'a.py',
    head: 'import uvicorn\n',
    line: (at) => `# server ${at}\nuvicorn.run(app, host='127.0.0.1', port=${at + 1024})\n`,
  },
  'sockets of Python': {
    file: 'a.py',
    head: 'import socket\n',
    line: (at) => `s${at} = socket.socket()\ns${at}.bind(('127.0.0.1', ${at + 1024}))\ns${at}.listen()\n`,
  },
  'threads of Python': {
    file: 'a.py',
    head: 'import threading, uvicorn\n',
    line: (at) =>
      `t${at} = threading.Thread(target=uvicorn.run, kwargs={'port': ${at + 1024}, 'host': '127.0.0.1'})\nt${at}.start()\n`,
  },
  'servers of JavaScript with listeners': {
    file: 'a.js',
    head: "const http = require('http');\n",
    line: (at) =>
      `const s${at} = http.createServer();\ns${at}.on('error', (e) => console.error(e));\ns${at}.listen(${at + 1024}, '127.0.0.1');\n`,
  },
  'servers of JavaScript in one function': {
    file: 'a.js',
    head: "const http = require('http');\nmain();\nfunction main() {\n",
    line: (at) =>
      `const s${at} = http.createServer();\ns${at}.listen(${at + 1024}, '127.0.0.1');\nconsole.log('listening on ${at + 1024}');\n`,
  },
  'lines of JavaScript that show an address': {
    file: 'a.js',
    head: "const app = require('express')();\napp.listen(3000);\nconst config = { host: process.env.HOST };\nuse(config);\nuse(config);\n",
    line: (at) => `console.log('http://' + config.host + '/${at}');\n`,
    alone: true,
  },
  'servers of JavaScript in the branches of a switch': {
    file: 'a.js',
    head: "const app = require('http').createServer();\nswitch (process.env.STAGE) {\n",
    line: (at) => `case '${at}': app.listen(${at + 1024}, '127.0.0.1'); break;\n`,
  },
  'servers of JavaScript in the methods of a class': {
    file: 'a.js',
    head: "const http = require('http');\nclass Servers {\n",
    line: (at) =>
      `make${at}() { this.s${at} = http.createServer(); }\nlisten${at}() { this.s${at}.listen(${at + 1024}, '127.0.0.1'); }\n`,
  },
};

const textOf = (head: string, count: number, line: (at: number) => string) =>
  head + lines(count, line) + (head.endsWith('{\n') ? '}\n' : '');

for (const [name, { file, head, line, alone }] of Object.entries(servers)) {
  test(`thousands of ${name} take time in proportion`, async () => {
    const time = async (count: number) => {
      const text = textOf(head, count, line);
      const before = process.cpuUsage();
      const { facts } = await analyze(textWorkspace(new Map([[file, text]])), {
        rules,
        host: '0.0.0.0',
        hostStated: true,
        severity: (_id, _file, _context, lowered, own) => lowered ?? own.severity,
      });
      assert.ok(facts.binds.length > (alone ? 0 : count / 2), `${facts.binds.length} binds`);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    await time(100);
    const [few, many] = [await time(500), await time(2000)];
    assert.ok(many < 9 * few + 500, `${few} ms and ${many} ms`);
  });
}

for (const [named, count, name] of [
  ['thousands of fixes of Python', 500, 'servers of Python'],
  ['hundreds of fixes of JavaScript', 100, 'servers of JavaScript in one function'],
] as const)
  test(`${named} take time in proportion`, () => fixesInProportion(name, count));

async function fixesInProportion(name: string, least: number): Promise<void> {
  const run = {
    rules,
    host: '0.0.0.0',
    hostStated: true,
    severity: (_id: string, _file: string, _context: string, lowered: Severity | undefined, own: Rule) =>
      lowered ?? own.severity,
  };
  const { head, line, file } = servers[name]!;
  const time = async (count: number) => {
    const workspace = textWorkspace(new Map([[file, textOf(head, count, line)]]));
    const analysis = await analyze(workspace, run);
    const before = process.cpuUsage();
    const options = { style: 'literal', unsafe: false, wanted: () => true, run } as const;
    const plan = await planFixes(analysis, workspace, options);
    unifiedDiff(plan, (shown) => shown);
    assert.ok(plan.applied.length >= count, `${plan.applied.length} fixes`);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  await time(100);
  const [few, many] = [await time(least), await time(4 * least)];
  assert.ok(many < 9 * few + 500, `${few} ms and ${many} ms`);
}

test('what a call prints is read in time', async () => {
  const server = 'import uvicorn\n\nuvicorn.run("a:app", host="0.0.0.0", port=8000)\n';
  const hosts = `print(${'"127.0.0.1", '.repeat(40_000)})\n`;
  const said = `print("${'run on '.repeat(many)}://", "127.0.0.1")\n`;
  const before = process.cpuUsage();
  await check({ files: { 'a.py': server + hosts, 'b.py': server + said } });
  assert.ok(process.cpuUsage(before).user < 10_000_000);
});

test('a long comment beside a server is read in time', async () => {
  const text = `import uvicorn\n# ${'only local nginx behind '.repeat(many / 5)}\nuvicorn.run("a:b", host="127.0.0.1")\n`;
  const before = process.cpuUsage();
  await check({ files: { 'a.py': text } });
  assert.ok(process.cpuUsage(before).user < 10_000_000);
});

test('the lines of a folded command are read in time', async () => {
  const text = `services:\n  a:\n    image: a\n    command: >\n${'      a b\n'.repeat(many / 2)}`;
  const before = process.cpuUsage();
  await check({ files: { 'compose.yaml': text } });
  assert.ok(process.cpuUsage(before).user < 10_000_000);
});

const served = 'import uvicorn\nuvicorn.run("a:app", host="127.0.0.1", port=8000)\n';
const parsed = 'import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument("--host")\n';

/** Small projects with a line of `many` words that once took a look back to its beginning, or forward to its end, each. */
const longLines: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a command list in a text': {
    'a.py': `import subprocess\ncommand = ["uvicorn", "a:app"]\nx = "${'command['.repeat(many)}"\nsubprocess.run(command)\n`,
  },
  'what holds options in a comment': {
    'a.py': `${parsed}config = parser.parse_args()\n# ${'config '.repeat(many)}\nprint(f"Server listening on {config.host}")\n${served}`,
  },
  'what holds options in comments': {
    'a.py': `${parsed}config = parser.parse_args()\n${'# config\n'.repeat(many / 2)}print(f"Server listening on {config.host}")\n${served}`,
  },
  'a word that stands before a shared address': {
    'a.py': 'import uvicorn\nfrom shared import HOST\nuvicorn.run("a:app", host=HOST, port=8000)\n',
    'shared.py': `x = "${'a'.repeat(2 * many)}"; HOST = "127.0.0.1"\n`,
  },
  'an explanation without an address': {
    'a.py': `# ${'use '.repeat(many)}\nprint("http://0.0.0.0:8000")\n${served}`,
  },
};

for (const [name, files] of Object.entries(longLines))
  test(`${name} is read in time`, async () => {
    const before = process.cpuUsage();
    const { findings } = await check({ files });
    assert.ok(findings.length > 0);
    assert.ok(process.cpuUsage(before).user < 5_000_000);
  });
