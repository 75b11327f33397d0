import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressParts, commandSlots, type Started, unwrap } from '../src/commands/commands.ts';
import type { CommandShape } from '../src/framework.ts';
import { execForm } from '../src/syntax/dockerfile.ts';
import { parseShell } from '../src/syntax/shell.ts';

const starts = (text: string): readonly Started[] => parseShell('run.sh', text).flatMap(unwrap);
const shown = ({ program, runs, args, development }: Started) =>
  [
    program,
    ...(runs === 'program' ? [] : [`(${runs})`]),
    ...args.map(({ value }) => value),
    ...(development ? ['[development]'] : []),
  ].join(' ');

test('wrappers are seen through', () => {
  for (const [command, ...expected] of [
    ['uvicorn a:b --reload', 'uvicorn a:b --reload'],
    ['/app/.venv/bin/gunicorn a', 'gunicorn a'],
    ['"$VIRTUAL_ENV/bin/uvicorn" a', 'uvicorn a'],
    ['$(VENV)/bin/uvicorn a', 'uvicorn a'],
    ['exec uvicorn a', 'uvicorn a'],
    ['env -u X A=b uvicorn a', 'uvicorn a'],
    ['sudo -E -u www uvicorn a', 'uvicorn a'],
    ['nohup time nice -n 5 uvicorn a', 'uvicorn a'],
    ['timeout -k 5 30 uvicorn a', 'uvicorn a'],
    ['dumb-init -- uvicorn a', 'uvicorn a'],
    ['tini -g -- uvicorn a', 'uvicorn a'],
    ['tini -s uvicorn a', 'uvicorn a'],
    ['su-exec app uvicorn a', 'uvicorn a'],
    ['gosu app:app uvicorn a', 'uvicorn a'],
    ['su -s /bin/sh -c "uvicorn a" app', 'uvicorn a'],
    ['poetry run uvicorn a', 'uvicorn a'],
    ['/start uvicorn', 'start (file) uvicorn'],
    ['bin/serve a', 'serve (file) a'],
    ['/app/node_modules/.bin/serve a', 'serve a'],
    ['/usr/local/bin/serve a', 'serve a'],
    ['uv run --with x --no-dev uvicorn a', 'uvicorn a'],
    ['uv run -m uvicorn a', 'uvicorn (module) a'],
    ['uv run main.py --port 1', 'main.py (file) --port 1'],
    ['uvx --from jupyterlab jupyter-lab --ip x', 'jupyter-lab --ip x'],
    ['pipenv run python -m uvicorn a', 'uvicorn (module) a'],
    ['pdm run uvicorn a', 'uvicorn a'],
    ['hatch run uvicorn a', 'uvicorn a'],
    ['rye run uvicorn a', 'uvicorn a'],
    ['conda run --no-capture-output -n x uvicorn a', 'uvicorn a'],
    ['opentelemetry-instrument --service_name x ddtrace-run uvicorn a', 'uvicorn a'],
    ['watchmedo auto-restart -d . -p "*.py" --recursive -- python main.py', 'main.py (file) [development]'],
    ['watchfiles "uvicorn a" src', 'uvicorn a [development]'],
    ['dotenv -- uvicorn a', 'uvicorn a'],
    ['dotenv -f .env run uvicorn a', 'uvicorn a'],
    ['dotenv -e .env node x.js', 'x.js (file)'],
    ['./wait-for-it.sh db:5432 -t 30 -- uvicorn a', 'uvicorn a'],
    ['./wait-for db:5432 -- uvicorn a', 'uvicorn a'],
    ['dockerize -wait tcp://db:5432 -timeout 30s uvicorn a', 'uvicorn a'],
    ['./docker-entrypoint.sh uvicorn a', 'docker-entrypoint.sh (file) uvicorn a', 'uvicorn a'],
    ['xargs -n 1 uvicorn a', 'uvicorn a'],
    ['cross-env PORT=1 next dev', 'next dev'],
    ['eval "uvicorn a"', 'uvicorn a'],
  ] as const) {
    assert.deepEqual(starts(command).map(shown), expected, command);
  }
});

