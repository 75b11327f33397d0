import type { Framework } from '../../framework.ts';

const starts = /^nginx(?: -g ['"]?(?:daemon off;?|pid \S+|[ ;])*['"]?)*$/;

export default {
  name: 'nginx and other web servers',
  docs: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
  defaults: { host: '0.0.0.0', port: 80 },
  evidence: { measured: 'nginx 1.22.1; the images from their Dockerfiles' },
  images: [
    // Since 1.19 the image listens on IPv6 too.
    {
      names: ['nginx', 'nginxinc/nginx'],
      program: 'nginx',
      listens: [{ port: 80 }],
      settings: /nginx|conf\.d|templates/,
      notation: 'nginx',
      starts,
    },
    {
      names: ['nginxinc/nginx-unprivileged'],
      program: 'nginx',
      listens: [{ port: 8080 }],
      settings: /nginx|conf\.d|templates/,
      notation: 'nginx',
      starts,
    },
    {
      names: ['bitnami/nginx', 'bitnamilegacy/nginx'],
      listens: [{ port: 8080, variables: ['NGINX_HTTP_PORT_NUMBER'] }],
      may: [8443],
      settings: /nginx|server_blocks/,
      notation: 'nginx',
    },
    {
      names: ['httpd'],
      program: 'httpd',
      listens: [{ port: 80 }],
      settings: /httpd|\/conf|apache/,
      notation: 'apache',
      starts: /^httpd(?:-foreground| -D ?FOREGROUND)$/,
    },
    {
      names: ['caddy'],
      dualStack: true,
      listens: [{ port: 80 }],
      may: [443, 2019],
      settings: /caddy/i,
      notation: 'caddy',
      starts: /^caddy run(?: --(?:config \/etc\/caddy\/Caddyfile|adapter caddyfile|watch|environ))*$/,
    },
    { names: ['haproxy', 'haproxytech/haproxy-alpine'], listens: [], settings: /haproxy/ },
    { names: ['nginxproxy/nginx-proxy', 'jwilder/nginx-proxy'], listens: [{ port: 80 }], may: [443] },
    { names: ['jc21/nginx-proxy-manager'], listens: [{ port: 80 }, { port: 81 }], may: [443, 3000] },
  ],
} satisfies Framework;
