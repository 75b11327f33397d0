import type { Framework } from '../../framework.ts';

export default {
  name: 'Consoles',
  docs: 'https://docs.portainer.io/start/install-ce/server/docker/linux',
  defaults: { host: '' },
  evidence: { source: 'the documentation of each' },
  sensitive: { what: 'an admin page' },
  images: [
    {
      names: ['portainer/portainer', 'portainer/portainer-ce', 'portainer/portainer-ee'],
      listens: [{ port: 9000 }],
      may: [8000, 9443],
    },
    {
      names: ['provectuslabs/kafka-ui', 'kafbat/kafka-ui'],
      listens: [{ port: 8080, variables: ['SERVER_PORT'] }],
      sensitive: {
        what: 'an admin page for message queues',
        access: 'open',
        protects: ['AUTH_TYPE=LOGIN_FORM', 'AUTH_TYPE'],
      },
    },
    {
      names: ['obsidiandynamics/kafdrop'],
      listens: [{ port: 9000, variables: ['SERVER_PORT'] }],
      sensitive: { what: 'an admin page for message queues', access: 'open' },
    },
    {
      names: ['nodered/node-red'],
      listens: [{ port: 1880, variables: ['PORT'] }],
      settings: /settings\.js|\/data/,
      sensitive: { what: 'a console that runs code' },
    },
    {
      names: ['keycloak/keycloak', 'jboss/keycloak'],
      listens: [{ port: 8080, variables: ['KC_HTTP_PORT'] }],
      may: [8443, 9000],
      sensitive: { what: 'an identity provider', access: 'protected' },
    },
    {
      names: ['prom/node-exporter'],
      listens: [{ port: 9100 }],
      sensitive: { what: 'a store of metrics', mild: true, access: 'open' },
    },
    {
      names: ['prom/alertmanager'],
      listens: [{ port: 9093 }],
      may: [9094],
      sensitive: { what: 'an admin page', access: 'open', mild: true },
    },
    {
      names: ['prom/pushgateway'],
      listens: [{ port: 9091 }],
      sensitive: { what: 'a store of metrics', mild: true, access: 'open' },
    },
    {
      names: ['cadvisor/cadvisor', 'google/cadvisor'],
      listens: [{ port: 8080 }],
      sensitive: { what: 'a store of metrics', mild: true, access: 'open' },
    },
    {
      names: [
        'selenium/hub',
        'selenium/standalone-chrome',
        'selenium/standalone-firefox',
        'selenium/standalone-chromium',
      ],
      listens: [{ port: 4444 }],
      may: [4442, 4443, 5900, 7900],
      sensitive: { what: 'a browser that others steer', mild: true, access: 'open' },
    },
    {
      names: ['localstack/localstack'],
      listens: [{ port: 4566 }],
      may: [443, 4510, 4571],
      sensitive: { what: 'an emulator of a cloud', mild: true, access: 'open' },
    },
    {
      names: ['jaegertracing/all-in-one'],
      listens: [],
      may: [4317, 4318, 5775, 5778, 6831, 6832, 9411, 14250, 14268, 14269, 16685, 16686, 16687],
      sensitive: { what: 'an admin page', access: 'open', mild: true },
    },
  ],
} satisfies Framework;