test('interpreters start a module, a file or nothing that can be seen', () => {
  for (const [command, ...expected] of [
    ['python -m http.server 8000', 'http.server (module) 8000'],
    ['python3.11 -u -W ignore -m uvicorn a', 'uvicorn (module) a'],
    ['python3 -um uvicorn a', 'uvicorn (module) a'],
    ['python -mhttp.server', 'http.server (module)'],
    ['"$PYTHON" -m uvicorn a', 'uvicorn (module) a'],
    [`\${PYTHON:-python3} app.py`, 'app.py (file)'],
    ['python src/manage.py runserver 0:1', 'manage.py (file) runserver 0:1'],
    ['./manage.py runserver', 'manage.py (file) runserver'],
    ['python -c "import x"'],
    ['python'],
    [
      'python -m debugpy --listen 0.0.0.0:5678 --wait-for-client -m uvicorn a',
      'debugpy (module) --listen 0.0.0.0:5678 --wait-for-client',
      'uvicorn (module) a',
    ],
    ['coverage run -m uvicorn a', 'coverage run -m uvicorn a'],
    ['python -m coverage run app.py', 'app.py (file)'],
    ['node --inspect=0.0.0.0:9229 -r dotenv/config server.js 1', 'node --inspect=0.0.0.0:9229', 'server.js (file) 1'],
    ['node --watch src/index.mjs', 'index.mjs (file) [development]'],
    ['node -e "x"'],
    ['node node_modules/.bin/next start', 'next start'],
    ['tsx watch src/a.ts', 'a.ts (file) [development]'],
    ['ts-node -P tsconfig.json src/a.ts', 'a.ts (file)'],
    ['nodemon src/a.js', 'a.js (file) [development]'],
    ['nodemon --watch src --exec "node -r x" a.ts', 'a.ts (file) [development]'],
    ['nodemon -x ts-node a.ts', 'a.ts (file) [development]'],
    ['bun run server.ts', 'server.ts (file)'],
    ['bun run dev', 'bun run dev'],
    ['bun --bun vite dev', 'vite dev'],
    ['bun x next dev', 'next dev'],
    ['bun --hot index.html', 'bun --hot index.html [development]'],
    ['deno run -A npm:vite@6 --host', 'vite --host'],
    ['deno serve --port 1 main.ts', 'deno serve --port 1 main.ts'],
    ['node --max-old-space-size=1 ./node_modules/@angular/cli/bin/ng.js serve', 'ng serve'],
    [
      'nodemon --inspect=0.0.0.0 -e ts src/a.js',
      'nodemon --inspect=0.0.0.0 [development]',
      'a.js (file) [development]',
    ],
    ["NODE_OPTIONS='--inspect=0.0.0.0 --no-warnings' next dev", 'next dev', 'node --inspect=0.0.0.0 --no-warnings'],
    ['tsup src/a.ts --watch --onSuccess "node dist/a.js"', 'a.js (file) [development]'],
    ['deno run -A main.ts', 'main.ts (file)'],
    ['pm2-runtime start app.js', 'app.js (file)'],
    ['sh -c "cd x && uvicorn a"', 'cd x', 'uvicorn a'],
    ["bash -lc 'uvicorn a'", 'uvicorn a'],
    ['bash -eo pipefail run.sh', 'run.sh (file)'],
  ] as const) {
    assert.deepEqual(starts(command).map(shown), expected, command);
  }
});

test('package runners are seen through, package scripts are not mistaken for programs', () => {
  for (const [command, ...expected] of [
    ['npx serve -l 3000', 'serve -l 3000'],
    ['npx -y serve@14 dist', 'serve dist'],
    ['npx @scope/serve@1 x', '@scope/serve x'],
    ['npm exec -- vite', 'vite'],
    ['pnpm exec vite', 'vite'],
    ['pnpm dlx vite@5', 'vite'],
    ['bunx vite', 'vite'],
    ['yarn vite --host', 'vite --host'],
    ['npm run dev -- --host', 'npm run dev -- --host'],
    ['npm start', 'npm start'],
    ['yarn serve', 'yarn serve'],
    ['yarn dev:web', 'yarn dev:web'],
    ['pnpm run dev', 'pnpm run dev'],
    ['pnpm --filter web dev', 'pnpm --filter web dev'],
    ['make run', 'make run'],
    ['concurrently -k -n a,b "npm run dev" "vite --port 1"', 'npm run dev', 'vite --port 1'],
  ] as const) {
    assert.deepEqual(starts(command).map(shown), expected, command);
  }
});

test('the environment of wrappers and assignments reaches the program', () => {
  const [found] = starts('A=1 env B=2 cross-env "C=3" uvicorn a');
  assert.deepEqual(
    found!.environment.map(({ name, value }) => `${name}=${value.value}`),
    ['A=1', 'B=2', 'C=3'],
  );
  const text = 'export HOST=::1\nsh -c "uvicorn a --port $P"';
  assert.equal(parseShell('run.sh', text).flatMap(unwrap)[0]!.program, 'uvicorn');
});

