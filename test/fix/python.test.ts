import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Announcement, Bind, Failure, Slot, Span } from '../../src/facts.ts';
import type { FixStyle } from '../../src/fix/edits.ts';
import { combined, editsOf } from '../../src/fix/edits.ts';
import { importEdits } from '../../src/fix/python-imports.ts';
import { applyEdits } from '../../src/fix/text-edits.ts';
import type { Repair } from '../../src/rule.ts';
import { parsePython } from '../../src/syntax/python.ts';

const file = 'server.py';
const outputs: string[] = [];

/** The place of a text that stands once in another. */
function place(text: string, part: string): Span {
  const start = text.indexOf(part);
  assert.ok(start >= 0, `${part} is not there`);
  return { file, start, end: start + part.length };
}

/** A value that stands in a statement. */
function slot<T>(text: string, statement: string, part: string | undefined, value: T | undefined): Slot<T> {
  const start = text.indexOf(statement) + (part === undefined ? 0 : statement.indexOf(part));
  const span = { file, start, end: start + (part?.length ?? 0) };
  return { value, origin: { by: 'literal' }, span, site: span, chain: [], fixed: true };
}

interface Case {
  /** The statement to wrap, or the try. */
  readonly statement: string;
  readonly catches?: string | readonly string[];
  readonly place?: Failure['place'];
  readonly host?: readonly [part: string | undefined, value: string | undefined];
  readonly port?: readonly [part: string | undefined, value: number | undefined];
  readonly framework?: string;
}

function repaired(text: string, repairs: readonly Repair[], binds: readonly Bind[] = [], style: FixStyle = 'literal') {
  const program = parsePython(file, text);
  const fills = repairs.filter((repair) => repair.kind === 'fill');
  const made = editsOf(repairs, {
    style,
    portTries: 0,
    facts: { binds, publishes: [], dials: [] },
    fills,
    source: () => ({ file, text }),
    program: () => program,
    linters: () => ({ ruff: false, bandit: false }),
  });
  if ('refused' in made) return made.refused;
  const output = applyEdits(
    text,
    combined([made], () => program),
  );
  assert.equal(parsePython(file, output).errors.length, program.errors.length, output);
  outputs.push(output);
  return output;
}

function handled(text: string, one: Case): string {
  const catches = [one.catches ?? 'OSError'].flat();
  const where = one.place ?? 'main';
  const bind = {
    kind: 'bind',
    framework: one.framework ?? 'http.server',
    host: slot(text, one.statement, ...(one.host ?? ([undefined, undefined] as const))),
    port: slot(text, one.statement, ...(one.port ?? ([undefined, undefined] as const))),
    failure: {
      state: 'unhandled',
      raises: catches[0],
      silent: false,
      how: '',
      place: where,
      repair: {
        statement: place(text, one.statement),
        tryStatement: one.statement.startsWith('try'),
        catches,
        endsProcess: where === 'thread',
        safe: true,
      },
    },
  } as unknown as Bind;
  return repaired(text, [{ kind: 'handle-bind-error', bind }], [bind]);
}

const hint = (port: string) => `to see who holds the port: lsof -i :${port} (Windows: netstat -ano | findstr :${port})`;

test('OSError in the main program: message on standard error, status 1', () => {
  const text =
    'from http.server import HTTPServer, SimpleHTTPRequestHandler\n\nhttpd = HTTPServer(("", 8000), SimpleHTTPRequestHandler)  # ours\nhttpd.serve_forever()\n';
  assert.equal(
    handled(text, {
      statement: 'httpd = HTTPServer(("", 8000), SimpleHTTPRequestHandler)',
      host: ['""', ''],
      port: ['8000', 8000],
    }),
    `import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler

try:
    httpd = HTTPServer(("", 8000), SimpleHTTPRequestHandler)  # ours
except OSError as error:
    print(
        f"cannot serve on port 8000: {error}; "
        "${hint('8000')}",
        file=sys.stderr,
    )
    sys.exit(1)
httpd.serve_forever()
`,
  );
});

