import type { Framework } from '../../framework.ts';

const valued = ['-cp', '-classpath', '--class-path', '-jar', '--add-opens', '--add-exports', '--module-path', '-p'];
const applicationFiles = [
  'src/main/resources/application.properties',
  'src/main/resources/application.yml',
  'src/main/resources/application.yaml',
];
const applicationFile = /(?:^|\/)src\/main\/resources\/(?:config\/)?application(?:-[\w.-]+)?\.(?:properties|ya?ml)$/;

/** https://docs.spring.io/spring-boot/reference/features/profiles.html */
const profiles = {
  keys: ['spring.config.activate.on-profile', 'spring.profiles'],
  more: ['spring.profiles.include', 'spring.profiles.group', 'spring.config.import'],
  flags: ['--spring.profiles.active', '-Dspring.profiles.active'],
  variables: ['SPRING_PROFILES_ACTIVE'],
};

export default {
  name: 'Java',
  docs: 'https://docs.spring.io/spring-boot/appendix/application-properties/index.html#appendix.application-properties.server',
  defaults: {},
  dualStack: true,
  commands: [
    {
      entry: 'java -jar FILE [--server.port=PORT]',
      source: 'Spring Boot, Quarkus and Micronaut: their reference of properties',
      program: 'java',
      host: ['--server.address', '-Dserver.address', '-Dquarkus.http.host', '-Dmicronaut.server.host'],
      port: ['--server.port', '-Dserver.port', '-Dquarkus.http.port', '-Dmicronaut.server.port'],
      valued,
      onlyWritten: true,
      environment: {
        host: ['SERVER_ADDRESS', 'QUARKUS_HTTP_HOST', 'MICRONAUT_SERVER_HOST'],
        port: ['SERVER_PORT', 'QUARKUS_HTTP_PORT', 'MICRONAUT_SERVER_PORT'],
        arguments: ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS'],
      },
      defaults: { host: '', port: 8080 },
      settings: {
        shared: true,
        files: applicationFiles,
        known: applicationFile,
        profiles,
        host: ['server.address', 'quarkus.http.host', 'micronaut.server.host'],
        port: ['server.port', 'quarkus.http.port', 'micronaut.server.port'],
      },
      failure: { exit: 1, silent: false, how: 'the program says that the port is in use and exits with status 1' },
    },
    {
      entry: 'java -jar FILE --management.server.port=PORT',
      source: 'Spring Boot and Quarkus: their reference of properties',
      program: 'java',
      host: ['--management.server.address', '-Dmanagement.server.address'],
      port: ['--management.server.port', '-Dmanagement.server.port', '-Dquarkus.management.port'],
      valued,
      onlyWritten: true,
      beside: true,
      required: ['port'],
      environment: {
        host: ['MANAGEMENT_SERVER_ADDRESS', 'QUARKUS_MANAGEMENT_HOST'],
        port: ['MANAGEMENT_SERVER_PORT', 'QUARKUS_MANAGEMENT_PORT'],
        arguments: ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS'],
      },
      defaults: { host: '' },
      settings: {
        shared: true,
        files: applicationFiles,
        known: applicationFile,
        profiles,
        host: ['management.server.address', 'quarkus.management.host'],
        port: ['management.server.port', 'quarkus.management.port'],
      },
      failure: { exit: 1, silent: false, how: 'the program says that the port is in use and exits with status 1' },
    },
    {
      entry: 'java -agentlib:jdwp=transport=dt_socket,server=y,address=[HOST:]PORT',
      program: 'java',
      address: ['-agentlib:jdwp', '-Xrunjdwp:transport'],
      only: { flags: ['-agentlib:jdwp', '-Xrunjdwp:transport'] },
      notation: 'jdwp',
      valued,
      required: ['host', 'port'],
      environment: { arguments: ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS'] },
      debug: { flags: [], means: 'debugger' },
      failure: { exit: 2, silent: false, how: 'java says that the debugger cannot listen and exits with status 2' },
    },
    {
      entry: 'java -Dcom.sun.management.jmxremote.port=PORT',
      program: 'java',
      host: ['-Dcom.sun.management.jmxremote.host'],
      port: ['-Dcom.sun.management.jmxremote.port'],
      only: { flags: ['-Dcom.sun.management.jmxremote.port'] },
      valued,
      defaults: { host: '' },
      required: ['port'],
      environment: { arguments: ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS'] },
      guarded: 'whoever reaches it manages the program, and runs code in it where it asks for no password',
      failure: { exit: 1, silent: false, how: 'java says that the port is in use and exits with status 1' },
    },
  ],
  environment: {
    host: [
      'SERVER_ADDRESS',
      'QUARKUS_HTTP_HOST',
      'MICRONAUT_SERVER_HOST',
      'MANAGEMENT_SERVER_ADDRESS',
      'QUARKUS_MANAGEMENT_HOST',
    ],
    port: [
      'SERVER_PORT',
      'QUARKUS_HTTP_PORT',
      'MICRONAUT_SERVER_PORT',
      'MANAGEMENT_SERVER_PORT',
      'QUARKUS_MANAGEMENT_PORT',
    ],
    arguments: ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS'],
  },
  evidence: { measured: 'OpenJDK 17.0.15' },
} satisfies Framework;
