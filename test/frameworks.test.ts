import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import javascript from '../generated/javascript.ts';
import programs from '../generated/program.ts';
import python from '../generated/python.ts';
import type { CallShape, CommandShape, Framework, Variables, Where } from '../src/framework.ts';
import { parsePage } from '../src/testing/pages.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

type Command = CommandShape & { readonly program: string | readonly string[] };
type Entry =
  | { readonly place: string; readonly framework: Framework; readonly call: CallShape; readonly command?: never }
  | { readonly place: string; readonly framework: Framework; readonly command: Command; readonly call?: never };

const many = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const catalogue: readonly (readonly [file: string, framework: Framework])[] = [
  ...Object.entries(python).map(([word, framework]) => [`python/${word}`, framework] as const),
  ...Object.entries(javascript).map(([word, framework]) => [`javascript/${word}`, framework] as const),
  ...Object.entries(programs).map(([word, framework]) => [`program/${word}`, framework] as const),
];

const entries: readonly Entry[] = catalogue.flatMap(([file, framework]) => [
  ...(framework.calls ?? []).map((call): Entry => ({ place: `${file}: ${many(call.call)[0]}`, framework, call })),
  ...(framework.commands ?? []).map(
    (command): Entry => ({
      place: `${file}: ${[many(command.program)[0], ...(command.words ?? [])].join(' ')}`,
      framework,
      command,
    }),
  ),
]);

/** Fails with every place that is wrong, not with the first. */
function assertNone(wrong: readonly string[]): void {
  assert.deepEqual(wrong, []);
}

const unique = (names: readonly string[]) => [...new Set(names)].sort();
const repeated = (names: readonly string[]) => unique(names.filter((name, index) => names.indexOf(name) !== index));

/** Default host and port of an entry; undefined where it has to be given, or is not known. */
function defaultAddress(
  framework: Framework,
  shape: CallShape | CommandShape,
): [string | undefined, number | undefined] {
  const { host, port } = { ...framework.defaults, ...shape.defaults };
  const given = shape.required ?? [];
  return [given.includes('host') ? undefined : host, given.includes('port') ? undefined : port];
}

