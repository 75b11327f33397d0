const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** They say of a section that it is a server's own. */
export const serverWords = words(`server listen listener listeners listening bind binds http https httpd http2 webserver
  httpserver uvicorn gunicorn hypercorn daphne waitress werkzeug entrypoints`);

/** They say of a key that something listens there. */
export const listenWords = words('listen listening listener bind');

/** They may speak of a server of the project as well as of one it calls. */
export const servingWords = words(`api rest web webui ui gui app application service gateway rpc grpc jsonrpc admin
  metrics dashboard backend frontend websocket ws wss flask fastapi django aiohttp tornado sanic quart starlette mcp
  panel console network site daemon health healthcheck`);

/** They say of a section that a program is told there what to do. */
export const controlWords = words('rpc admin control controller management debug pprof');

/** Something that the program calls, that may call it, or that others are told of. */
export const elsewhereWords = words(`database databases db dbs postgres postgresql pg psql pgsql mysql mariadb mssql
  oracle sqlite sql mongo mongodb couchdb cassandra clickhouse redis valkey memcache memcached cache caches caching
  smtp mail mailer email imap pop3 kafka rabbit rabbitmq amqp broker brokers queue queues celery nats mqtt pulsar sqs
  elastic elasticsearch opensearch es solr meilisearch typesense ldap proxy proxies upstream upstreams target targets
  remote remotes client clients peer peers node nodes cluster clusters seed seeds datasource datasources data datastore
  store stores storage s3 minio ftp sftp ssh telemetry otlp otel opentelemetry jaeger zipkin tempo statsd graphite
  influx influxdb sentry exporter exporters agent agents datadog newrelic loki fluentd fluentbit logstash syslog gelf
  graylog logging log logs logger vault consul etcd zookeeper eureka discovery registry neo4j falkordb qdrant milvus
  weaviate chroma chromadb pinecone vector vectordb ollama llm llms openai model models embedding embeddings embedder
  destination dest endpoint endpoints source origin origins allow allowed allowlist whitelist blacklist trusted cors
  csrf referrer webhook webhooks callback oauth oidc keycloak sso saml auth test tests testing mock mocks tunnel
  forward forwarded socks vpn dns ntp snmp radius turn stun relay printer camera device serial usb com midi gpio
  selenium webdriver browser public external advertise advertised canonical virtual host hosts servers services min max
  start end range first last base url uri from to connect connection`);

/** Folders whose settings are those of a program that connects. */
export const clientFolders = words('client clients frontend database databases db migrations alembic');

/** Keys, their words run together, that stand beside the host and port of who serves. */
export const serverSiblings = words(`workers numworkers nworkers reload autoreload hotreload cors corsorigins
  corsalloworigins corsallowedorigins alloworigins allowedorigins sslcertfile sslkeyfile certfile keyfile tlscert tlskey
  backlog threads numthreads static staticdir staticfiles publicdir rootpath proxyheaders timeoutkeepalive
  keepalivetimeout readtimeout writetimeout idletimeout maxbodysize bodylimit maxrequestsize accesslog docsurl openapiurl
  gracefulshutdown shutdowntimeout openbrowser allowedhosts servertokens bind listen`);

/** Weaker signs of the same. */
export const programSiblings = words('debug loglevel secretkey middleware ratelimit cookies session transport');

/** Keys that stand beside the host and port of what is called. */
export const clientSiblings = words(`user username password passwd pass database dbname schema vhost apikey nick
  nickname channel channels topic topics retry retries maxretries reconnect reconnectinterval pool poolsize minsize
  maxsize maxconnections connecttimeout connectiontimeout verifyssl sslverify basedn binddn charset dialect engine
  driver clientid groupid bucket region index keyspace authsource`);

/** Ports that belong to what programs call. */
export const calledPorts: ReadonlySet<number> = new Set([
  21, 22, 25, 53, 110, 123, 143, 389, 465, 514, 587, 636, 993, 995, 1433, 1521, 1883, 2181, 2379, 3306, 4222, 4317,
  4318, 5044, 5432, 5672, 6379, 6831, 6832, 7687, 8125, 8126, 8883, 9042, 9092, 9200, 9300, 11211, 11434, 12201, 14268,
  19530, 24224, 27017,
]);

/** Keys at the root of documents with a meaning of their own: manifests, API descriptions, compose files. */
export const manifestKeys = words(
  'apiVersion openapi swagger asyncapi services AWSTemplateFormatVersion jobs stages mcpServers',
);

/** A key or a file's name, cut into lower-case words: `bindAddress`, `web_port`, `server:main`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}