test('words of inner commands stand where they are written', () => {
  const text = `bash -lc 'uvicorn a --host "127.0.0.1"'`;
  const { args, programWord } = starts(text)[0]!;
  const at = ({ span }: { span: { start: number; end: number } }) => text.slice(span.start, span.end);
  assert.deepEqual([at(programWord), ...args.map(at)], ['uvicorn', 'a', '--host', '"127.0.0.1"']);
  const escaped = starts('sh -c "uvicorn a --host \\"x\\""')[0]!;
  assert.equal(escaped.line.opaque, true);
  assert.deepEqual(
    escaped.args.map(({ value }) => value),
    ['a', '--host', 'x'],
  );
});

const server: CommandShape = {
  host: ['-h', '--host'],
  port: ['-p', '--port'],
  unless: ['--uds'],
  debug: { flags: ['--reload'], means: 'reload' },
};
const binding: CommandShape = { address: ['-b', '--bind'], bare: 'host' };
const runserver: CommandShape = {
  words: ['runserver'],
  positional: { index: 0, holds: 'address' },
  valued: ['--settings'],
};

/** What a text becomes when a value is written at a slot. */
function filled(
  text: string,
  started: Started,
  shape: CommandShape,
  role: 'host' | 'port' | 'address',
  value: string,
): string | undefined {
  const slots = commandSlots(started, shape)!;
  const slot = role === 'address' ? slots.addresses[0] : slots[role];
  if (!slot?.frame) return undefined;
  const { before, after, quote } = slot.frame;
  return text.slice(0, slot.span.start) + before + quote + value + quote + after + text.slice(slot.span.end);
}

test('flags are found in every way they are written', () => {
  const values = (text: string) => {
    const slots = commandSlots(starts(text)[0]!, server)!;
    return [slots.host?.word?.value, slots.port?.word?.value];
  };
  assert.deepEqual(values('s --host 1.1.1.1 --port 80'), ['1.1.1.1', '80']);
  assert.deepEqual(values('s --host=1.1.1.1 -p80'), ['1.1.1.1', '80']);
  assert.deepEqual(values('s -p=80 a'), [undefined, '80']);
  assert.deepEqual(values('s --port 1 --port 2'), [undefined, '2']);
  assert.deepEqual(values('s --host "$HOST" --port $PORT'), ['$HOST', '$PORT']);
  assert.deepEqual(values('s -preload'), [undefined, undefined]);
  assert.deepEqual(values('s -- --port 1'), [undefined, undefined]);
  assert.deepEqual(
    commandSlots(starts('g -b 0.0.0.0:80 --bind [::]:80 a')[0]!, binding)!.addresses.map(({ word }) => word?.value),
    ['0.0.0.0:80', '[::]:80'],
  );
  assert.equal(commandSlots(starts('s --uds x')[0]!, server)!.elsewhere, true);
  assert.deepEqual(commandSlots(starts('s --reload')[0]!, server)!.debug, ['--reload']);
});

const serving: CommandShape = {
  host: ['--host'],
  port: ['--port'],
  optional: ['--host', '--open'],
  hostAlone: '::',
  except: ['build'],
  strictWith: ['--strict'],
};
const debugging: CommandShape = { address: ['--inspect'], attached: ['--inspect'], bare: 'either' };

test('a flag may stand without its value', () => {
  const host = (text: string) => {
    const slot = commandSlots(starts(text)[0]!, serving)?.host;
    return slot && (slot.alone ? 'alone' : (slot.word?.value ?? 'missing'));
  };
  assert.deepEqual(
    [
      's',
      's --host',
      's --host --port 1',
      's --host ::1',
      's --host=::1',
      's --open --host',
      's build',
      's a build',
    ].map(host),
    ['missing', 'alone', 'alone', '::1', '::1', 'alone', undefined, 'missing'],
  );
  const write = (text: string, shape: CommandShape, role: 'host' | 'address') =>
    filled(text, starts(text)[0]!, shape, role, 'Y');
  assert.equal(write('s --host --port 1', serving, 'host'), 's --host Y --port 1');
  assert.equal(write('s --inspect a.js', debugging, 'address'), 's --inspect=Y a.js');
  const exec = '["s", "--host", "--port", "1"]';
  assert.equal(
    filled(exec, unwrap(execForm('Dockerfile', exec, 0)!)[0]!, serving, 'host', 'Y'),
    '["s", "--host", "Y", "--port", "1"]',
  );
  assert.deepEqual(
    commandSlots(starts('s --inspect a --inspect=1')[0]!, debugging)!.addresses.map(({ word }) => word?.value),
    [undefined, '1'],
  );
  assert.deepEqual(
    ['s', 's --strict'].map((text) => commandSlots(starts(text)[0]!, serving)!.strict),
    [false, true],
  );
});

