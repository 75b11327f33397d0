import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Bind, Origin, Slot } from '../src/facts.ts';
import { analyze } from '../src/run.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';

/** A value as the tables write it: `0.0.0.0 literal`, `8000 env PORT`; `?` is unknown, `fixed` means that no user can change it. */
function shown(slot: Slot<string | number>): string {
  const value =
    slot.value === undefined ? (slot.written === undefined ? '?' : JSON.stringify(slot.written)) : slot.value;
  const plain = slot.origin.by === 'literal' || slot.origin.by === 'default' || slot.origin.by === 'unknown';
  const fixed = slot.fixed && !plain;
  const loose = !slot.fixed && plain;
  return [
    value === '' ? "''" : value,
    origin(slot.origin),
    ...(fixed ? ['fixed'] : []),
    ...(loose ? ['adjustable'] : []),
  ].join(' ');
}

function origin(from: Origin): string {
  if (from.by === 'env' || from.by === 'argument') return `${from.by} ${from.name}`;
  return from.by === 'config' ? `config ${from.path}` : from.by;
}

type Sources = string | Readonly<Record<string, string>>;

async function bindsIn(sources: Sources): Promise<readonly Bind[]> {
  const files = typeof sources === 'string' ? { 'app.py': sources } : sources;
  const texts = new Map(Object.entries(files).map(([file, text]) => [file, unindented(text)]));
  const { facts } = await analyze(textWorkspace(texts), { rules: {}, factsOnly: true, severity: () => 'off' } as never);
  return facts.binds.filter((bind) => bind.via === 'call');
}

/** Source texts stand indented in the tables. */
function unindented(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length));
  return `${lines.map((line) => line.slice(indent)).join('\n')}\n`;
}

interface Row {
  readonly of: string;
  readonly sources: Sources;
  /** Each different bind as `HOST | PORT`, in order. */
  readonly binds: readonly string[];
  /** The notes of the first bind's host, nearest to the bind first. */
  readonly chain?: readonly string[];
}

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const row of rows) {
      test(row.of, async () => {
        const binds = await bindsIn(row.sources);
        const found = binds.map((bind) => `${shown(bind.host)} | ${shown(bind.port)}`);
        assert.deepEqual([...new Set(found)], row.binds);
        if (row.chain)
          assert.deepEqual(
            binds[0]!.host.chain.map((step) => step.note),
            row.chain,
          );
      });
    }
  });
}

/** A program that runs uvicorn with `host` and `port` after the given lines. */
const app = (lines: string, host = 'host', port = '8000') =>
  `${unindented(lines)}\nimport uvicorn\nuvicorn.run(app, host=${host}, port=${port})\n`;

