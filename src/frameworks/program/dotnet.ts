import type { Framework } from '../../framework.ts';

const url = ['ASPNETCORE_URLS', 'DOTNET_URLS'];
const port = ['ASPNETCORE_HTTP_PORTS', 'DOTNET_HTTP_PORTS'];

export default {
  name: 'ASP.NET Core',
  docs: 'https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints',
  defaults: { host: 'localhost', port: 5000 },
  dualStack: true,
  bothLoopbacks: true,
  commands: [
    {
      entry: 'dotnet FILE.dll --urls URL;URL',
      program: 'dotnet',
      address: ['--urls'],
      notation: 'url',
      list: ';',
      onlyWritten: true,
      valued: [
        '--project',
        '-p',
        '-c',
        '--configuration',
        '--environment',
        '--launch-profile',
        '-lp',
        '--framework',
        '-f',
      ],
      environment: { address: url },
    },
    {
      entry: 'ASPNETCORE_HTTP_PORTS=PORT dotnet FILE.dll',
      program: 'dotnet',
      port: ['--http_ports'],
      onlyWritten: true,
      environment: { port },
      defaults: { host: '' },
      settings: {
        shared: true,
        local: 'the settings of an environment and its variables go before it',
        known: /(?:^|\/)appsettings(?:\.\w+)?\.json$/,
        address: ['Kestrel.Endpoints.*.Url', 'Kestrel.EndPoints.*.Url', 'Urls', 'urls'],
        list: ';',
      },
    },
  ],
  environment: { address: url, port },
  evidence: { source: 'the documentation of Kestrel: every host but a number or localhost is all interfaces' },
  images: [
    {
      names: ['dotnet/aspnet', 'dotnet/core/aspnet', 'dotnet/monitor'],
      tags: /^[1-7]\b/,
      listens: [],
      environment: { ASPNETCORE_URLS: 'http://+:80' },
    },
    {
      names: ['dotnet/aspnet', 'dotnet/nightly/aspnet'],
      tags: /^(?:8|9|\d\d)\b/,
      listens: [],
      environment: { ASPNETCORE_HTTP_PORTS: '8080' },
    },
    {
      names: ['mssql/server', 'azure-sql-edge'],
      listens: [{ port: 1433, variables: ['MSSQL_TCP_PORT'] }],
      may: [1431, 1434],
      sensitive: { what: 'a database', access: 'protected' },
    },
  ],
} satisfies Framework;