describe('the catalogue', () => {
  test('there is one', () => {
    assert.ok(Object.keys(python).length >= 70);
    assert.ok(entries.length >= 120);
  });

  test('a framework says how it is known and where that is written', () => {
    for (const [file, framework] of catalogue) {
      assert.ok(framework.name.trim() === framework.name && framework.name !== '', file);
      assert.equal(new URL(framework.docs).protocol, 'https:', file);
      const known = 'measured' in framework.evidence ? framework.evidence.measured : framework.evidence.source;
      assert.match(known, /\S/, file);
      assert.ok(
        [framework.calls, framework.commands, framework.images].some((list) => (list?.length ?? 0) > 0),
        `${file} says nothing`,
      );
    }
  });

  test('an entry has a host and a port: written, given or by default', () => {
    const parts = (['host', 'port'] as const).flatMap((role) =>
      entries.flatMap(({ place, framework, call, command }) => {
        const shape = call ?? command;
        const written =
          (call ? many<Where>(call[role]).length : (command.host ?? []).length) > 0 ||
          many(shape.address as Where | readonly Where[] | undefined).length > 0 ||
          command?.positional !== undefined ||
          command?.settings !== undefined;
        const byDefault = { ...framework.defaults, ...shape.defaults }[role] !== undefined;
        return written || byDefault || shape.required?.includes(role) ? [] : [`${place}: ${role}`];
      }),
    );
    assertNone(parts);
  });

  test('what has to be given is a place in the call or on the command line', () => {
    assertNone(
      entries.flatMap(({ place, call, command }) =>
        ((call ?? command).required ?? [])
          .filter(
            (role) =>
              !(call ?? command)[role] && !(call ?? command).address && !command?.positional && !command?.settings,
          )
          .map((role) => `${place}: ${role}`),
      ),
    );
  });

  test('a word belongs to one catalogue, or to a library of each language', () => {
    for (const frameworks of [python, javascript])
      assertNone(repeated([frameworks, programs].flatMap((one) => Object.keys(one))));
    const both = Object.keys(javascript).filter((word) => Object.hasOwn(python, word));
    // Which of two programs of one name is meant, a command does not say.
    assertNone(both.filter((word) => (javascript as Readonly<Record<string, Framework>>)[word]?.commands));
  });

  test('flags that may stand alone are flags of the command, and say what that means', () => {
    for (const { place, command } of entries) {
      const { host = [], address = [], port = [], only, attached = [], optional = [], hostAlone } = command ?? {};
      const own = [...host, ...address, ...port, ...(only?.flags ?? [])];
      assertNone(attached.filter((flag) => !own.includes(flag)).map((flag) => `${place}: ${flag}`));
      assert.equal(
        hostAlone !== undefined,
        host.some((flag) => optional.includes(flag)),
        place,
      );
    }
  });

  test('ports are ports, and hosts are addresses or names', () => {
    for (const { place, framework, call, command } of entries) {
      const shape = call ?? command;
      const every = [framework.defaults, shape.defaults ?? {}, ...(shape.defaultsWith ?? [])];
      for (const { host, port } of every) {
        assert.ok(port === undefined || (Number.isInteger(port) && port >= 0 && port < 65_536), place);
        assert.match(host ?? '', /^([0-9.]+|[0-9a-f:]+|localhost|)$/, place);
      }
    }
  });

  test('every entry is told apart from its neighbours', () => {
    for (const [file, framework] of catalogue) {
      const told = [...(framework.calls ?? []), ...(framework.commands ?? [])].map(({ entry }) => entry ?? '');
      assertNone(told.filter((entry) => entry === '').map(() => `${file}: an entry without a name`));
      assertNone(repeated(told).map((entry) => `${file}: ${entry}`));
    }
  });

  test('a call belongs to one entry', () => {
    for (const frameworks of [python, javascript]) {
      assertNone(
        repeated(Object.values(frameworks).flatMap(({ calls }) => (calls ?? []).flatMap((one) => many(one.call)))),
      );
    }
  });

  test('what is known of a taken port ends in a row that always holds', () => {
    for (const { place, call, command } of entries) {
      for (const [index, row] of (call?.failure ?? []).entries()) {
        assert.equal(row.when !== undefined, index < call!.failure!.length - 1, place);
        assert.ok(row.caughtBy === undefined || row.caughtBy[0] === row.raises, place);
        assert.match(row.when?.range ?? '>=1', /^(>=|<)\d+(\.\d+)*$/, place);
      }
      if (command?.failure) {
        assert.equal(command.failure.silent, command.failure.exit === 0 || command.failure.exit === undefined, place);
        assert.match(command.failure.how, /^[^A-Z].*[^.]$/, place);
      }
    }
  });

  test('reasons and advice read as part of a message', () => {
    const texts = [
      ...catalogue.map(([file, { advice }]) => [file, advice] as const),
      ...entries.map(({ place, call, command }) => [place, (call ?? command).guarded] as const),
    ];
    for (const [place, text] of texts) assert.match(text ?? 'none', /^\S.*[^.\s]$/, place);
  });

  test('variables of entries are the variables of their framework', () => {
    const kinds = ['host', 'port', 'address', 'arguments'] as const;
    const listed = (variables: Variables | undefined) =>
      kinds.flatMap((kind) => (variables?.[kind] ?? []).map((name) => `${kind} ${name}`));
    for (const [file, framework] of catalogue) {
      const read = [...(framework.calls ?? []), ...(framework.commands ?? [])].flatMap((one) =>
        listed(one.environment),
      );
      assert.deepEqual(unique(read), unique(listed(framework.environment)), file);
    }
  });
});