table('constants', [
  { of: 'written at the call', sources: app('', '"0.0.0.0"'), binds: ['0.0.0.0 literal | 8000 literal'], chain: [] },
  {
    of: 'a constant',
    sources: app('host = "0.0.0.0"'),
    binds: ['0.0.0.0 literal | 8000 literal'],
    chain: ['host is set here'],
  },
  {
    of: 'a constant of a constant',
    sources: app('ANY = "0.0.0.0"\nhost = ANY'),
    binds: ['0.0.0.0 literal | 8000 literal'],
    chain: ['host is set here', 'ANY is set here'],
  },
  {
    of: 'several names at once',
    sources: app('host, port = "0.0.0.0", 9000', 'host', 'port'),
    binds: ['0.0.0.0 literal | 9000 literal'],
  },
  {
    of: 'an expression assigned',
    sources: app('if (host := "0.0.0.0"):\n    pass'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'arithmetic',
    sources: app('BASE = 8000', '"0.0.0.0"', 'BASE + 80'),
    binds: ['0.0.0.0 literal | 8080 literal'],
  },
  {
    of: 'the last of several',
    sources: app('host = "127.0.0.1"\nhost = "0.0.0.0"'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'converted',
    sources: app('host = str("0.0.0.0")', 'host', 'int("9000")'),
    binds: ['0.0.0.0 literal | 9000 literal'],
  },
]);

table('branches', [
  {
    of: 'either of two is neither',
    sources: app('host = "0.0.0.0" if public else "127.0.0.1"'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'either of two in statements',
    sources: app('if public:\n    host = "0.0.0.0"\nelse:\n    host = "127.0.0.1"'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'both the same',
    sources: app('host = "0.0.0.0" if public else "0.0.0.0"'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'perhaps overwritten',
    sources: app('host = "127.0.0.1"\nif public:\n    host = "0.0.0.0"'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'perhaps set at all',
    sources: app('host = None\nif public:\n    host = "0.0.0.0"'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a match statement',
    sources: app('match mode:\n    case "a":\n        host = "0.0.0.0"\n    case _:\n        host = "127.0.0.1"'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'filled in where missing',
    sources: app('import os\nhost = os.environ.get("HOST")\nif not host:\n    host = "0.0.0.0"'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'filled in where None',
    sources: app('import os\nhost = os.environ.get("HOST")\nif host is None:\n    host = "0.0.0.0"'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'changed where it is something',
    sources: app('host = "localhost"\nif host == "localhost":\n    host = "0.0.0.0"'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'filled in only under a condition',
    sources: app('import os\nhost = os.environ.get("HOST")\nif public and not host:\n    host = "0.0.0.0"'),
    binds: ['? unknown adjustable | 8000 literal'],
  },
  {
    of: 'replaced where given',
    sources: app('import os\nhost = "0.0.0.0"\nif os.environ.get("HOST"):\n    host = os.environ["HOST"]'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'given or not, in statements',
    sources: app('import os\nif "HOST" in os.environ:\n    host = os.environ["HOST"]\nelse:\n    host = "0.0.0.0"'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'missing or not, in statements',
    sources: app('import os\nif "HOST" not in os.environ:\n    host = "0.0.0.0"\nelse:\n    host = os.environ["HOST"]'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'given or not, in an expression',
    sources: app('import os\nhost = os.environ["HOST"] if "HOST" in os.environ else "0.0.0.0"'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'missing or not, in an expression',
    sources: app('import os\nvalue = os.getenv("HOST")\nhost = "0.0.0.0" if value is None else value'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'another attribute decides',
    sources: app('host = settings.host if settings.public else "127.0.0.1"'),
    binds: ['? unknown adjustable | 8000 literal'],
  },
  {
    of: 'an argument of the program, if there is one',
    sources: app('import sys\nport = int(sys.argv[1]) if len(sys.argv) > 1 else 9000', '"0.0.0.0"', 'port'),
    binds: ['0.0.0.0 literal | 9000 argument argv[1]'],
  },
  {
    of: 'a lookup that may fail',
    sources: app(
      'import os\ntry:\n    port = int(os.environ["PORT"])\nexcept (KeyError, ValueError):\n    port = 9000',
      '"0.0.0.0"',
      'port',
    ),
    binds: ['0.0.0.0 literal | 9000 env PORT'],
  },
  {
    of: 'a branch that ends the program',
    sources: app('import sys\nhost = "0.0.0.0"\nif broken:\n    host = "127.0.0.1"\n    sys.exit(1)'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
]);

table('loops and changes', [
  {
    of: 'a loop variable',
    sources: {
      'app.py': 'import uvicorn\nfor port in (8000, 8001):\n    uvicorn.run(app, host="0.0.0.0", port=port)\n',
    },
    binds: ['0.0.0.0 literal | 8000 literal', '0.0.0.0 literal | 8001 literal'],
  },
  {
    of: 'changed by a loop after the call',
    sources: {
      'app.py':
        'import uvicorn\nport = 8000\nwhile True:\n    try:\n        uvicorn.run(app, host="0.0.0.0", port=port)\n    except SystemExit:\n        port += 1\n',
    },
    binds: ['0.0.0.0 literal | ? unknown'],
  },
  {
    of: 'counted up',
    sources: app('port = 8000\nport += 1', '"0.0.0.0"', 'port'),
    binds: ['0.0.0.0 literal | ? unknown'],
  },
  {
    of: 'set by another function',
    sources:
      'import uvicorn\nHOST = "127.0.0.1"\ndef configure(value):\n    global HOST\n    HOST = value\ndef main():\n    uvicorn.run(app, host=HOST, port=8000)\nmain()\n',
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'set by another function alone',
    sources:
      'import uvicorn\nHOST = None\ndef configure():\n    global HOST\n    HOST = "0.0.0.0"\ndef main():\n    configure()\n    uvicorn.run(app, host=HOST, port=8000)\nmain()\n',
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'set by the function itself',
    sources:
      'import uvicorn\nHOST = "127.0.0.1"\ndef main():\n    global HOST\n    HOST = "0.0.0.0"\n    uvicorn.run(app, host=HOST, port=8000)\nmain()\n',
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'a nonlocal name',
    sources:
      'import uvicorn\ndef main():\n    host = "127.0.0.1"\n    def widen(value):\n        nonlocal host\n        host = value\n    widen(x)\n    uvicorn.run(app, host=host, port=8000)\nmain()\n',
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a module-level name set from another module',
    sources: {
      'app.py': 'import uvicorn\nimport conf\nuvicorn.run(app, host=conf.HOST, port=8000)\n',
      'conf.py': 'HOST = "127.0.0.1"\n',
      'cli.py':
        'import uvicorn\nimport conf\ndef main(host):\n    conf.HOST = host\n    uvicorn.run(app, host=conf.HOST, port=9000)\n',
    },
    binds: ['? unknown | 8000 literal', '? unknown | 9000 literal'],
  },
  {
    of: 'a key set before',
    sources: app('options = {"host": "127.0.0.1"}\noptions["host"] = "0.0.0.0"', 'options["host"]'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'a key set after',
    sources: {
      'app.py':
        'import uvicorn\noptions = {"host": "127.0.0.1"}\nuvicorn.run(app, host=options["host"], port=8000)\noptions["host"] = "0.0.0.0"\n',
    },
    binds: ['127.0.0.1 literal | 8000 literal'],
  },
  {
    of: 'a key perhaps set',
    sources: app('options = {"host": "127.0.0.1"}\nif public:\n    options["host"] = "0.0.0.0"', 'options["host"]'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a key set in another function',
    sources:
      'import uvicorn\nOPTIONS = {"host": "127.0.0.1"}\ndef set_host(value):\n    OPTIONS["host"] = value\ndef main():\n    uvicorn.run(app, host=OPTIONS["host"], port=8000)\nmain()\n',
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a computed key',
    sources: app('options = {"host": "127.0.0.1"}\noptions[key] = value', 'options["host"]'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'updated with something unseen',
    sources: app('options = {"host": "127.0.0.1"}\noptions.update(load())', 'options["host"]'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'updated with a literal',
    sources: app('options = {"host": "127.0.0.1"}\noptions.update({"host": "0.0.0.0"})', 'options["host"]'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'updated by keyword',
    sources: app('options = {"host": "127.0.0.1"}\noptions.update(host="0.0.0.0")', 'options["host"]'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'updated with other keys',
    sources: app('options = {"host": "0.0.0.0"}\noptions.update({"debug": True})', 'options["host"]'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'a default put in',
    sources: app('options = {}\noptions.setdefault("host", "0.0.0.0")', 'options["host"]'),
    binds: ['0.0.0.0 literal | 8000 literal'],
  },
  {
    of: 'a key that nobody is seen to set',
    sources: app('options = {}', 'options["host"]'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a key of an attribute that starts empty',
    sources:
      'import uvicorn\nclass Server:\n    options = {}\n    def __init__(self, options):\n        Server.options = options\n    def run(self):\n        uvicorn.run(app, host=self.options["api"]["host"], port=8000)\nServer(load()).run()\n',
    binds: ['? config host | 8000 literal'],
  },
  {
    of: 'a default that comes too late',
    sources: app('options = {"host": "127.0.0.1"}\noptions.setdefault("host", "0.0.0.0")', 'options["host"]'),
    binds: ['127.0.0.1 literal | 8000 literal'],
  },
  {
    of: 'a list that grows',
    sources: app('hosts = ["127.0.0.1"]\nhosts.insert(0, value)', 'hosts[0]'),
    binds: ['? unknown | 8000 literal'],
  },
]);

const any = '0.0.0.0 literal | 8000 literal';
const both = (lines: string) => app(lines, 'host', 'port');

table('the environment', [
  {
    of: 'by get',
    sources: app('import os\nhost = os.environ.get("HOST", "0.0.0.0")'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
    chain: ['host is set here', 'variable HOST'],
  },
  {
    of: 'by getenv',
    sources: app('from os import getenv\nhost = getenv("HOST", "0.0.0.0")'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'by key, with nothing set',
    sources: app('import os\nhost = os.environ["HOST"]'),
    binds: ['? env HOST | 8000 literal'],
  },
  {
    of: 'converted',
    sources: app('import os', '"0.0.0.0"', 'int(os.environ.get("PORT", 9000))'),
    binds: ['0.0.0.0 literal | 9000 env PORT'],
  },
  {
    of: 'converted from text',
    sources: app('import os', '"0.0.0.0"', 'int(os.environ.get("PORT", "9000"))'),
    binds: ['0.0.0.0 literal | 9000 env PORT'],
  },
  {
    of: 'no number',
    sources: app('import os', '"0.0.0.0"', 'int(os.environ.get("PORT", "http"))'),
    binds: ['0.0.0.0 literal | "http" env PORT'],
  },
  {
    of: 'or',
    sources: app('import os\nhost = os.environ.get("HOST") or "0.0.0.0"'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'one variable after another',
    sources: app('import os\nhost = os.environ.get("HOST", os.environ.get("BIND", "0.0.0.0"))'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
    chain: ['host is set here', 'variable HOST', 'variable BIND'],
  },
  {
    of: 'a function that reads it',
    sources: app(
      'import os\ndef env(name, default=None):\n    return os.environ.get(name, default)\nhost = env("HOST", env("BIND", "0.0.0.0"))',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a constant name and default',
    sources: app('import os\nNAME = "HOST"\nANY = "0.0.0.0"\nhost = os.environ.get(NAME, ANY)'),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a .env file',
    sources: {
      'app.py': app('import os\nfrom dotenv import load_dotenv\nload_dotenv()\nhost = os.environ["HOST"]'),
      '.env': 'HOST=127.0.0.1\n',
    },
    binds: ['127.0.0.1 env HOST | 8000 literal'],
  },
  {
    of: 'dotenv_values of another file',
    sources: {
      'app.py': app('from dotenv import dotenv_values\nconfig = dotenv_values(".env.local")\nhost = config["HOST"]'),
      '.env': 'HOST=127.0.0.1\n',
    },
    binds: ['? env HOST | 8000 literal'],
  },
  {
    of: 'dotenv_values',
    sources: {
      'app.py': app('from dotenv import dotenv_values\nconfig = dotenv_values(".env")\nhost = config["HOST"]'),
      '.env': 'HOST=127.0.0.1\n',
    },
    binds: ['127.0.0.1 env HOST | 8000 literal'],
  },
  {
    of: 'environs',
    sources: both(
      'from environs import Env\nenv = Env()\nenv.read_env()\nhost = env.str("HOST", "0.0.0.0")\nport = env.int("PORT", 9000)',
    ),
    binds: ['0.0.0.0 env HOST | 9000 env PORT'],
  },
  {
    of: 'environs with a prefix',
    sources: both(
      'from environs import Env\nenv = Env()\nwith env.prefixed("APP_"):\n    host = env("HOST", "0.0.0.0")\n    port = env.int("PORT", default=9000)',
    ),
    binds: ['0.0.0.0 env APP_HOST | 9000 env APP_PORT'],
  },
  {
    of: 'django-environ',
    sources: both(
      'import environ\nenv = environ.Env()\nhost = env("HOST", default="0.0.0.0")\nport = env.int("PORT", default=9000)',
    ),
    binds: ['0.0.0.0 env HOST | 9000 env PORT'],
  },
  {
    of: 'django-environ with a scheme',
    sources: both(
      'import environ\nenv = environ.Env(HOST=(str, "0.0.0.0"), PORT=(int, 9000))\nhost = env("HOST")\nport = env("PORT")',
    ),
    binds: ['0.0.0.0 env HOST | 9000 env PORT'],
  },
  {
    of: 'decouple',
    sources: both(
      'from decouple import config\nhost = config("HOST", default="0.0.0.0")\nport = config("PORT", default="9000", cast=int)',
    ),
    binds: ['0.0.0.0 env HOST | 9000 env PORT'],
  },
  {
    of: 'starlette',
    sources: both(
      'from starlette.config import Config\nconfig = Config(".env")\nhost = config("HOST", default="0.0.0.0")\nport = config("PORT", cast=int, default=9000)',
    ),
    binds: ['0.0.0.0 env HOST | 9000 env PORT'],
  },
]);

table('functions', [
  {
    of: 'by place',
    sources: 'import uvicorn\ndef run(host, port):\n    uvicorn.run(app, host=host, port=port)\nrun("0.0.0.0", 8000)\n',
    binds: [any],
    chain: ['parameter host of run'],
  },
  {
    of: 'by name',
    sources:
      'import uvicorn\ndef run(host, port):\n    uvicorn.run(app, host=host, port=port)\nrun(port=8000, host="0.0.0.0")\n',
    binds: [any],
  },
  {
    of: 'the default of a parameter',
    sources: 'import uvicorn\ndef run(host="0.0.0.0", port=8000):\n    uvicorn.run(app, host=host, port=port)\nrun()\n',
    binds: [any],
    chain: ['default of parameter host of run'],
  },
  {
    of: 'a parameter that is filled in',
    sources:
      'import uvicorn\ndef run(host=None, port=8000):\n    if host is None:\n        host = "0.0.0.0"\n    uvicorn.run(app, host=host, port=port)\nrun()\n',
    binds: [any],
  },
  {
    of: 'a parameter or else',
    sources:
      'import uvicorn\ndef run(host=None, port=None):\n    uvicorn.run(app, host=host or "0.0.0.0", port=port or 8000)\nrun()\n',
    binds: [any],
  },
  {
    of: 'a parameter that nobody gives',
    sources: 'import uvicorn\ndef run(host, port):\n    uvicorn.run(app, host=host, port=port)\n',
    binds: ['? unknown | ? unknown'],
  },
  {
    of: 'two calls',
    sources: 'import uvicorn\ndef run(port):\n    uvicorn.run(app, host="0.0.0.0", port=port)\nrun(8000)\nrun(8001)\n',
    binds: [any, '0.0.0.0 literal | 8001 literal'],
  },
  {
    of: 'a call through another',
    sources:
      'import uvicorn\ndef run(host, port):\n    uvicorn.run(app, host=host, port=port)\ndef main(host="0.0.0.0"):\n    run(host, 8000)\nmain()\n',
    binds: [any],
    chain: ['parameter host of run', 'default of parameter host of main'],
  },
  {
    of: 'keywords passed on',
    sources: 'import uvicorn\ndef run(**kwargs):\n    uvicorn.run(app, **kwargs)\nrun(host="0.0.0.0", port=8000)\n',
    binds: [any],
  },
  {
    of: 'keywords that nobody gives',
    sources: 'import uvicorn\ndef run(**kwargs):\n    uvicorn.run(app, **kwargs)\n',
    binds: ['? unknown adjustable | ? unknown adjustable'],
  },
  {
    of: 'keywords with a default put in',
    sources:
      'import uvicorn\ndef run(**kwargs):\n    kwargs.setdefault("host", "0.0.0.0")\n    uvicorn.run(app, **kwargs)\nrun(port=8000)\n',
    binds: [any],
  },
  {
    of: 'a keyword taken out',
    sources:
      'import uvicorn\ndef run(**kwargs):\n    host = kwargs.pop("host", "0.0.0.0")\n    uvicorn.run(app, host=host, **kwargs)\nrun(port=8000)\n',
    binds: [any],
  },
  {
    of: 'arguments passed on',
    sources:
      'import uvicorn\ndef run(*args):\n    host, port = args\n    uvicorn.run(app, host=host, port=port)\nrun("0.0.0.0", 8000)\n',
    binds: [any],
  },
  {
    of: 'a mapping spread',
    sources: app('options = {"host": "0.0.0.0", "port": 8000}\nimport uvicorn\nuvicorn.run(app, **options)').replace(
      /\nimport uvicorn\nuvicorn.run.app, host=host.*/,
      '',
    ),
    binds: [any],
  },
  {
    of: 'a mapping spread, then changed',
    sources:
      'import uvicorn\noptions = dict(host="127.0.0.1", port=8000)\noptions["host"] = "0.0.0.0"\nuvicorn.run(app, **options)\n',
    binds: [any],
  },
  {
    of: 'mappings in mappings',
    sources:
      'import uvicorn\nbase = {"host": "127.0.0.1", "port": 8000}\nuvicorn.run(app, **{**base, "host": "0.0.0.0"})\n',
    binds: [any],
  },
  {
    of: 'something unseen spread over a mapping',
    sources: app('options = {"host": "127.0.0.1", **load()}', 'options["host"]'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'mappings joined',
    sources: app('options = {"host": "127.0.0.1"} | {"host": "0.0.0.0"}', 'options["host"]'),
    binds: [any],
  },
  { of: 'a copy', sources: app('base = {"host": "0.0.0.0"}\noptions = base.copy()', 'options["host"]'), binds: [any] },
  {
    of: 'a tuple spread',
    sources:
      'import uvicorn\ndef run(host, port):\n    uvicorn.run(app, host=host, port=port)\naddress = ("0.0.0.0", 8000)\nrun(*address)\n',
    binds: [any],
  },
  {
    of: 'what a function returns',
    sources: both('def address():\n    return "0.0.0.0", 8000\nhost, port = address()'),
    binds: [any],
    chain: ['host is set here'],
  },
  {
    of: 'either of two results',
    sources: app('def pick():\n    if public:\n        return "0.0.0.0"\n    return "127.0.0.1"\nhost = pick()'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a result where given',
    sources: app(
      'import os\ndef pick():\n    value = os.environ.get("HOST")\n    if value:\n        return value\n    return "0.0.0.0"\nhost = pick()',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a result where missing',
    sources: app(
      'import os\ndef pick():\n    value = os.environ.get("HOST")\n    if not value:\n        return "0.0.0.0"\n    return value\nhost = pick()',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a result where given, and another one else',
    sources: app(
      'import os\ndef pick():\n    if "HOST" in os.environ:\n        return os.environ["HOST"]\n    else:\n        return "0.0.0.0"\nhost = pick()',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a result where missing, and another one else',
    sources: app(
      'import os\ndef pick():\n    if not os.environ.get("HOST"):\n        return "0.0.0.0"\n    else:\n        return os.environ["HOST"]\nhost = pick()',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'two results that are equal',
    sources: app('def pick():\n    if public:\n        return "0.0.0.0"\n    return "0.0.0.0"\nhost = pick()'),
    binds: [any],
  },
  {
    of: 'a generator',
    sources: app('def pick():\n    yield "0.0.0.0"\nhost = pick()'),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a coroutine that is run',
    sources: both(
      'import asyncio\nasync def address():\n    return "0.0.0.0", 8000\nhost, port = asyncio.run(address())',
    ),
    binds: [any],
  },
  {
    of: 'a function inside a function',
    sources:
      'import uvicorn\ndef main(host="0.0.0.0"):\n    def serve():\n        uvicorn.run(app, host=host, port=8000)\n    serve()\nmain()\n',
    binds: [any],
  },
  { of: 'a lambda', sources: app('pick = lambda: "0.0.0.0"\nhost = pick()'), binds: [any] },
]);

table('texts', [
  { of: 'a template', sources: app('a = "0.0"\nhost = f"{a}.0.0"'), binds: [any] },
  {
    of: 'a template with a variable',
    sources: app('import os\nnet = os.environ.get("NET", "0.0")\nhost = f"{net}.0.0"'),
    binds: ['0.0.0.0 env NET | 8000 literal'],
  },
  { of: 'percent', sources: app('host = "%s.%d.0.0" % ("0", 0)'), binds: [any] },
  { of: 'percent by name', sources: app('host = "%(a)s.0.0" % {"a": "0.0"}'), binds: [any] },
  { of: 'format', sources: app('host = "{}.{}.0.{last}".format(0, "0", last=0)'), binds: [any] },
  { of: 'plus', sources: app('host = "0.0." + "0.0"'), binds: [any] },
  { of: 'join', sources: app('host = ".".join(["0", "0", "0", "0"])'), binds: [any] },
  { of: 'split', sources: both('address = "0.0.0.0:8000"\nhost, port = address.split(":")'), binds: [any] },
  {
    of: 'rsplit',
    sources: both('import os\naddress = os.environ.get("BIND", "0.0.0.0:8000")\nhost, port = address.rsplit(":", 1)'),
    binds: ['0.0.0.0 env BIND | 8000 env BIND'],
  },
  { of: 'partition', sources: both('host, _, port = "0.0.0.0:8000".partition(":")'), binds: [any] },
  {
    of: 'split and converted',
    sources: both('address = "0.0.0.0:8000"\nhost = address.split(":")[0]\nport = int(address.split(":")[1])'),
    binds: [any],
  },
  {
    of: 'something unseen split',
    sources: both('import os\nhost, port = os.environ["BIND"].split(":")'),
    binds: ['? env BIND | ? env BIND'],
  },
  {
    of: 'put together and split',
    sources: both(
      'import os\nport = os.environ.get("PORT", "8000")\naddress = f"0.0.0.0:{port}"\nhost, port = address.split(":")',
    ),
    binds: ['0.0.0.0 literal | 8000 env PORT'],
  },
  { of: 'stripped', sources: app('host = " 0.0.0.0 ".strip()'), binds: [any] },
]);

/** A program that serves what `bind` says. */
const serve = (lines: string, bind: string) =>
  `${unindented(lines)}\nimport asyncio\nfrom hypercorn.asyncio import serve\nfrom hypercorn.config import Config\nconfig = Config()\nconfig.bind = [${bind}]\nasyncio.run(serve(app, config))\n`;
const readPort = 'import os\nport = int(os.environ.get("PORT", 8000))\n';

table('texts of host and port', [
  { of: 'one text', sources: serve('', '"0.0.0.0:8000"'), binds: [any] },
  {
    of: 'a template',
    sources: serve(`${readPort}host = "0.0.0.0"`, 'f"{host}:{port}"'),
    binds: ['0.0.0.0 literal | 8000 env PORT'],
  },
  {
    of: 'percent',
    sources: serve(readPort, '"%s:%d" % ("0.0.0.0", port)'),
    binds: ['0.0.0.0 literal | 8000 env PORT'],
  },
  {
    of: 'format',
    sources: serve(readPort, '"{}:{}".format("0.0.0.0", port)'),
    binds: ['0.0.0.0 literal | 8000 env PORT'],
  },
  { of: 'plus', sources: serve(readPort, '"0.0.0.0:" + str(port)'), binds: ['0.0.0.0 literal | 8000 env PORT'] },
]);

table('classes', [
  {
    of: 'a class attribute',
    sources: app('class Config:\n    HOST = "0.0.0.0"\nhost = Config.HOST'),
    binds: [any],
    chain: ['host is set here', 'field HOST of Config'],
  },
  {
    of: 'an attribute of an object',
    sources: app('class Config:\n    host = "0.0.0.0"\nconfig = Config()\nhost = config.host'),
    binds: [any],
  },
  {
    of: 'set in the constructor',
    sources: app('class Config:\n    def __init__(self):\n        self.host = "0.0.0.0"\nhost = Config().host'),
    binds: [any],
  },
  {
    of: 'given to the constructor',
    sources: app(
      'class Config:\n    def __init__(self, host="127.0.0.1"):\n        self.host = host\nhost = Config("0.0.0.0").host',
    ),
    binds: [any],
  },
  {
    of: 'given by name',
    sources: app(
      'class Config:\n    def __init__(self, host="127.0.0.1"):\n        self.host = host\nhost = Config(host="0.0.0.0").host',
    ),
    binds: [any],
  },
  {
    of: 'filled in by the constructor',
    sources: app(
      'class Config:\n    def __init__(self, host=None):\n        self.host = host or "0.0.0.0"\nhost = Config().host',
    ),
    binds: [any],
  },
  {
    of: 'set in a branch of the constructor',
    sources: app(
      'class Config:\n    def __init__(self, host=None):\n        if host:\n            self.host = host\n        else:\n            self.host = "0.0.0.0"\nhost = Config().host',
    ),
    binds: [any],
  },
  {
    of: 'set again by another method',
    sources: app(
      'class Config:\n    def __init__(self):\n        self.host = "127.0.0.1"\n    def widen(self, host):\n        self.host = host\nhost = Config().host',
    ),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'None until a method sets it',
    sources: app(
      'class Config:\n    def __init__(self):\n        self.host = None\n    def load(self):\n        self.host = "0.0.0.0"\nconfig = Config()\nconfig.load()\nhost = config.host',
    ),
    binds: [any],
  },
  {
    of: 'set on the object before',
    sources: app('class Config:\n    host = "127.0.0.1"\nconfig = Config()\nconfig.host = "0.0.0.0"', 'config.host'),
    binds: [any],
    chain: ['config.host is set here'],
  },
  {
    of: 'set on the object by another function',
    sources:
      'import uvicorn\nclass Config:\n    host = "127.0.0.1"\nconfig = Config()\ndef widen(value):\n    config.host = value\ndef main():\n    uvicorn.run(app, host=config.host, port=8000)\nmain()\n',
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'overridden in a class below',
    sources: app(
      'class Base:\n    host = "127.0.0.1"\nclass Config(Base):\n    host = "0.0.0.0"\nhost = Config().host',
    ),
    binds: [any],
  },
  {
    of: 'taken from the class above',
    sources: app('class Base:\n    host = "0.0.0.0"\nclass Config(Base):\n    pass\nhost = Config().host'),
    binds: [any],
  },
  {
    of: 'set by the constructor above',
    sources: app(
      'class Base:\n    def __init__(self, host):\n        self.host = host\nclass Config(Base):\n    def __init__(self):\n        super().__init__(host="0.0.0.0")\nhost = Config().host',
    ),
    binds: [any],
  },
  {
    of: 'set by the named constructor above',
    sources: app(
      'class Base:\n    def __init__(self, host):\n        self.host = host\nclass Config(Base):\n    def __init__(self, host="0.0.0.0"):\n        Base.__init__(self, host)\nhost = Config().host',
    ),
    binds: [any],
  },
  {
    of: 'passed up with everything else',
    sources: app(
      'class Base:\n    def __init__(self, host, debug=False):\n        self.host = host\nclass Config(Base):\n    def __init__(self, **kwargs):\n        super().__init__(**kwargs)\nhost = Config(host="0.0.0.0").host',
    ),
    binds: [any],
  },
  {
    of: 'a method of the class above reads what is below',
    sources:
      'import uvicorn\nclass Base:\n    host = "127.0.0.1"\n    def run(self):\n        uvicorn.run(app, host=self.host, port=8000)\nclass Server(Base):\n    host = "0.0.0.0"\nServer().run()\n',
    binds: [any],
  },
  {
    of: 'a method called through super',
    sources:
      'import uvicorn\nclass Base:\n    def run(self, host):\n        uvicorn.run(app, host=host, port=8000)\nclass Server(Base):\n    def run(self):\n        super().run("0.0.0.0")\nServer().run()\n',
    binds: [any],
  },
  {
    of: 'a method of an object',
    sources:
      'import uvicorn\nclass Server:\n    def __init__(self, host, port):\n        self.host = host\n        self.port = port\n    def run(self):\n        uvicorn.run(app, host=self.host, port=self.port)\nserver = Server("0.0.0.0", 8000)\nserver.run()\n',
    binds: [any],
  },
  {
    of: 'two objects',
    sources:
      'import uvicorn\nclass Server:\n    def __init__(self, port):\n        self.port = port\n    def run(self):\n        uvicorn.run(app, host="0.0.0.0", port=self.port)\nServer(8000).run()\nServer(8001).run()\n',
    binds: [any, '0.0.0.0 literal | 8001 literal'],
  },
  {
    of: 'a property',
    sources: app('class Config:\n    @property\n    def host(self):\n        return "0.0.0.0"\nhost = Config().host'),
    binds: [any],
  },
  {
    of: 'a property with a setter',
    sources: app(
      'class Config:\n    @property\n    def host(self):\n        return self._host\n    @host.setter\n    def host(self, value):\n        self._host = value\n    def __init__(self):\n        self._host = "0.0.0.0"\nhost = Config().host',
    ),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a class inside a class',
    sources: app('class Config:\n    class Server:\n        host = "0.0.0.0"\nhost = Config.Server.host'),
    binds: [any],
  },
  {
    of: 'a member of an enumeration',
    sources: app('from enum import Enum\nclass Hosts(Enum):\n    ANY = "0.0.0.0"\nhost = Hosts.ANY.value'),
    binds: [any],
  },
  {
    of: 'a text enumeration',
    sources: app('from enum import StrEnum\nclass Hosts(StrEnum):\n    ANY = "0.0.0.0"\nhost = Hosts.ANY'),
    binds: [any],
  },
  {
    of: 'a dataclass',
    sources: both(
      'from dataclasses import dataclass, field\n@dataclass\nclass Config:\n    host: str = "0.0.0.0"\n    port: int = field(default=8000)\nconfig = Config()\nhost, port = config.host, config.port',
    ),
    binds: [any],
  },
  {
    of: 'a dataclass given by place',
    sources: both(
      'from dataclasses import dataclass\n@dataclass\nclass Config:\n    host: str\n    port: int = 9000\nconfig = Config("0.0.0.0", 8000)\nhost, port = config.host, config.port',
    ),
    binds: [any],
  },
  {
    of: 'a dataclass made of something unseen',
    sources: app(
      'from dataclasses import dataclass\n@dataclass\nclass Config:\n    host: str = "127.0.0.1"\nhost = Config(**load()).host',
    ),
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a dataclass with a factory',
    sources: app(
      'import os\nfrom dataclasses import dataclass, field\n@dataclass\nclass Config:\n    host: str = field(default_factory=lambda: os.environ.get("HOST", "0.0.0.0"))\nhost = Config().host',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a dataclass in a dataclass',
    sources: app(
      'from dataclasses import dataclass, field\n@dataclass\nclass Server:\n    host: str = "0.0.0.0"\n@dataclass\nclass Config:\n    server: Server = field(default_factory=Server)\nhost = Config().server.host',
    ),
    binds: [any],
  },
  {
    of: 'a class of attrs in a class of attrs',
    sources: app(
      'import attr\nfrom attr import Factory\n@attr.s(auto_attribs=True)\nclass Server:\n    host: str = "0.0.0.0"\n@attr.s(auto_attribs=True)\nclass Inner:\n    server: Server = attr.Factory(Server)\n@attr.s\nclass Config:\n    inner = attr.ib(default=Factory(Inner))\nhost = Config().inner.server.host',
    ),
    binds: [any],
  },
  {
    of: 'attrs',
    sources: both(
      'import attr\n@attr.s\nclass Config:\n    host = attr.ib(default="0.0.0.0")\n    port = attr.ib(default=8000)\nconfig = Config()\nhost, port = config.host, config.port',
    ),
    binds: [any],
  },
  {
    of: 'attrs with define',
    sources: app(
      'from attrs import define, field\n@define\nclass Config:\n    host: str = field(default="0.0.0.0")\nhost = Config().host',
    ),
    binds: [any],
  },
  {
    of: 'a named tuple',
    sources: both(
      'from typing import NamedTuple\nclass Address(NamedTuple):\n    host: str = "127.0.0.1"\n    port: int = 8000\naddress = Address("0.0.0.0")\nhost, port = address.host, address.port',
    ),
    binds: [any],
  },
  {
    of: 'namedtuple',
    sources: both(
      'from collections import namedtuple\nAddress = namedtuple("Address", "host port")\naddress = Address("0.0.0.0", port=8000)\nhost, port = address.host, address.port',
    ),
    binds: [any],
  },
  {
    of: 'a typed dictionary',
    sources: app(
      'from typing import TypedDict\nclass Options(TypedDict):\n    host: str\noptions = Options(host="0.0.0.0")',
      'options["host"]',
    ),
    binds: [any],
  },
  {
    of: 'a namespace',
    sources: app('from types import SimpleNamespace\nconfig = SimpleNamespace(host="0.0.0.0")\nhost = config.host'),
    binds: [any],
  },
  {
    of: 'getattr',
    sources: app('class Config:\n    host = "0.0.0.0"\nhost = getattr(Config, "host", "127.0.0.1")'),
    binds: [any],
  },
  {
    of: 'getattr of a module that has no such name',
    sources: {
      'app.py':
        'import uvicorn\nimport cfg\nuvicorn.run(app, host=getattr(cfg, "host", "127.0.0.1"), port=getattr(cfg, "port", 8000))\n',
      'cfg.py': 'port = 9000\n',
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'getattr of a module that may have any name',
    sources: {
      'app.py': 'import uvicorn\nimport cfg\nuvicorn.run(app, host=getattr(cfg, "host", "127.0.0.1"), port=8000)\n',
      'cfg.py': 'globals().update(load())\n',
    },
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'getattr of something unseen',
    sources: app(
      'def main(cfg):\n    import uvicorn\n    uvicorn.run(app, host=getattr(cfg, "host", "0.0.0.0"), port=8000)\n',
    ).replace(/\nimport uvicorn\nuvicorn.run.app, host=host.*/, ''),
    binds: ['0.0.0.0 config host | 8000 literal'],
  },
  {
    of: 'a class method',
    sources: app(
      'class Config:\n    HOST = "0.0.0.0"\n    @classmethod\n    def pick(cls):\n        return cls.HOST\nhost = Config.pick()',
    ),
    binds: [any],
  },
  {
    of: 'a static method',
    sources: app(
      'class Config:\n    @staticmethod\n    def pick(host):\n        return host\nhost = Config.pick("0.0.0.0")',
    ),
    binds: [any],
  },
]);

table('settings classes', [
  {
    of: 'pydantic',
    sources: both(
      'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = "0.0.0.0"\n    port: int = 8000\nsettings = Settings()\nhost, port = settings.host, settings.port',
    ),
    binds: ['0.0.0.0 env HOST | 8000 env PORT'],
  },
  {
    of: 'a prefix',
    sources: app(
      'from pydantic_settings import BaseSettings, SettingsConfigDict\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="APP_")\n    host: str = "0.0.0.0"\nhost = Settings().host',
    ),
    binds: ['0.0.0.0 env APP_HOST | 8000 literal'],
  },
  {
    of: 'a prefix in version 1',
    sources: app(
      'from pydantic import BaseSettings\nclass Settings(BaseSettings):\n    host: str = "0.0.0.0"\n    class Config:\n        env_prefix = "APP_"\nhost = Settings().host',
    ),
    binds: ['0.0.0.0 env APP_HOST | 8000 literal'],
  },
  {
    of: 'an alias',
    sources: app(
      'from pydantic import Field\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = Field("0.0.0.0", validation_alias="BIND_HOST")\nhost = Settings().host',
    ),
    binds: ['0.0.0.0 env BIND_HOST | 8000 literal'],
  },
  {
    of: 'one alias of several',
    sources: app(
      'from pydantic import Field, AliasChoices\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = Field(default="0.0.0.0", validation_alias=AliasChoices("BIND", "HOST"))\nhost = Settings().host',
    ),
    binds: ['0.0.0.0 env BIND | 8000 literal'],
  },
  {
    of: 'a variable in version 1',
    sources: app(
      'from pydantic import BaseSettings, Field\nclass Settings(BaseSettings):\n    host: str = Field("0.0.0.0", env="BIND_HOST")\nhost = Settings().host',
    ),
    binds: ['0.0.0.0 env BIND_HOST | 8000 literal'],
  },
  {
    of: 'a required field',
    sources: app(
      'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str\nhost = Settings().host',
    ),
    binds: ['? env HOST | 8000 literal'],
  },
  {
    of: 'a prefix of the class above',
    sources: app(
      'from pydantic_settings import BaseSettings\nclass Base(BaseSettings):\n    host: str = "0.0.0.0"\nclass Settings(Base):\n    model_config = {"env_prefix": "WEB_"}\nhost = Settings().host',
    ),
    binds: ['0.0.0.0 env WEB_HOST | 8000 literal'],
  },
  {
    of: 'an environment file',
    sources: {
      'app.py': app(
        'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = "127.0.0.1"\n    class Config:\n        env_file = ".env"\nhost = Settings().host',
      ),
      '.env': 'host=0.0.0.0\n',
    },
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a model in it',
    sources: app(
      'from pydantic import BaseModel\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\nclass Server(BaseModel):\n    host: str = "0.0.0.0"\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter="__")\n    server: Server = Server()\nhost = Settings().server.host',
    ),
    binds: ['0.0.0.0 env SERVER__HOST | 8000 literal'],
  },
  {
    of: 'given to the constructor',
    sources: app(
      'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = "127.0.0.1"\nhost = Settings(host="0.0.0.0").host',
    ),
    binds: [any],
  },
  {
    of: 'kept by a cached function',
    sources: app(
      'from functools import lru_cache\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = "0.0.0.0"\n@lru_cache\ndef get_settings():\n    return Settings()\nhost = get_settings().host',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a single object',
    sources: app(
      'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = "0.0.0.0"\n_settings = None\ndef get_settings():\n    global _settings\n    if _settings is None:\n        _settings = Settings()\n    return _settings\nhost = get_settings().host',
    ),
    binds: ['0.0.0.0 env HOST | 8000 literal'],
  },
  {
    of: 'a plain model',
    sources: app(
      'from pydantic import BaseModel\nclass Config(BaseModel):\n    host: str = "0.0.0.0"\nhost = Config().host',
    ),
    binds: [any],
  },
  {
    of: 'dumped',
    sources:
      'import uvicorn\nfrom pydantic import BaseModel\nclass Config(BaseModel):\n    host: str = "0.0.0.0"\n    port: int = 8000\nconfig = Config().model_dump()\nuvicorn.run(app, host=config["host"], port=config["port"])\n',
    binds: [any],
  },
]);

table('imports', [
  {
    of: 'a name',
    sources: { 'app.py': app('from conf import HOST', 'HOST'), 'conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
    chain: ['HOST is imported from conf.py', 'HOST is set here'],
  },
  {
    of: 'under another name',
    sources: { 'app.py': app('from conf import HOST as host'), 'conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
  },
  {
    of: 'a module',
    sources: { 'app.py': app('import conf', 'conf.HOST'), 'conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
  },
  {
    of: 'a module of a package under another name',
    sources: {
      'app.py': app('import pkg.conf as c', 'c.HOST'),
      'pkg/__init__.py': '',
      'pkg/conf.py': 'HOST = "0.0.0.0"\n',
    },
    binds: [any],
  },
  {
    of: 'a module of a folder without a file of its own',
    sources: { 'app.py': app('import pkg.conf', 'pkg.conf.HOST'), 'pkg/conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
  },
  {
    of: 'relative',
    sources: { 'pkg/app.py': app('from .conf import HOST', 'HOST'), 'pkg/conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
  },
  {
    of: 'relative, from above',
    sources: { 'pkg/web/app.py': app('from ..conf import HOST', 'HOST'), 'pkg/conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
  },
  {
    of: 'a module, relative',
    sources: { 'pkg/app.py': app('from . import conf', 'conf.HOST'), 'pkg/conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
  },
  {
    of: 'handed on by a package',
    sources: {
      'app.py': app('from pkg import HOST', 'HOST'),
      'pkg/__init__.py': 'from .conf import HOST\n',
      'pkg/conf.py': 'HOST = "0.0.0.0"\n',
    },
    binds: [any],
  },
  {
    of: 'handed on by a star',
    sources: {
      'app.py': app('from pkg import HOST', 'HOST'),
      'pkg/__init__.py': 'from .conf import *\n',
      'pkg/conf.py': 'HOST = "0.0.0.0"\n',
    },
    binds: [any],
  },
  {
    of: 'by a star',
    sources: { 'app.py': app('from conf import *', 'HOST'), 'conf.py': 'HOST = "0.0.0.0"\n' },
    binds: [any],
  },
  {
    of: 'from a src folder',
    sources: {
      'src/pkg/app.py': app('from pkg.conf import HOST', 'HOST'),
      'src/pkg/__init__.py': '',
      'src/pkg/conf.py': 'HOST = "0.0.0.0"\n',
    },
    binds: [any],
  },
  {
    of: 'one or the other',
    sources: {
      'app.py': app('try:\n    from local import HOST\nexcept ImportError:\n    HOST = "127.0.0.1"', 'HOST'),
      'local.py': 'HOST = "0.0.0.0"\n',
    },
    binds: [any],
  },
  {
    of: 'an object made in another module',
    sources: {
      'app.py': app('from conf import settings', 'settings.host'),
      'conf.py': 'class Settings:\n    host = "0.0.0.0"\nsettings = Settings()\n',
    },
    binds: [any],
  },
  {
    of: 'a function of another module',
    sources: {
      'app.py': app('from conf import pick', 'pick()'),
      'conf.py': 'def pick(host="0.0.0.0"):\n    return host\n',
    },
    binds: [any],
  },
  {
    of: 'by name, at run time',
    sources: {
      'app.py': app('import importlib\nconf = importlib.import_module("conf")', 'conf.HOST'),
      'conf.py': 'HOST = "0.0.0.0"\n',
    },
    binds: [any],
  },
  {
    of: 'modules that import each other',
    sources: { 'app.py': app('from conf import HOST', 'HOST'), 'conf.py': 'from app import HOST\n' },
    binds: ['? unknown | 8000 literal'],
  },
  {
    of: 'a name that two modules hand to each other',
    sources: {
      'app.py': `
        from flask import Flask
        from flask_socketio import SocketIO
        app = Flask(__name__)
        socketio = SocketIO(app)
        from sockets import socketio
        socketio.run(app, host="127.0.0.1", port=9000)
      `,
      'sockets.py': 'from app import app, socketio\n',
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'all names that two modules hand to each other',
    sources: {
      'run.py': 'from sockets import HOST, app, socketio\nsocketio.run(app, host=HOST, port=9000)\n',
      'app.py': `
        from flask import Flask
        from flask_socketio import SocketIO
        app = Flask(__name__)
        socketio = SocketIO(app)
        from sockets import *
      `,
      'sockets.py': 'from app import *\nfrom app import socketio\nHOST = "127.0.0.1"\n',
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
]);

table('options', [
  {
    of: 'parsers put into others',
    sources: {
      'app.py': `
        import argparse, uvicorn
        common = argparse.ArgumentParser(add_help=False)
        common.add_argument("--host", default="127.0.0.1")
        common.add_argument("--port", type=int, default=9000)
        parser = argparse.ArgumentParser()
        sub = parser.add_subparsers()
        serve = sub.add_parser("serve", parents=[common])
        def run(args):
            uvicorn.run("a:app", host=args.host, port=args.port)
        serve.set_defaults(func=run)
        a = parser.parse_args()
        a.func(a)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'commands with options of the same name',
    sources: {
      'app.py': `
        import argparse, uvicorn
        parser = argparse.ArgumentParser()
        sub = parser.add_subparsers(dest="cmd")
        serve = sub.add_parser("serve")
        serve.add_argument("--host", default="127.0.0.1")
        serve.add_argument("--port", type=int, default=9000)
        connect = sub.add_parser("connect")
        connect.add_argument("--host", default="10.0.0.1")
        connect.add_argument("--port", type=int, default=80)
        a = parser.parse_args()
        if a.cmd == "serve":
            uvicorn.run("a:app", host=a.host, port=a.port)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'a group, and another name',
    sources: {
      'app.py': `
        import argparse, uvicorn
        parser = argparse.ArgumentParser()
        g = parser.add_argument_group("server")
        g.add_argument("--bind-host", "-H", dest="bh", default="127.0.0.1")
        g.add_argument("-p", "--port", type=int, default=9000)
        a = parser.parse_args()
        uvicorn.run("a:app", host=a.bh, port=a.port)
      `,
    },
    binds: ['127.0.0.1 argument --bind-host | 9000 argument --port'],
  },
  {
    of: 'options added by a function',
    sources: {
      'app.py': `
        import argparse, uvicorn
        def add_server_args(p):
            p.add_argument("--host", default="127.0.0.1")
            p.add_argument("--port", type=int, default=9000)
        def main(argv=None):
            parser = argparse.ArgumentParser()
            add_server_args(parser)
            ns = parser.parse_args(argv)
            serve(**vars(ns))
        def serve(host, port):
            uvicorn.run("a:app", host=host, port=port)
        if __name__ == "__main__":
            main()
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'a command of a group',
    sources: {
      'app.py': `
        import click, uvicorn
        @click.group()
        def cli(): ...
        @cli.command()
        @click.option("--host", default="127.0.0.1")
        @click.option("-p", "--port", default=9000, type=int)
        def serve(host, port):
            uvicorn.run("a:app", host=host, port=port)
        if __name__ == "__main__":
            cli()
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'what a group hands to its commands',
    sources: {
      'app.py': `
        import click, uvicorn
        @click.group()
        @click.option("--host", default="127.0.0.1")
        @click.option("--port", default=9000)
        @click.pass_context
        def cli(ctx, host, port):
            ctx.obj = {"host": host, "port": port}
        @cli.command()
        @click.pass_context
        def serve(ctx):
            uvicorn.run("a:app", host=ctx.obj["host"], port=ctx.obj["port"])
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'an object that a group hands to its commands',
    sources: {
      'app.py': `
        import click, uvicorn
        class Config:
            def __init__(self, host, port):
                self.host = host
                self.port = port
        @click.group()
        @click.option("--host", default="127.0.0.1")
        @click.option("--port", default=9000)
        @click.pass_context
        def cli(ctx, host, port):
            ctx.obj = Config(host, port)
        @cli.command()
        @click.pass_obj
        def serve(cfg):
            uvicorn.run("a:app", host=cfg.host, port=cfg.port)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'options taken together',
    sources: {
      'app.py': `
        import click, uvicorn
        @click.command()
        @click.option("--host", default="127.0.0.1")
        @click.option("--port", default=9000)
        def serve(**kwargs):
            uvicorn.run("a:app", **kwargs)
        serve()
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'defaults of another module',
    sources: {
      'app.py': `
        import click, uvicorn
        from defaults import HOST, PORT
        @click.command(context_settings={"show_default": True})
        @click.option("--host", "bind_host", default=HOST, envvar="X_HOST")
        @click.option("--port", type=click.IntRange(1, 65535), default=PORT)
        def main(bind_host, port):
            uvicorn.run("a:app", host=bind_host, port=port)
        main()
      `,
      'defaults.py': `
        HOST = "127.0.0.1"
        PORT = 9000
      `,
    },
    binds: ['127.0.0.1 env X_HOST | 9000 argument --port'],
  },
  {
    of: 'typer with annotations',
    sources: {
      'app.py': `
        import typer, uvicorn
        from typing import Annotated
        app = typer.Typer()
        @app.command()
        def serve(host: Annotated[str, typer.Option("--host")] = "127.0.0.1", port: Annotated[int, typer.Option(envvar="P")] = 9000):
            uvicorn.run("a:app", host=host, port=port)
        app()
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 env P'],
  },
  {
    of: 'absl',
    sources: {
      'app.py': `
        from absl import app, flags
        import uvicorn
        FLAGS = flags.FLAGS
        flags.DEFINE_string("host", "127.0.0.1", "Host")
        _PORT = flags.DEFINE_integer("port", 9000, "Port")
        def main(argv):
            uvicorn.run("a:app", host=FLAGS.host, port=_PORT.value)
        if __name__ == "__main__":
            app.run(main)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'fire',
    sources: {
      'app.py': `
        import fire, uvicorn
        def serve(host="127.0.0.1", port=9000):
            uvicorn.run("a:app", host=host, port=port)
        if __name__ == "__main__":
            fire.Fire(serve)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'fire with a class',
    sources: {
      'app.py': `
        import fire, uvicorn
        class Commands:
            def serve(self, host="127.0.0.1", port=9000):
                uvicorn.run("a:app", host=host, port=port)
        if __name__ == "__main__":
            fire.Fire(Commands)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'docopt',
    sources: {
      'app.py': `
        """Serve.

        Usage:
          serve [--host=<host>] [--port=<port>]

        Options:
          --host=<host>  Host [default: 127.0.0.1]
          --port=<port>  Port [default: 9000]
        """
        from docopt import docopt
        import uvicorn
        args = docopt(__doc__)
        uvicorn.run("a:app", host=args["--host"], port=int(args["--port"]))
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'optparse',
    sources: {
      'app.py': `
        from optparse import OptionParser
        import uvicorn
        p = OptionParser()
        p.add_option("-H", "--host", dest="host", default="127.0.0.1")
        p.add_option("-p", "--port", dest="port", type="int", default=9000)
        (options, args) = p.parse_args()
        uvicorn.run("a:app", host=options.host, port=options.port)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'configargparse',
    sources: {
      'app.py': `
        import configargparse, uvicorn
        p = configargparse.ArgParser()
        p.add("--host", default="127.0.0.1", env_var="HOST")
        p.add_argument("--port", type=int, default=9000)
        o = p.parse_args()
        uvicorn.run("a:app", host=o.host, port=o.port)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'traitlets',
    sources: {
      'app.py': `
        from traitlets import Unicode, Integer
        from traitlets.config import Application
        import uvicorn
        class Serve(Application):
            ip = Unicode("127.0.0.1", help="ip").tag(config=True)
            port = Integer(9000).tag(config=True)
            def start(self):
                uvicorn.run("a:app", host=self.ip, port=self.port)
        Serve.launch_instance()
      `,
    },
    binds: ['127.0.0.1 config ip | 9000 config port'],
  },
  {
    of: 'tyro with a class',
    sources: {
      'app.py': `
        import tyro, uvicorn
        from dataclasses import dataclass
        @dataclass
        class Args:
            host: str = "127.0.0.1"
            port: int = 9000
        def main(args: Args):
            uvicorn.run("a:app", host=args.host, port=args.port)
        main(tyro.cli(Args))
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'tyro with a function',
    sources: {
      'app.py': `
        import tyro, uvicorn
        def main(host: str = "127.0.0.1", port: int = 9000):
            uvicorn.run("a:app", host=host, port=port)
        tyro.cli(main)
      `,
    },
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'options that are spread into the call',
    sources: `
      import argparse, uvicorn
      parser = argparse.ArgumentParser()
      parser.add_argument("--host", default="127.0.0.1")
      parser.add_argument("--port", type=int, default=9000)
      uvicorn.run("a:app", **vars(parser.parse_args()))
    `,
    binds: ['127.0.0.1 argument --host | 9000 argument --port'],
  },
  {
    of: 'options of which one alone is spread into the call',
    sources: `
      import argparse, uvicorn
      parser = argparse.ArgumentParser()
      parser.add_argument("--port", type=int, default=9000)
      given = vars(parser.parse_args())
      uvicorn.run("a:app", **given)
    `,
    binds: ['? unknown adjustable | 9000 argument --port'],
  },
]);

table('settings files', [
  {
    of: 'dynaconf',
    sources: {
      'app.py': `
        from dynaconf import Dynaconf
        import uvicorn
        settings = Dynaconf(envvar_prefix="APP", settings_files=["settings.toml", ".secrets.toml"])
        uvicorn.run("a:app", host=settings.host, port=settings.port)
      `,
      'settings.toml': `
        host = "127.0.0.1"
        port = 9000
      `,
    },
    binds: ['127.0.0.1 config host | 9000 config port'],
  },
  {
    of: 'dynaconf with several files, of which the later ones count',
    sources: {
      'app.py': `
        from dynaconf import Dynaconf
        import uvicorn
        settings = Dynaconf(settings_files=["settings.toml", "more.yaml"])
        uvicorn.run("a:app", host=settings.web.host, port=settings.web.port)
      `,
      'settings.toml': `
        [web]
        host = "127.0.0.1"
        port = 9000
      `,
      'more.yaml': `
        web:
          port: 9001
      `,
    },
    binds: ['127.0.0.1 config web.host | 9001 config web.port'],
  },
  {
    of: 'several files and [DEFAULT] of configparser',
    sources: {
      'app.py': `
        import configparser
        import uvicorn
        parser = configparser.ConfigParser()
        parser.read(["default.ini", "local.ini"])
        uvicorn.run("a:app", host=parser["web"]["host"], port=parser.getint("web", "port"))
        uvicorn.run("a:app", host=parser["other"]["host"], port=9002)
      `,
      'default.ini': `
        [DEFAULT]
        host = 127.0.0.1
        [web]
        port = 9000
      `,
      'local.ini': `
        [web]
        port = 9001
      `,
    },
    binds: ['127.0.0.1 config web.host | 9001 config web.port', '? config other.host | 9002 literal'],
  },
  {
    of: 'dynaconf with environments',
    sources: {
      'app.py': `
        from config import settings
        import uvicorn
        uvicorn.run("a:app", host=settings.SERVER.HOST, port=settings.SERVER.PORT)
      `,
      'config.py': `
        from dynaconf import Dynaconf
        settings = Dynaconf(settings_files=["settings.toml"], environments=True)
      `,
      'settings.toml': `
        [default]
        debug = false
        [default.server]
        host = "127.0.0.1"
        port = 9000
      `,
    },
    binds: ['127.0.0.1 config SERVER.HOST | 9000 config SERVER.PORT'],
  },
  {
    of: 'configparser',
    sources: {
      'app.py': `
        import configparser, uvicorn
        cp = configparser.ConfigParser()
        cp.read("app.ini")
        uvicorn.run("a:app", host=cp["server"]["host"], port=cp.getint("server", "port"))
      `,
      'app.ini': `
        [server]
        host = 127.0.0.1
        port = 9000
      `,
    },
    binds: ['127.0.0.1 config server.host | 9000 config server.port'],
  },
  {
    of: 'configparser with fallbacks',
    sources: {
      'app.py': `
        import configparser, uvicorn
        cp = configparser.ConfigParser()
        cp.read("app.ini")
        sec = cp["server"]
        uvicorn.run("a:app", host=cp.get("server", "host", fallback="127.0.0.1"), port=sec.getint("port", 9000))
      `,
    },
    binds: ['127.0.0.1 config server.host | 9000 config server.port'],
  },
  {
    of: 'hydra',
    sources: {
      'app.py': `
        import hydra, uvicorn
        from omegaconf import DictConfig
        @hydra.main(config_path="conf", config_name="config", version_base=None)
        def main(cfg: DictConfig):
            uvicorn.run("a:app", host=cfg.server.host, port=cfg.server.port)
        main()
      `,
      'conf/config.yaml': `
        server:
          host: 127.0.0.1
          port: 9000
      `,
    },
    binds: ['127.0.0.1 config server.host | 9000 config server.port'],
  },
  {
    of: 'the settings of dynaconf itself, in sections for environments',
    sources: {
      'app.py': `
        from dynaconf import settings
        import uvicorn
        uvicorn.run("a:app", host=settings.HOST, port=settings.get("PORT", 8000))
      `,
      'settings.toml': `
        [default]
        host = "127.0.0.1"
        port = 9000
        [production]
        port = 9001
      `,
    },
    binds: ['127.0.0.1 config HOST | ? config PORT'],
  },
  {
    of: 'dynaconf without files',
    sources: {
      'app.py': `
        from dynaconf import Dynaconf
        import uvicorn
        settings = Dynaconf(envvar_prefix="APP")
        uvicorn.run("a:app", host=settings.host, port=settings.port)
      `,
      'settings.toml': `
        host = "127.0.0.1"
        port = 9000
      `,
    },
    binds: ['? config host | ? config port'],
  },
  {
    of: "Flask's configuration as dynaconf's settings",
    sources: {
      'app.py': `
        from dynaconf import FlaskDynaconf
        from flask import Flask
        app = Flask(__name__)
        FlaskDynaconf(app)
        app.run(host=app.config["HOST"], port=app.config.PORT)
      `,
      'settings.toml': `
        [default]
        host = "127.0.0.1"
        port = 9000
      `,
      '.secrets.toml': `
        [default]
        PORT = 9001
      `,
    },
    binds: ['127.0.0.1 config HOST | 9001 config PORT'],
  },
  {
    of: "Flask's configuration as dynaconf's settings, from files that are named",
    sources: {
      'app.py': `
        from flask import Flask
        from configuration import init_app
        app = Flask(__name__)
        init_app(app)
        app.run(host=app.config.get("HOST", "0.0.0.0"), port=app.config.PORT)
      `,
      'configuration.py': `
        import dynaconf
        def init_app(app):
            dynaconf.FlaskDynaconf(app, SETTINGS_FILES=["conf.yaml", "other.yaml"])
      `,
      'conf.yaml': `
        default:
          HOST: 127.0.0.1
          PORT: 9000
        production:
          PORT: 9001
      `,
    },
    binds: ['127.0.0.1 config HOST | ? config PORT'],
  },
  {
    of: 'hydra with a defaults list',
    sources: {
      'app.py': `
        import hydra, uvicorn
        from omegaconf import DictConfig
        @hydra.main(config_path="conf", config_name="config", version_base=None)
        def main(cfg: DictConfig):
            uvicorn.run("a:app", host=cfg.server.host, port=cfg.server.port)
        main()
      `,
      'conf/config.yaml': `
        defaults:
          - base
          - server: local
          - override hydra/job_logging: disabled
        server:
          port: 9001
      `,
      'conf/base.yaml': `
        server:
          host: 0.0.0.0
          port: 1
      `,
      'conf/server/local.yaml': `
        host: 127.0.0.1
        port: 9000
      `,
    },
    binds: ['127.0.0.1 config server.host | 9001 config server.port'],
  },
  {
    of: 'hydra with itself first in the list, packages and a file for all',
    sources: {
      'app.py': `
        import hydra, uvicorn
        @hydra.main(config_path="conf", config_name="config", version_base=None)
        def main(cfg):
            uvicorn.run("a:app", host=cfg.web.host, port=cfg.web.port)
        main()
      `,
      'conf/config.yaml': `
        defaults:
          - _self_
          - server@web: local
          - env: dev
        web:
          port: 9001
      `,
      'conf/server/local.yaml': `
        host: 127.0.0.1
        port: 9000
      `,
      'conf/env/dev.yaml': `
        # @package _global_
        web:
          host: 127.0.0.2
      `,
    },
    binds: ['127.0.0.2 config web.host | 9000 config web.port'],
  },
  {
    of: 'hydra with a choice that cannot be seen',
    sources: {
      'app.py': `
        import hydra, uvicorn
        @hydra.main(config_path="conf", config_name="config", version_base=None)
        def main(cfg):
            uvicorn.run("a:app", host=cfg.server.host, port=cfg.server.port)
        main()
      `,
      'conf/config.yaml': `
        defaults:
          - server: \${oc.env:STAGE}
      `,
      'conf/server/local.yaml': `
        host: 127.0.0.1
        port: 9000
      `,
    },
    binds: ['? config server | ? config server'],
  },
  {
    of: 'hydra with a class',
    sources: {
      'app.py': `
        import hydra, uvicorn
        from dataclasses import dataclass
        from hydra.core.config_store import ConfigStore
        @dataclass
        class Cfg:
            host: str = "127.0.0.1"
            port: int = 9000
        cs = ConfigStore.instance()
        cs.store(name="config", node=Cfg)
        @hydra.main(config_name="config", version_base=None)
        def main(cfg: Cfg):
            uvicorn.run("a:app", host=cfg.host, port=cfg.port)
        main()
      `,
    },
    binds: ['127.0.0.1 config host | 9000 config port'],
  },
  {
    of: 'OmegaConf with the command line',
    sources: {
      'app.py': `
        from omegaconf import OmegaConf
        import uvicorn
        base = OmegaConf.create({"server": {"host": "127.0.0.1", "port": 9000}})
        cli = OmegaConf.from_cli()
        cfg = OmegaConf.merge(base, cli)
        uvicorn.run("a:app", host=cfg.server.host, port=cfg.server.port)
      `,
    },
    binds: ['127.0.0.1 argument key=value | 9000 argument key=value'],
  },
  {
    of: 'OmegaConf with classes',
    sources: {
      'app.py': `
        from dataclasses import dataclass, field
        from omegaconf import OmegaConf
        import uvicorn
        @dataclass
        class Server:
            host: str = "127.0.0.1"
            port: int = 9000
        @dataclass
        class Cfg:
            server: Server = field(default_factory=Server)
        cfg = OmegaConf.structured(Cfg)
        uvicorn.run("a:app", host=cfg.server.host, port=cfg.server.port)
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'OmegaConf with a file',
    sources: {
      'app.py': `
        from omegaconf import OmegaConf
        import uvicorn
        cfg = OmegaConf.load("conf/app.yaml")
        uvicorn.run("a:app", host=cfg.server.host, port=cfg.server.port)
      `,
      'conf/app.yaml': `
        server:
          host: 127.0.0.1
          port: 9000
      `,
    },
    binds: ['127.0.0.1 config server.host | 9000 config server.port'],
  },
  {
    of: 'configobj',
    sources: {
      'app.py': `
        from configobj import ConfigObj
        import uvicorn
        cfg = ConfigObj("app.ini")
        uvicorn.run("a:app", host=cfg["server"]["host"], port=cfg["server"].as_int("port"))
      `,
      'app.ini': `
        [server]
        host = 127.0.0.1
        port = 9000
      `,
    },
    binds: ['127.0.0.1 config server.host | 9000 config server.port'],
  },
  {
    of: 'tomllib',
    sources: {
      'app.py': `
        import tomllib, uvicorn
        def load():
            with open("config.toml", "rb") as f:
                return tomllib.load(f)
        cfg = load()["server"]
        uvicorn.run("a:app", host=cfg["host"], port=cfg.get("port", 1))
      `,
      'config.toml': `
        [server]
        host = "127.0.0.1"
        port = 9000
      `,
    },
    binds: ['127.0.0.1 config server.host | 9000 config server.port'],
  },
  {
    of: 'a file that only the code names',
    sources: {
      'app.py': `
        import yaml, uvicorn
        cfg = yaml.safe_load(open("c.yaml"))
        uvicorn.run("a:app", host=cfg.get("server", {}).get("host", "1.2.3.4"), port=cfg["server"]["port"])
      `,
      'c.yaml': `
        server: &s
          host: 127.0.0.1
          port: 9000
      `,
    },
    binds: ['127.0.0.1 config server.host | 9000 config server.port'],
  },
]);

table('web frameworks', [
  {
    of: 'a class by name',
    sources: {
      'app.py': `
        from flask import Flask
        app = Flask(__name__)
        app.config.from_object("conf.Production")
        if __name__ == "__main__":
            app.run(host=app.config["HOST"], port=app.config["PORT"])
      `,
      'conf.py': `
        class Base:
            HOST = "127.0.0.1"
            PORT = 5000
        class Production(Base):
            PORT = 9000
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'a class',
    sources: {
      'app.py': `
        from flask import Flask
        from conf import Production
        app = Flask(__name__)
        app.config.from_object(Production)
        if __name__ == "__main__":
            app.run(host=app.config.get("HOST"), port=app.config.get("PORT"))
      `,
      'conf.py': `
        class Base(object):
            HOST = "127.0.0.1"
        class Production(Base):
            PORT = 9000
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'keywords',
    sources: {
      'app.py': `
        from flask import Flask
        app = Flask(__name__)
        app.config.update(HOST="127.0.0.1", PORT=9000)
        if __name__ == "__main__":
            app.run(app.config["HOST"], app.config["PORT"])
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'a file of code',
    sources: {
      'app.py': `
        from flask import Flask
        app = Flask(__name__)
        app.config.from_pyfile("settings.py")
        if __name__ == "__main__":
            app.run(app.config["HOST"], app.config["PORT"])
      `,
      'settings.py': `
        HOST = "127.0.0.1"
        PORT = 9000
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'settings of Django',
    sources: {
      'app.py': `
        import os
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")
        from django.conf import settings
        import uvicorn
        def main():
            uvicorn.run("a:app", host=settings.LISTEN_HOST, port=getattr(settings, "LISTEN_PORT", 9000))
        main()
      `,
      'proj/settings.py': `
        import os
        LISTEN_HOST = os.environ.get("LISTEN_HOST", "127.0.0.1")
        DEBUG = True
      `,
      'proj//init/.py': '',
    },
    binds: ['127.0.0.1 env LISTEN_HOST | 9000 config LISTEN_PORT'],
  },
]);

table('more ways', [
  {
    of: 'arguments given ahead',
    sources: {
      'app.py': `
        import functools, uvicorn
        run = functools.partial(uvicorn.run, "a:app", host="127.0.0.1")
        run(port=9000)
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'a constructor that calls the one of the framework',
    sources: {
      'app.py': `
        from http.server import HTTPServer, BaseHTTPRequestHandler
        class MyServer(HTTPServer):
            def __init__(self, host="127.0.0.1", port=9000):
                super().__init__((host, port), BaseHTTPRequestHandler)
        MyServer().serve_forever()
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'parts of an address',
    sources: {
      'app.py': `
        from urllib.parse import urlparse
        import uvicorn
        u = urlparse("http://127.0.0.1:9000")
        uvicorn.run("a:app", host=u.hostname, port=u.port)
      `,
    },
    binds: ['127.0.0.1 literal | 9000 literal'],
  },
  {
    of: 'one of two results',
    sources: {
      'app.py': `
        import asyncio
        def parse_addr(s, default_port=9000):
            host, sep, port = s.rpartition(":")
            if not sep:
                return s, default_port
            return host, int(port)
        async def main():
            await asyncio.start_server(None, *parse_addr("127.0.0.1:9000"))
        asyncio.run(main())
      `,
    },
    binds: ['? unknown adjustable | ? unknown adjustable'],
  },
  {
    of: 'environs as text',
    sources: {
      'app.py': `
        from environs import env
        import uvicorn
        uvicorn.run("a:app", host=env.str("HOST", "127.0.0.1"), port=env.int("PORT", 9000))
      `,
    },
    binds: ['127.0.0.1 env HOST | 9000 env PORT'],
  },
]);

table('files that are asked for', [
  {
    of: 'one of the machine may be there or not, one of the project is',
    sources: `
      import os, uvicorn
      def inside():
          if os.path.exists("/.dockerenv"):
              return "0.0.0.0"
          return "127.0.0.1"
      def configured():
          if os.path.exists("settings.ini"):
              return "0.0.0.0"
          return "127.0.0.1"
      uvicorn.run("a:app", host=inside(), port=8000)
      uvicorn.run("a:app", host=configured(), port=8001)
    `,
    binds: ['? unknown | 8000 literal', '0.0.0.0 literal | 8001 literal'],
  },
]);

test('modules of JavaScript may take over from each other in a circle', async () => {
  const binds = await bindsIn({
    'main.js': `
      import express from 'express';
      import { host, missing, port } from './a.js';
      express().listen(port, host);
      express().listen(3000, missing);
    `,
    'a.js': `
      export * from './b.js';
      export { port } from './b.js';
    `,
    'b.js': `
      export * from './a.js';
      export { port } from './a.js';
      export const host = '127.0.0.1';
    `,
  });
  assert.deepEqual(
    binds.map((bind) => `${shown(bind.host)} | ${shown(bind.port)}`),
    ['127.0.0.1 literal | ? unknown', '? unknown | 3000 literal'],
  );
});