test('tabs, CRLF, comments and empty lines inside the statement stay', () => {
  const text = [
    'import logging',
    '',
    'LOG = logging.getLogger(__name__)',
    '',
    '',
    'def main(host, port):',
    '\tserver = make(  # the server',
    '\t\thost,',
    '',
    '\t\t# the port',
    '\t\tport,',
    '\t)',
    '\tserver.run()',
  ].join('\r\n');
  const statement = text.slice(text.indexOf('server = make'), text.indexOf('\r\n\tserver.run'));
  assert.equal(
    handled(text, { statement, host: ['host', '0.0.0.0'], port: ['port', 80] }),
    [
      'import logging',
      'import sys',
      '',
      'LOG = logging.getLogger(__name__)',
      '',
      '',
      'def main(host, port):',
      '\ttry:',
      '\t\tserver = make(  # the server',
      '\t\t\thost,',
      '',
      '\t\t\t# the port',
      '\t\t\tport,',
      '\t\t)',
      '\texcept OSError as error:',
      '\t\tLOG.critical(',
      '\t\t\t"cannot serve on %(host)s:%(port)s: %(error)s; "',
      `\t\t\t"${hint('%(port)s')}",`,
      '\t\t\t{"host": host, "port": port, "error": error},',
      '\t\t)',
      '\t\tsys.exit(1)',
      '\tserver.run()',
    ].join('\r\n'),
  );
});

test('in a thread the process is ended, after the logs are out', () => {
  const text = `import logging
import threading

logger = logging.getLogger(__name__)


def serve(port):
    server = make("0.0.0.0", port)
    server.run()


threading.Thread(target=serve, args=(8000,)).start()
`;
  const output = handled(text, {
    statement: 'server = make("0.0.0.0", port)',
    place: 'thread',
    host: ['"0.0.0.0"', '0.0.0.0'],
    port: ['port', 8000],
  });
  assert.match(output, /^import logging\nimport os\nimport threading\n/);
  assert.ok(
    output.includes(`    except OSError as error:
        logger.critical(
            "cannot serve on 0.0.0.0:%(port)s: %(error)s; "
            "${hint('%(port)s')}",
            {"port": port, "error": error},
        )
        logging.shutdown()
        os._exit(1)  # sys.exit would end only this thread
`),
    output,
  );
});