for (const [folder, frameworks, endings] of [
  ['python', python, /\.py$/],
  ['javascript', javascript, /\.[cm]?[jt]sx?$/],
] as const) {
  describe(`the pages of the ${folder} catalogue`, () => {
    for (const [word, framework] of Object.entries(frameworks)) {
      test(word, () => {
        const file = path.join(root, 'fixtures/frameworks', folder, `${word}.md`);
        assert.ok(existsSync(file), 'there is no page');
        const text = readFileSync(file, 'utf8');
        const cases = parsePage(text);
        assert.match(text, /^# \S.*\n\n\S/);
        for (const one of cases) assert.ok(one.expected.has('facts'), `line ${one.line}: no facts are expected`);
        const inputs = cases.flatMap((one) => [...one.files]);
        const code = inputs.filter(([name]) => endings.test(name)).map(([, content]) => content);
        const scripts = inputs.filter(([name]) => name.endsWith('.sh')).map(([, content]) => content);
        for (const call of framework.calls ?? []) {
          const method = (name: string) => name.slice(name.lastIndexOf('.') + 1);
          assert.ok(
            many(call.call).some((name) => code.some((content) => content.includes(`${method(name)}(`))),
            `no input shows ${call.entry}`,
          );
        }
        for (const command of framework.commands ?? []) {
          const named = many(command.program).some((program) =>
            scripts.some((content) =>
              content
                .split('\n')
                .some((line) =>
                  [...program.split('/'), ...(command.words ?? [])].every((part) =>
                    line
                      .split(/[\s/]+/)
                      .some((word) =>
                        part === '*:*'
                          ? word.includes(':')
                          : part.startsWith('*.')
                            ? word.endsWith(part.slice(1))
                            : word === part,
                      ),
                  ),
                ),
            ),
          );
          assert.ok(named, `no input shows ${command.entry}`);
        }
      });
    }

    test('every page has its framework', () => {
      const pages = readdirSync(path.join(root, 'fixtures/frameworks', folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => name.replace(/\.md$/, ''));
      assertNone(pages.filter((word) => !Object.hasOwn(frameworks, word)));
    });
  });
}

/** Default host and port of an entry. Undefined: it has to be given, or is not known; the host `''` is all interfaces. */
type DefaultAddress = readonly [host: string | undefined, port: number | undefined, entry: string];

const pythonDefaults: Readonly<Record<string, readonly DefaultAddress[]>> = {
  aiohttp: [
    ['', 8080, 'aiohttp.web.run_app(app, host=None, port=None)'],
    ['', 8080, 'await aiohttp.web.TCPSite(runner, host=None, port=None).start()'],
    ['localhost', 8080, 'python -m aiohttp.web MODULE:FUNC'],
  ],
  aiosmtpd: [
    ['::1', 8025, 'aiosmtpd.controller.Controller(handler).start()'],
    ['localhost', 8025, 'python -m aiosmtpd -n'],
  ],
  asyncio: [
    ['', undefined, 'await asyncio.start_server(cb, host, port)'],
    ['', undefined, 'await loop.create_server(factory, host, port)'],
    ['', undefined, 'await loop.create_datagram_endpoint(factory, local_addr=(host, port))'],
  ],
  asyncssh: [
    ['', 22, "await asyncssh.listen(host='', port=...)"],
    ['', 22, 'await asyncssh.create_server(server_factory, host, port)'],
  ],
  bentoml: [
    [undefined, 3000, 'bentoml.serve(bento, host=..., port=...)'],
    [undefined, 3000, 'bentoml serve'],
  ],
  bokeh: [
    ['', 5006, 'bokeh.server.server.Server(apps, port=5006, address=None)'],
    ['', 5006, 'bokeh serve APP'],
  ],
  bottle: [
    ['127.0.0.1', 8080, "bottle.run(host='127.0.0.1', port=8080, server='wsgiref')"],
    ['127.0.0.1', 8080, 'bottle.Bottle().run(host=..., port=...)'],
    ['localhost', 8080, 'python -m bottle MODULE:APP'],
  ],
  chainlit: [['127.0.0.1', 8000, 'chainlit run FILE']],
  cheroot: [
    [undefined, undefined, 'cheroot.wsgi.Server((host, port), app).start()'],
    ['::1', 8000, 'cheroot MODULE:APP'],
  ],
  cherrypy: [
    ['127.0.0.1', 8080, 'cherrypy.quickstart(Root())'],
    ['127.0.0.1', 8080, 'cherrypy.engine.start(); cherrypy.engine.block()'],
    ['127.0.0.1', 8080, "cherrypy.config.update({'server.socket_host': ..., 'server.socket_port': ...})"],
  ],
  daphne: [
    [undefined, undefined, "daphne.server.Server(app, endpoints=['tcp:port=8000:interface=127.0.0.1']).run()"],
    ['127.0.0.1', 8000, 'daphne -b ADDR -p PORT MODULE:APP'],
    ['0.0.0.0', undefined, 'daphne -e ENDPOINT MODULE:APP'],
  ],
  dash: [['127.0.0.1', 8050, 'app.run(host=None, port=None)']],
  dask: [
    ['', 8787, "LocalCluster(dashboard_address=':8787')"],
    ['', 8786, 'dask-scheduler'],
    ['', 8786, 'dask scheduler'],
  ],
  debugpy: [
    ['127.0.0.1', undefined, 'debugpy.listen(5678) / debugpy.listen((host, port))'],
    ['127.0.0.1', undefined, 'python -m debugpy --listen [HOST:]PORT FILE'],
  ],
  distributed: [['', 8787, "LocalCluster(dashboard_address=':8787')"]],
  django: [
    ['127.0.0.1', 8000, "call_command('runserver')"],
    ['127.0.0.1', 8000, "execute_from_command_line(['manage.py', 'runserver'])"],
    [undefined, undefined, 'django.core.servers.basehttp.run(addr, port, wsgi_handler)'],
    ['127.0.0.1', 8000, 'python manage.py runserver [ADDR:PORT]'],
    ['127.0.0.1', 8000, 'python manage.py runserver_plus [ADDR:PORT]'],
    ['127.0.0.1', 8000, 'python manage.py testserver --addrport ADDR:PORT'],
  ],
  eventlet: [[undefined, undefined, 'eventlet.listen((host, port)); eventlet.wsgi.server(sock, app)']],
  fastapi: [
    ['127.0.0.1', 8000, 'fastapi dev [PATH]'],
    ['0.0.0.0', 8000, 'fastapi run [PATH]'],
  ],
  fastmcp: [
    ['127.0.0.1', 8000, "mcp.run(transport='http', host=..., port=...)"],
    ['127.0.0.1', 8000, 'await mcp.run_http_async(host=..., port=...)'],
    ['127.0.0.1', 8000, 'fastmcp run FILE --transport http --host ... --port ...'],
  ],
  flask: [
    ['127.0.0.1', 5000, 'app.run(host=None, port=None)'],
    ['127.0.0.1', 5000, 'flask run'],
    ['127.0.0.1', 5000, 'manage.py run --host HOST'],
    ['127.0.0.1', 5000, 'manage.py runserver --host HOST'],
  ],
  flask_socketio: [['127.0.0.1', 5000, 'socketio.run(app, host=None, port=None)']],
  flower: [
    ['', 5555, 'celery -A APP flower'],
    ['', 5555, 'flower'],
  ],
  gevent: [['::', undefined, 'gevent.pywsgi.WSGIServer(listener, app).serve_forever()']],
  gradio: [['127.0.0.1', 7860, 'demo.launch(server_name=None, server_port=None)']],
  granian: [
    ['127.0.0.1', 8000, 'granian.Granian(target, address=..., port=...).serve()'],
    ['127.0.0.1', 8000, 'granian MODULE:APP'],
  ],
  grpc: [[undefined, 443, "server.add_insecure_port('[::]:50051'); server.start()"]],
  gunicorn: [
    ['127.0.0.1', 8000, 'gunicorn.app.base.BaseApplication subclass .run()'],
    ['127.0.0.1', 8000, "self.cfg.set('bind', ...) in load_config"],
    ['127.0.0.1', 8000, 'gunicorn MODULE:APP'],
  ],
  'http.server': [
    [undefined, undefined, 'http.server.HTTPServer((host, port), Handler); .serve_forever()'],
    ['0.0.0.0', 8000, 'http.server.test(HandlerClass)'],
    ['0.0.0.0', 8000, 'python -m http.server [PORT]'],
  ],
  hug: [
    ['0.0.0.0', 8000, "hug.API(__name__).http.serve(host='', port=8000)"],
    ['0.0.0.0', 8000, 'hug -f FILE'],
  ],
  hypercorn: [
    ['127.0.0.1', 8000, 'await hypercorn.asyncio.serve(app, config)'],
    ['127.0.0.1', 8000, 'hypercorn.run.run(config)'],
    ['127.0.0.1', 8000, 'hypercorn MODULE:APP'],
  ],
  jupyter: [
    ['localhost', 8888, 'jupyter notebook'],
    ['localhost', 8888, 'jupyter lab'],
    ['localhost', 8888, 'jupyter server'],
    ['localhost', 8888, 'jupyter-lab'],
  ],
  litestar: [['127.0.0.1', 8000, 'litestar run']],
  livereload: [
    ['127.0.0.1', 5500, 'livereload.Server().serve(port=5500, host=None)'],
    ['127.0.0.1', 35729, 'livereload [DIR]'],
  ],
  locust: [
    ['::', 8089, 'locust -f FILE'],
    ['0.0.0.0', 5557, 'locust -f FILE --master'],
  ],
  'logging.config': [['localhost', 9030, 't = logging.config.listen(port=9030); t.start()']],
  mcp: [
    ['127.0.0.1', 8000, "FastMCP(host='127.0.0.1', port=8000).run(transport='sse' | 'streamable-http')"],
    ['127.0.0.1', 8000, 'await FastMCP(host=..., port=...).run_streamable_http_async()'],
    ['127.0.0.1', 8000, "MCPServer(...).run(transport='sse' | 'streamable-http', host=..., port=...)"],
    ['127.0.0.1', 8000, 'await MCPServer(...).run_streamable_http_async(host=..., port=...)'],
  ],
  mkdocs: [['127.0.0.1', 8000, 'mkdocs serve']],
  mlflow: [
    ['127.0.0.1', 5000, 'mlflow server'],
    ['127.0.0.1', 5000, 'mlflow ui'],
  ],
  'multiprocessing.connection': [[undefined, undefined, 'multiprocessing.connection.Listener((host, port))']],
  'multiprocessing.managers': [
    [undefined, undefined, 'multiprocessing.managers.BaseManager(address=(host, port)).start()'],
    [undefined, undefined, 'BaseManager(address=(host, port)).get_server().serve_forever()'],
  ],
  nicegui: [['0.0.0.0', 8080, 'ui.run(host=None, port=None)']],
  panel: [
    ['', 0, 'pn.serve(app, port=0, address=None)'],
    ['', 5006, 'panel serve FILE'],
  ],
  paste: [['127.0.0.1', 8080, 'paste.httpserver.serve(app, host=None, port=None)']],
  pelican: [['127.0.0.1', 8000, 'pelican -l']],
  prometheus_client: [['0.0.0.0', undefined, "prometheus_client.start_http_server(port, addr='0.0.0.0')"]],
  pydoc: [['localhost', 0, 'python -m pydoc -p PORT']],
  pyftpdlib: [
    [undefined, undefined, 'FTPServer((host, port), handler).serve_forever()'],
    ['0.0.0.0', 2121, 'python -m pyftpdlib'],
  ],
  pyramid: [['0.0.0.0', 8080, 'pserve FILE.ini']],
  pytest_httpserver: [['localhost', 0, "HTTPServer(host='localhost', port=0).start()"]],
  quart: [
    ['127.0.0.1', 5000, 'app.run(host=None, port=None)'],
    ['127.0.0.1', 5000, 'await app.run_task(host=..., port=...)'],
    ['127.0.0.1', 5000, 'quart run'],
  ],
  ray: [
    ['127.0.0.1', 8000, 'serve.start(http_options={...})'],
    ['127.0.0.1', 8000, 'serve.start(http_options=HTTPOptions(host=..., port=...))'],
    ['127.0.0.1', 8000, 'serve.run(app)'],
    ['127.0.0.1', 8265, 'ray.init(dashboard_host=..., dashboard_port=...)'],
    ['127.0.0.1', 8265, 'ray start --head --dashboard-host HOST --dashboard-port PORT'],
    ['127.0.0.1', 8000, 'serve run MODULE:APP --host HOST --port PORT'],
    ['127.0.0.1', 8000, 'serve run CONFIG --host HOST --port PORT'],
    ['0.0.0.0', 8000, 'serve deploy CONFIG'],
    ['127.0.0.1', 8000, 'serve start --http-host HOST --http-port PORT'],
  ],
  robyn: [['127.0.0.1', 8080, "app.start(host='127.0.0.1', port=8080)"]],
  rpyc: [
    ['0.0.0.0', 0, 'rpyc.utils.server.ThreadedServer(service, port=0).start()'],
    ['127.0.0.1', 18812, 'rpyc_classic'],
  ],
  sanic: [
    ['127.0.0.1', 8000, 'app.run(host=None, port=None)'],
    ['127.0.0.1', 8000, 'await app.create_server(return_asyncio_server=True)'],
    ['127.0.0.1', 8000, 'sanic MODULE:APP'],
  ],
  smtpd: [
    [undefined, undefined, 'smtpd.SMTPServer((host, port), remoteaddr)'],
    ['localhost', 8025, 'python -m smtpd [ADDR:PORT]'],
  ],
  socket: [
    [undefined, undefined, 'socket.create_server((host, port))'],
    [undefined, undefined, 'socket.socket().bind((host, port)); .listen()'],
  ],
  socketserver: [
    [undefined, undefined, 'socketserver.TCPServer((host, port), Handler); .serve_forever()'],
    [undefined, undefined, 'socketserver.UDPServer((host, port), Handler)'],
  ],
  'sphinx-autobuild': [['127.0.0.1', 8000, 'sphinx-autobuild SRC OUT']],
  streamlit: [['', 8501, 'streamlit run FILE']],
  tensorboard: [['localhost', 6006, 'tensorboard --logdir DIR']],
  thrift: [['::', 9090, 'TSocket.TServerSocket(host=None, port=9090); TSimpleServer(...).serve()']],
  tornado: [
    ['', undefined, "tornado.web.Application.listen(port, address='')"],
    ['', undefined, 'HTTPServer(app).bind(port, address=None); .start(n)'],
  ],
  twisted: [
    ['0.0.0.0', undefined, "reactor.listenTCP(port, factory, interface='')"],
    ['0.0.0.0', undefined, "reactor.listenSSL(port, factory, contextFactory, interface='')"],
    ['0.0.0.0', undefined, "reactor.listenUDP(port, protocol, interface='')"],
    ['0.0.0.0', undefined, "endpoints.serverFromString(reactor, 'tcp:8080').listen(factory)"],
    ['0.0.0.0', undefined, "endpoints.TCP4ServerEndpoint(reactor, port, interface='').listen(factory)"],
    ['::', undefined, "endpoints.TCP6ServerEndpoint(reactor, port, interface='::').listen(factory)"],
    ['0.0.0.0', undefined, "strports.service('tcp:8080', factory)"],
    ['0.0.0.0', undefined, "internet.TCPServer(port, factory, interface='')"],
    ['0.0.0.0', 8080, 'twist web'],
  ],
  uvicorn: [
    ['127.0.0.1', 8000, 'uvicorn.run(app, host=..., port=...)'],
    ['127.0.0.1', 8000, 'uvicorn.Server(uvicorn.Config(app, host=..., port=...)).run()'],
    ['127.0.0.1', 8000, 'uvicorn MODULE:APP'],
  ],
  uwsgi: [
    [undefined, undefined, 'uwsgi --http ADDR | --http-socket ADDR | --socket ADDR'],
    [undefined, undefined, 'uwsgi --stats ADDR'],
  ],
  waitress: [
    ['0.0.0.0', 8080, 'waitress.serve(app, host=..., port=... | listen=...)'],
    ['0.0.0.0', 8080, 'waitress.server.create_server(app, host=..., port=...)'],
    ['0.0.0.0', 8080, 'waitress-serve MODULE:APP'],
  ],
  web: [
    ['0.0.0.0', 8080, 'web.application(urls, g).run()'],
    ['0.0.0.0', 8080, 'web.httpserver.runsimple(app.wsgifunc(), (host, port))'],
  ],
  websockets: [
    ['', undefined, 'async with websockets.serve(handler, host, port)'],
    [undefined, undefined, 'with websockets.sync.server.serve(handler, host, port) as server'],
  ],
  werkzeug: [
    [undefined, undefined, 'werkzeug.serving.run_simple(hostname, port, app)'],
    [undefined, undefined, 'werkzeug.serving.make_server(host, port, app); .serve_forever()'],
  ],
  'wsgiref.simple_server': [
    [undefined, undefined, 'wsgiref.simple_server.make_server(host, port, app); .serve_forever()'],
    [undefined, undefined, 'wsgiref.simple_server.WSGIServer((host, port), WSGIRequestHandler)'],
  ],
  'xmlrpc.server': [[undefined, undefined, 'SimpleXMLRPCServer((host, port)); .serve_forever()']],
  zmq: [
    [undefined, undefined, "socket.bind('tcp://*:5555')"],
    [undefined, 0, "socket.bind_to_random_port('tcp://127.0.0.1')"],
  ],
};

const javascriptDefaults: Readonly<Record<string, readonly DefaultAddress[]>> = {
  '@11ty/eleventy': [
    ['::', 8080, 'eleventy --serve'],
    ['::', 8080, 'eleventy-dev-server'],
  ],
  '@angular/cli': [
    ['localhost', 4200, 'ng serve'],
    ['localhost', 4200, 'ng s'],
  ],
  '@apollo/server/standalone': [['::', 4000, 'await startStandaloneServer(server, { listen: { port, host } })']],
  '@feathersjs/express': [['::', undefined, 'await express(feathers()).listen(port[, host])']],
  '@feathersjs/koa': [['::', undefined, 'await koa(feathers()).listen(port[, host])']],
  '@grpc/grpc-js': [[undefined, 443, "new Server().bindAsync('host:port', credentials, callback)"]],
  '@hapi/hapi': [['::', undefined, 'Hapi.server({ port, host }).start()']],
  '@hono/node-server': [['::', 3000, 'serve({ fetch, port, hostname }[, callback])']],
  '@modelcontextprotocol/sdk/server/express.js': [
    ['::', undefined, 'createMcpExpressApp({ host }).listen(port[, host][, callback])'],
  ],
  '@nestjs/core': [
    ['::', undefined, 'NestFactory.create(module).listen(port[, host])'],
    ['localhost', undefined, '(app: NestFastifyApplication).listen(port[, host])'],
  ],
  '@nestjs/microservices': [
    ['localhost', 3000, 'NestFactory.createMicroservice(module, { transport, options })'],
    ['localhost', 3000, 'app.connectMicroservice({ transport, options })'],
  ],
  '@nestjs/websockets': [['::', undefined, '@WebSocketGateway(port[, options])']],
  '@oak/oak': [['0.0.0.0', undefined, 'new Application().listen({ port, hostname })']],
  '@react-router/serve': [['::', 3000, 'react-router-serve FILE']],
  '@remix-run/serve': [['::', 3000, 'remix-serve FILE']],
  '@rsbuild/core': [
    ['localhost', 3000, 'rsbuild preview'],
    ['localhost', 3000, 'rsbuild [dev]'],
  ],
  '@rspack/cli': [
    ['::', 8080, 'rspack serve'],
    ['::', 8080, 'rspack dev'],
  ],
  '@std/http': [
    ['0.0.0.0', 8000, 'serve(handler, { port, hostname })'],
    ['0.0.0.0', 8000, 'listenAndServe(address, handler)'],
  ],
  '@strapi/strapi': [
    [undefined, undefined, 'strapi start'],
    [undefined, undefined, 'strapi develop'],
  ],
  '@sveltejs/adapter-node': [['0.0.0.0', 3000, 'node build']],
  '@tinyhttp/app': [['::', undefined, 'new App().listen(port[, callback][, host])']],
  '@trpc/server/adapters/standalone': [['::', undefined, 'createHTTPServer({ router }).listen(port[, host])']],
  '@vue/cli-service': [['0.0.0.0', 8080, 'vue-cli-service serve']],
  '@web/dev-server': [['::', 8000, 'wds']],
  astro: [
    ['localhost', 4321, 'astro dev'],
    ['localhost', 4321, 'astro preview'],
  ],
  'browser-sync': [
    ['::', 3000, 'browserSync.init({ port, listen })'],
    ['::', 3000, 'browser-sync start'],
    ['::', 3001, 'browser-sync start --ui-port PORT'],
    ['::', 3000, 'lite-server'],
  ],
  bun: [
    ['::', 3000, 'Bun.serve({ fetch, port, hostname })'],
    [undefined, undefined, 'Bun.listen({ hostname, port, socket })'],
    ['localhost', 6499, 'bun --inspect FILE'],
    ['localhost', 3000, 'bun FILE.html'],
  ],
  connect: [['::', undefined, 'connect().listen(port[, host][, callback])']],
  'crossws/server': [['::', 3000, 'serve({ websocket, fetch, port, hostname })']],
  deno: [
    ['0.0.0.0', 8000, 'Deno.serve({ port, hostname }, handler)'],
    ['0.0.0.0', undefined, 'Deno.listen({ port, hostname })'],
    ['0.0.0.0', 8000, 'deno serve FILE'],
  ],
  dgram: [['0.0.0.0', undefined, 'dgram.createSocket(type).bind(port[, address][, callback])']],
  docusaurus: [
    ['localhost', 3000, 'docusaurus start'],
    ['localhost', 3000, 'docusaurus serve'],
  ],
  elysia: [['::', undefined, 'new Elysia().listen(port | { port, hostname }[, callback])']],
  'engine.io': [['::', undefined, 'engine.listen(port[, options][, callback])']],
  esbuild: [
    ['0.0.0.0', 8000, '(await esbuild.context(options)).serve({ port, host })'],
    ['0.0.0.0', 8000, 'esbuild --serve[=HOST:PORT]'],
  ],
  express: [['::', undefined, 'express().listen(port[, host][, callback])']],
  fastify: [
    ['localhost', undefined, 'fastify().listen({ port, host })'],
    ['localhost', 3000, 'fastify start FILE'],
  ],
  gatsby: [
    ['localhost', 8000, 'gatsby develop'],
    ['localhost', 9000, 'gatsby serve'],
  ],
  hapi: [['0.0.0.0', undefined, 'new Hapi.Server({ port, host }).start()']],
  h3: [['::', 3000, 'serve(app, { port, hostname })']],
  http: [['::', undefined, 'http.createServer(handler).listen(port[, host][, backlog][, callback])']],
  'http-proxy': [['::', undefined, 'createProxyServer(options).listen(port[, host])']],
  'http-server': [['0.0.0.0', 8080, 'http-server [FOLDER]']],
  http2: [['::', undefined, 'http2.createServer(handler).listen(port[, host])']],
  https: [['::', undefined, 'https.createServer(options, handler).listen(port[, host][, backlog][, callback])']],
  'json-server': [
    ['::', undefined, 'jsonServer.create().listen(port[, host][, callback])'],
    ['::', 3000, 'json-server FILE (1.0)'],
    ['localhost', 3000, 'json-server FILE'],
  ],
  koa: [['::', undefined, 'new Koa().listen(port[, host][, callback])']],
  listhen: [[undefined, 3000, 'await listen(handler, { port, hostname })']],
  'live-server': [
    ['0.0.0.0', 8080, 'liveServer.start({ port, host })'],
    ['0.0.0.0', 8080, 'live-server [FOLDER]'],
  ],
  micro: [['::', 3000, 'micro [-l tcp://HOST:PORT] FILE']],
  net: [['::', undefined, 'net.createServer(handler).listen(port[, host][, backlog][, callback])']],
  next: [
    ['::', 3000, 'next start'],
    ['::', 3000, 'next [dev]'],
    ['0.0.0.0', 3000, 'node .next/standalone/server.js'],
  ],
  nitropack: [
    ['::', 3000, 'node .output/server/index.mjs'],
    ['localhost', 3000, 'nitro dev'],
  ],
  node: [
    ['127.0.0.1', 9229, 'node --inspect[=HOST:PORT] FILE'],
    ['127.0.0.1', 9229, 'nest start --debug [HOST:PORT]'],
  ],
  'node-red': [['0.0.0.0', 1880, 'node-red']],
  nuxt: [
    ['::', 3000, 'nuxt preview'],
    ['localhost', 3000, 'nuxt dev'],
  ],
  parcel: [['::', 1234, 'parcel [serve] FILE']],
  polka: [['::', undefined, 'polka().listen(port[, host][, callback])']],
  'react-scripts': [['0.0.0.0', 3000, 'react-scripts start']],
  restify: [['::', undefined, 'restify.createServer().listen(port[, host][, callback])']],
  sails: [
    ['::', 1337, 'sails.lift({ port, explicitHost })'],
    ['::', 1337, 'sails lift'],
    ['::', 1337, 'sails lift --prod'],
  ],
  serve: [['::', 3000, 'serve [-l tcp://HOST:PORT | -l PORT]']],
  servor: [['::', 8080, 'servor [FOLDER] [FALLBACK] [PORT]']],
  sirv: [['localhost', 8080, 'sirv [FOLDER]']],
  'socket.io': [
    ['::', undefined, 'new Server(port[, options])'],
    ['::', undefined, 'new Server().listen(port[, options])'],
  ],
  srvx: [['::', 3000, 'serve({ fetch, port, hostname })']],
  storybook: [
    [undefined, undefined, 'storybook dev'],
    [undefined, undefined, 'start-storybook'],
  ],
  tls: [['::', undefined, 'tls.createServer(options, handler).listen(port[, host])']],
  vite: [
    ['localhost', 5173, 'vite.createServer({ server: { host, port } }).listen([port])'],
    ['localhost', 4173, 'vite.preview({ preview: { host, port } })'],
    ['localhost', 4173, 'vite preview'],
    ['localhost', 5173, 'vite [dev | serve]'],
    ['localhost', 5173, 'react-router dev'],
    ['localhost', 5173, 'remix vite:dev'],
  ],
  vitepress: [
    ['::', 4173, 'vitepress preview'],
    ['localhost', 5173, 'vitepress [dev]'],
  ],
  'webpack-dev-server': [
    ['::', 8080, 'new WebpackDevServer({ port, host }, compiler).start()'],
    ['::', undefined, 'new WebpackDevServer(compiler, options).listen(port[, host][, callback])'],
    ['::', 8080, 'webpack serve'],
    ['::', 8080, 'webpack-dev-server'],
  ],
  wrangler: [
    ['localhost', 8787, 'wrangler dev'],
    ['localhost', 8788, 'wrangler pages dev'],
  ],
  ws: [['::', undefined, 'new WebSocketServer({ port, host })']],
  'apollo-server': [['::', 4000, 'new ApolloServer({ typeDefs, resolvers }).listen({ port, host })']],
  'gulp-connect': [['localhost', 8080, 'connect.server({ port, host })']],
  '@tsed/di': [['0.0.0.0', 8080, '@Configuration({ httpPort })']],
  'koa-micro': [['::', undefined, 'koaMicro().listen(port[, host][, callback])']],
  kue: [
    ['::', undefined, 'kue.app.listen(port[, host])'],
    ['::', 3000, 'kue-dashboard'],
  ],
  livereload: [[undefined, 35729, 'livereload.createServer({ port, host })']],
  'gulp-livereload': [['::', 35729, 'livereload.listen({ port, host })']],
  peer: [['::', 9000, 'PeerServer({ port, host, path })']],
  'smtp-server': [['::', undefined, 'new SMTPServer(options).listen(port[, host][, callback])']],
};

for (const [language, frameworks, defaults, least] of [
  ['Python', python, pythonDefaults, 120],
  ['JavaScript', javascript, javascriptDefaults, 90],
] as const) {
  describe(`default addresses of the ${language} catalogue`, () => {
    test('the table and the catalogue have the same frameworks', () => {
      assert.deepEqual(Object.keys(defaults).sort(), Object.keys(frameworks).sort());
      assert.ok(Object.values(defaults).flat().length >= least);
    });

    for (const [word, framework] of Object.entries(frameworks)) {
      test(word, () => {
        const shapes = [...(framework.calls ?? []), ...(framework.commands ?? [])];
        assert.deepEqual(
          shapes.map((shape) => [...defaultAddress(framework, shape), shape.entry]),
          defaults[word],
        );
      });
    }
  });
}