test('a value is written in place, or as a new flag behind the last argument', () => {
  const shell = (text: string, shape: CommandShape, role: 'host' | 'port' | 'address', value: string) =>
    filled(text, starts(text)[0]!, shape, role, value);
  assert.equal(shell('s a --host x b', server, 'host', 'Y'), 's a --host Y b');
  assert.equal(shell('s a --host="x" b', server, 'host', 'Y'), 's a --host="Y" b');
  assert.equal(shell("s a '--host=x' b", server, 'host', 'Y'), "s a '--host=Y' b");
  assert.equal(shell('s a b > log', server, 'host', 'Y'), 's a b --host Y > log');
  assert.equal(shell('s a "$@"', server, 'port', '8'), 's a --port 8 "$@"');
  assert.equal(shell('s', server, 'port', '8'), 's --port 8');
  assert.equal(shell('sh -c "s a" && b', server, 'port', '8'), 'sh -c "s a --port 8" && b');
  assert.equal(shell('sh -c "s \\"a\\""', server, 'port', '8'), undefined);
  assert.equal(shell('g a', binding, 'address', 'Y'), 'g a --bind Y');
  assert.equal(shell('python manage.py runserver', runserver, 'address', 'Y'), 'python manage.py runserver Y');
  const exec = (text: string) => filled(text, unwrap(execForm('Dockerfile', text, 0)!)[0]!, server, 'host', 'Y');
  assert.equal(exec('["s", "a"]'), '["s", "a", "--host", "Y"]');
  assert.equal(exec('["s", "--host=x", "a"]'), '["s", "--host=Y", "a"]');
  assert.equal(exec('["s", "--host", "x"]'), '["s", "--host", "Y"]');
  assert.equal(exec('["sh", "-c", "s a --port $PORT"]'), '["sh", "-c", "s a --port $PORT --host Y"]');
});

test('positional addresses stand behind the words that select the command', () => {
  const address = (text: string) =>
    commandSlots(starts(text)[0]!, runserver)?.addresses.map(
      ({ word, unknown }) => word?.value ?? (unknown ? '?' : ''),
    );
  assert.deepEqual(address('./manage.py runserver 0:8000'), ['0:8000']);
  assert.deepEqual(address('./manage.py runserver --settings x 0:8000'), ['0:8000']);
  assert.deepEqual(address('./manage.py --verbose runserver'), ['']);
  assert.deepEqual(address('./manage.py runserver --noreload 8000'), ['8000']);
  assert.equal(address('./manage.py migrate'), undefined);
  assert.equal(address('./manage.py shell runserver'), undefined);
});

test('arguments from outside make what is not written unknown', () => {
  const unknown = (text: string) => commandSlots(starts(text)[0]!, server)!.host!.unknown === true;
  assert.equal(unknown('s a'), false);
  assert.equal(unknown('s a "$@"'), true);
  assert.equal(unknown('s $UVICORN_ARGS'), true);
  assert.equal(unknown('s "$APP_MODULE" --port $PORT'), false);
  assert.equal(unknown('s $APP_MODULE'), false);
});

test('an address is cut outside its variables', () => {
  const cut = (text: string, bare: 'host' | 'port' = 'host') => {
    const word = starts(`s ${text}`)[0]!.args[0]!;
    const { host, port } = addressParts(word, bare);
    return [host?.value, port?.value, port?.span.start];
  };
  assert.deepEqual(cut('0.0.0.0:80'), ['0.0.0.0', '80', 10]);
  assert.deepEqual(cut(`"0.0.0.0:\${PORT:-80}"`), ['0.0.0.0', `\${PORT:-80}`, 11]);
  assert.deepEqual(cut('[::]:80'), ['[::]', '80', 7]);
  assert.deepEqual(cut(':80'), ['', '80', 3]);
  assert.deepEqual(cut('::1'), ['::1', undefined, undefined]);
  assert.deepEqual(cut('80', 'port'), [undefined, '80', 2]);
});
