import type { Framework } from '../../framework.ts';

export default {
  name: 'Twisted',
  docs: 'https://docs.twisted.org/en/stable/core/howto/endpoints.html',
  defaults: { host: '0.0.0.0' },
  calls: [
    {
      entry: "reactor.listenTCP(port, factory, interface='')",
      call: 'twisted.internet.reactor.listenTCP',
      host: { arg: 3, keyword: 'interface' },
      port: { arg: 0, keyword: 'port' },
      required: ['port'],
      blocks: false,
      failure: [
        {
          raises: 'twisted.internet.error.CannotListenError',
          caughtBy: [
            'twisted.internet.error.CannotListenError',
            'twisted.internet.error.BindError',
            'Exception',
            'BaseException',
          ],
          exit: 1,
          thread: 'traceback',
        },
      ],
    },
    {
      entry: "reactor.listenSSL(port, factory, contextFactory, interface='')",
      call: 'twisted.internet.reactor.listenSSL',
      host: { arg: 4, keyword: 'interface' },
      port: { arg: 0, keyword: 'port' },
      required: ['port'],
      blocks: false,
      failure: [
        {
          raises: 'twisted.internet.error.CannotListenError',
          caughtBy: [
            'twisted.internet.error.CannotListenError',
            'twisted.internet.error.BindError',
            'Exception',
            'BaseException',
          ],
          exit: 1,
          thread: 'traceback',
        },
      ],
    },
    {
      entry: "reactor.listenUDP(port, protocol, interface='')",
      call: 'twisted.internet.reactor.listenUDP',
      host: { arg: 2, keyword: 'interface' },
      port: { arg: 0, keyword: 'port' },
      required: ['port'],
      protocol: 'udp',
      blocks: false,
      failure: [
        {
          raises: 'twisted.internet.error.CannotListenError',
          caughtBy: [
            'twisted.internet.error.CannotListenError',
            'twisted.internet.error.BindError',
            'Exception',
            'BaseException',
          ],
          exit: 1,
          thread: 'traceback',
        },
      ],
    },
    {
      entry: "endpoints.serverFromString(reactor, 'tcp:8080').listen(factory)",
      call: 'twisted.internet.endpoints.serverFromString',
      address: { arg: 1, keyword: 'description' },
      notation: 'endpoint',
      required: ['port'],
      startedBy: [
        'twisted.internet.endpoints.serverFromString().listen',
        'twisted.application.internet.StreamServerEndpointService().startService',
        'twisted.application.internet.StreamServerEndpointService().setServiceParent',
      ],
      blocks: false,
      failure: [{ raises: 'nothing', exit: 0, thread: 'traceback' }],
    },
    {
      entry: "endpoints.TCP4ServerEndpoint(reactor, port, interface='').listen(factory)",
      call: 'twisted.internet.endpoints.TCP4ServerEndpoint',
      host: { arg: 3, keyword: 'interface' },
      port: { arg: 1, keyword: 'port' },
      required: ['port'],
      startedBy: [
        'twisted.internet.endpoints.TCP4ServerEndpoint().listen',
        'twisted.application.internet.StreamServerEndpointService().startService',
        'twisted.application.internet.StreamServerEndpointService().setServiceParent',
      ],
      blocks: false,
      failure: [{ raises: 'nothing', exit: 0, thread: 'traceback' }],
    },
    {
      entry: "endpoints.TCP6ServerEndpoint(reactor, port, interface='::').listen(factory)",
      call: 'twisted.internet.endpoints.TCP6ServerEndpoint',
      host: { arg: 3, keyword: 'interface' },
      port: { arg: 1, keyword: 'port' },
      defaults: { host: '::' },
      required: ['port'],
      startedBy: [
        'twisted.internet.endpoints.TCP6ServerEndpoint().listen',
        'twisted.application.internet.StreamServerEndpointService().startService',
        'twisted.application.internet.StreamServerEndpointService().setServiceParent',
      ],
      blocks: false,
      failure: [{ raises: 'nothing', exit: 0, thread: 'traceback' }],
    },
    {
      entry: "strports.service('tcp:8080', factory)",
      call: 'twisted.application.strports.service',
      address: { arg: 0, keyword: 'description' },
      notation: 'endpoint',
      required: ['port'],
      startedBy: [
        'twisted.application.strports.service().startService',
        'twisted.application.strports.service().privilegedStartService',
      ],
      blocks: false,
      failure: [
        {
          raises: 'twisted.internet.error.CannotListenError',
          caughtBy: [
            'twisted.internet.error.CannotListenError',
            'twisted.internet.error.BindError',
            'Exception',
            'BaseException',
          ],
          exit: 1,
          thread: 'traceback',
        },
      ],
    },
    {
      entry: "internet.TCPServer(port, factory, interface='')",
      call: 'twisted.application.internet.TCPServer',
      host: { arg: 3, keyword: 'interface' },
      port: { arg: 0, keyword: 'port' },
      required: ['port'],
      startedBy: [
        'twisted.application.internet.TCPServer().startService',
        'twisted.application.internet.TCPServer().privilegedStartService',
      ],
      blocks: false,
      failure: [
        {
          raises: 'twisted.internet.error.CannotListenError',
          caughtBy: [
            'twisted.internet.error.CannotListenError',
            'twisted.internet.error.BindError',
            'Exception',
            'BaseException',
          ],
          exit: 1,
          thread: 'traceback',
        },
      ],
    },
  ],
  commands: [
    {
      entry: 'twist web',
      program: ['twist', 'twistd', 'twist3', 'twistd3', 'twisted'],
      words: ['web'],
      address: ['--listen', '-p', '--port', '--http'],
      notation: 'endpoint',
      bare: 'port',
      valued: ['-l', '--logfile', '-y', '--python', '--pidfile', '--reactor', '--path', '--wsgi', '--class'],
      defaults: { port: 8080 },
      failure: { exit: 1, silent: false, how: 'twist prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'Twisted 22.4.0' },
  advice:
    'CannotListenError is no OSError; what an endpoint listens on fails in a Deferred: add an errback that logs and stops the reactor',
} satisfies Framework;