test('SystemExit keeps the status; a reloader that restarts is no failure', () => {
  const text = 'import uvicorn\nuvicorn.run("a:b", port=8000)\n';
  const one = { statement: 'uvicorn.run("a:b", port=8000)', catches: 'SystemExit', port: ['8000', 8000] } as const;
  const output = handled(text, one);
  assert.match(output, /\n {4}if error\.code:\n {8}print\(\n/);
  assert.match(output, /\n {4}raise\n$/);
  assert.doesNotMatch(output, /sys\.exit/);
  assert.match(handled(text, { ...one, framework: 'flask' }), /if error\.code not in \(None, 0, 3\):/);
});

test('a library passes the error on', () => {
  const text = 'def serve(port):\n    server = make(port)\n    return server\n';
  const output = handled(text, { statement: 'server = make(port)', place: 'library', port: ['port', 8000] });
  assert.match(output, /\n {8}raise\n {4}return server\n$/);
  assert.doesNotMatch(output, /exit/);
});

for (const [name, head, call] of [
  ['loguru', 'from loguru import logger\n', 'logger.critical(\n        f"cannot serve on port 80: {error}; "\n'],
  [
    'structlog',
    'import structlog\n\nlog = structlog.get_logger()\n',
    'log.critical(\n        f"cannot serve on port 80: {error}; "\n',
  ],
  [
    'getLogger by name',
    'from logging import getLogger\n\n_log = getLogger()\n',
    '_log.critical(\n        "cannot serve on port 80: %s; "\n',
  ],
  [
    'logging itself',
    'import logging\n\nlogging.info("hello")\n',
    'logging.critical(\n        "cannot serve on port 80: %s; "\n',
  ],
  ['a logger that is made later', '', 'print(\n'],
] as const) {
  test(`the file's own way to report: ${name}`, () => {
    const tail = head === '' ? 'import logging\nlogger = logging.getLogger()\n' : '';
    const output = handled(`${head}\nserver = make(80)\n${tail}`, { statement: 'server = make(80)', port: ['80', 80] });
    assert.ok(output.includes(call), output);
  });
}

test('one handler for each of two exceptions', () => {
  const text = 'from flask_socketio import SocketIO\n\nsocketio = SocketIO()\nsocketio.run(app, port=8000)\n';
  const fixed = handled(text, {
    statement: 'socketio.run(app, port=8000)',
    catches: ['SystemExit', 'OSError'],
    port: ['8000', 8000],
  });
  assert.deepEqual(fixed.match(/^(try|except .*|import .*| {4}(raise|sys\..*)$)/gm), [
    'import sys',
    'try',
    'except SystemExit as error:',
    '    raise',
    'except OSError as error:',
    '    sys.exit(1)',
  ]);
});

for (const [catches, line, imported] of [
  ['CannotListenError', 'except CannotListenError as error:', 'from twisted.internet.error import CannotListenError\n'],
  ['zmq.error.ZMQError', 'except ZMQError as error:', 'from zmq.error import ZMQError\n'],
  ['RuntimeError', 'except RuntimeError as error:', 'import sys\n'],
] as const) {
  test(`${catches} is caught, and imported where it has to be`, () => {
    const output = handled('import zmq\nimport twisted.internet\n\nserver = make(80)\n', {
      statement: 'server = make(80)',
      catches,
    });
    assert.ok(output.includes(line) && output.includes(imported), output);
  });
}

test('the exception gets a name that nothing else has', () => {
  const text = 'error = None\nserver = make(80)\nprint(error)\n';
  assert.match(handled(text, { statement: 'server = make(80)' }), /except OSError as bind_error:/);
  const log =
    'import logging\nlogger = logging.getLogger()\ntry:\n    logger.error("x", error=1)\nexcept ValueError as error:\n    print(error)\nserver = make(80)\n';
  assert.match(handled(log, { statement: 'server = make(80)' }), /except OSError as error:/);
});

test('what the message cannot name is left out, and no call is made twice', () => {
  const call = 'server = make(host_of(), next(ports))';
  const output = handled(`${call}\n`, { statement: call, host: ['host_of()', undefined], port: ['next(ports)', 9000] });
  assert.match(output, /f"cannot serve on port 9000: \{error\}; "/);
  assert.match(handled(`${call}\n`, { statement: call }), /f"cannot start the server: \{error\}",\n/);
  assert.equal(output.split('next(ports)').length, 2);
});

test('variables read at the call are read again for the message', () => {
  const call = 'server = make(os.environ.get("HOST", "::"), int(os.environ.get("PORT", "80")))';
  const output = handled(`import os\nimport sys\n\n${call}\n`, {
    statement: call,
    host: ['os.environ.get("HOST", "::")', '::'],
    port: ['int(os.environ.get("PORT", "80"))', 80],
  });
  assert.ok(
    output
      .replace(/\n\s+/g, '')
      .includes(
        `"${hint('{port}')}".format(host=os.environ.get("HOST", "::"),port=os.environ.get("PORT", "80"),error=error,),`,
      ),
    output,
  );
});

test('a name that the try itself sets is not used by its handler', () => {
  const text = 'try:\n    port = read()\n    server = make(port)\nexcept ValueError:\n    print("no")\n';
  const output = handled(text, { statement: text.trimEnd(), port: ['port', 8000] });
  assert.match(output, /cannot serve on port 8000: /);
});

test('one more handler comes before the others, with their comment', () => {
  const text = `def main():
    try:
        server = make(80)
        # the body's

    # the handler's
    except (ValueError, KeyError):
        raise
    finally:
        done()
`;
  const output = handled(text, { statement: text.slice(text.indexOf('try'), -1), port: ['80', 80] });
  assert.ok(
    output.includes(`        # the body's

    except OSError as error:
        print(
            f"cannot serve on port 80: {error}; "
            "${hint('80')}",
            file=sys.stderr,
        )
        sys.exit(1)
    # the handler's
    except (ValueError, KeyError):
`),
    output,
  );
});

test('a with statement goes in as a whole', () => {
  const text = 'import sys\n\nwith make(80) as server:\n\n    server.run()\n    # bye\nprint(1)\n';
  const output = handled(text, { statement: 'with make(80) as server:\n\n    server.run()' });
  assert.ok(
    output.startsWith(
      'import sys\n\ntry:\n    with make(80) as server:\n\n        server.run()\nexcept OSError as error:\n',
    ),
    output,
  );
});

for (const [name, text, statement, reason] of [
  [
    'a string of several lines',
    'run("""a\n  b""", 80)\n',
    'run("""a\n  b""", 80)',
    'the statement holds a string of several lines',
  ],
  ['another statement before it', 'x = 1; run(80)\n', 'run(80)', 'the statement shares its line with others'],
  ['another statement behind it', 'run(80); x = 1\n', 'run(80)', 'the statement shares its line with others'],
  ['an if on the same line', 'if x: run(80)\n', 'run(80)', 'the statement shares its line with others'],
  ['a name that means something else', 'sys = 5\nrun(80)\n', 'run(80)', 'the name sys means something else here'],
  ['a parameter of that name', 'def f(sys):\n    run(80)\n', 'run(80)', 'the name sys means something else here'],
  [
    'an import that comes later in the function',
    'def f():\n    run(80)\n    import sys\n',
    'run(80)',
    'the name sys means something else here',
  ],
  ['old line endings', 'a = 1\rrun(80)\r', 'run(80)', 'the file has line endings that are not understood'],
] as const) {
  test(`refused: ${name}`, () => assert.equal(handled(text, { statement }), reason));
}

for (const [name, text, needs, expected] of [
  ['empty file', '', ['sys'], 'import sys\n'],
  [
    'comments first',
    '#!/usr/bin/env python3\n# licence\n\nrun()\n',
    ['sys'],
    '#!/usr/bin/env python3\n# licence\n\nimport sys\n\nrun()\n',
  ],
  ['docstring', '"""Docs.\n\nMore.\n"""\nrun()\n', ['sys'], '"""Docs.\n\nMore.\n"""\n\nimport sys\n\nrun()\n'],
  [
    'docstring and future',
    "'''Docs.'''\nfrom __future__ import annotations\n\nrun()\n",
    ['sys'],
    "'''Docs.'''\nfrom __future__ import annotations\n\nimport sys\n\nrun()\n",
  ],
  [
    'future without a final newline',
    'from __future__ import annotations',
    ['sys'],
    'from __future__ import annotations\n\nimport sys\n\n',
  ],
  [
    'sorted among the others',
    'import argparse\nimport time\n\nimport flask\n',
    ['sys', 'os'],
    'import argparse\nimport os\nimport sys\nimport time\n\nimport flask\n',
  ],
  [
    'above from imports',
    'from os import path\nfrom time import sleep\n',
    ['sys'],
    'import sys\nfrom os import path\nfrom time import sleep\n',
  ],
  ['a group of its own', '# ours\nimport flask\n', ['sys'], '# ours\nimport sys\n\nimport flask\n'],
  [
    'behind several in one',
    'import os, argparse\nimport flask\n',
    ['sys'],
    'import os, argparse\nimport sys\nimport flask\n',
  ],
  [
    'behind brackets, with CRLF',
    'from os import (\r\n    path,\r\n)\r\nimport json\r\n',
    ['sys'],
    'from os import (\r\n    path,\r\n)\r\nimport json\r\nimport sys\r\n',
  ],
] as const) {
  test(`imports: ${name}`, () => {
    const program = parsePython(file, text);
    const needed = needs.map((module) => ({ module }));
    const output = applyEdits(
      text,
      importEdits(program, needed, undefined).sort((a, b) => a.span.start - b.span.start),
    );
    assert.equal(output, expected);
    outputs.push(output);
  });
}

function announced(text: string, statement: string, target?: number): Announcement {
  const span = place(text, statement);
  return {
    kind: 'announcement',
    span,
    statement: span,
    context: 'production',
    ...(target !== undefined && { target: { file, start: target, end: target } }),
  };
}

for (const [name, text, expected] of [
  ['a line', 'a()\nprint("up")  # why\nb()\n', 'a()\nb()\n'],
  ['the last line without an end', 'a()\nprint("up")', 'a()\n'],
  ['the only statement of a block', 'if x:\n    print("up")  # why\nb()\n', 'if x:\n    pass  # why\nb()\n'],
  ['one of a block', 'if x:\r\n    print("up")\r\n    b()\r\n', 'if x:\r\n    b()\r\n'],
  ['beside another', 'print("up"); b()\n', 'the statement shares its line with others'],
] as const) {
  test(`remove a claim: ${name}`, () => {
    const output = repaired(text, [{ kind: 'remove-announcement', announcement: announced(text, 'print("up")') }]);
    assert.equal(output, expected);
  });
}

for (const [name, text, after_, expected] of [
  [
    'below the bind',
    'print("up")\nserver = make(\n    80\n)\nserver.run()\n',
    '80\n)',
    'server = make(\n    80\n)\nprint("up")\nserver.run()\n',
  ],
  [
    'into a deeper block',
    'print("up")\nif x:\n\tserver = make(80)\n\tserver.run()\n',
    'make(80)',
    'if x:\n\tserver = make(80)\n\tprint("up")\n\tserver.run()\n',
  ],
  [
    'into a with',
    'print("up")\nwith make(80) as server:\n    server.run()\n',
    'server.run()',
    'with make(80) as server:\n    print("up")\n    server.run()\n',
  ],
  ['at the end', 'print("up")\r\nserver = make(80)', 'make(80)', 'server = make(80)\r\nprint("up")'],
] as const) {
  test(`move a claim: ${name}`, () => {
    const target = text.indexOf(after_) + after_.length;
    const output = repaired(text, [
      { kind: 'move-announcement', announcement: announced(text, 'print("up")', target) },
    ]);
    assert.equal(output, expected);
  });
}

for (const [name, text, part, expected] of [
  [
    'on its own line',
    'a()\n  # bindlint-ignore loopback-host: x\nb()\n',
    '# bindlint-ignore loopback-host: x',
    'a()\nb()\n',
  ],
  ['behind code', 'a()  # bindlint-ignore loopback-host: x\nb()\n', '# bindlint-ignore loopback-host: x', 'a()\nb()\n'],
  [
    'the first of two rules',
    'a()  # bindlint-ignore one-rule, two-rules: x\n',
    'one-rule',
    'a()  # bindlint-ignore two-rules: x\n',
  ],
  [
    'the last of two rules',
    'a()  # bindlint-ignore one-rule, two-rules: x\n',
    'two-rules',
    'a()  # bindlint-ignore one-rule: x\n',
  ],
] as const) {
  test(`remove a suppression: ${name}`, () => {
    assert.equal(repaired(text, [{ kind: 'remove-suppression', span: place(text, part) }]), expected);
  });
}

const python = spawnSync('python3', ['--version']).status === 0;

test('every text that was written here compiles', { skip: python ? false : 'python3 is not installed' }, (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-compile-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  assert.ok(outputs.length > 40);
  const files = outputs.map((output, index) => {
    const place_ = path.join(folder, `output${index}.py`);
    writeFileSync(place_, output);
    return place_;
  });
  const compiled = spawnSync('python3', ['-m', 'py_compile', ...files], { encoding: 'utf8' });
  assert.equal(compiled.stderr + compiled.status, '0');
});
