import type { Framework } from '../../framework.ts';

export default {
  name: 'Vector databases',
  docs: 'https://qdrant.tech/documentation/guides/security/',
  defaults: { host: '', port: 6333 },
  evidence: { source: 'the documentation of each: no key is asked for unless one is set' },
  sensitive: { what: 'a database' },
  images: [
    {
      names: ['qdrant/qdrant'],
      listens: [
        { port: 6333, variables: ['QDRANT__SERVICE__HTTP_PORT'] },
        { port: 6334, variables: ['QDRANT__SERVICE__GRPC_PORT'] },
      ],
      may: [6335],
      settings: /qdrant\/config/,
      sensitive: { what: 'a database', access: 'open', protects: ['QDRANT__SERVICE__API_KEY'] },
    },
    {
      names: ['chromadb/chroma', 'chroma-core/chroma'],
      listens: [{ port: 8000, variables: ['CHROMA_PORT', 'CHROMA_SERVER_HTTP_PORT', 'PORT'] }],
      sensitive: {
        what: 'a database',
        access: 'open',
        protects: ['CHROMA_SERVER_AUTHN_PROVIDER', 'CHROMA_SERVER_AUTH_PROVIDER', 'CHROMA_SERVER_AUTHN_CREDENTIALS'],
      },
    },
    {
      names: ['semitechnologies/weaviate', 'weaviate/weaviate'],
      listens: [],
      may: [7000, 8080, 50051, 2112, 6060],
      sensitive: { what: 'a database', opens: ['AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=true'] },
    },
    {
      names: ['getmeili/meilisearch'],
      listens: [{ port: 7700, variables: ['MEILI_HTTP_ADDR'] }],
      sensitive: { what: 'a database', access: 'open', protects: ['MEILI_MASTER_KEY', '--master-key'] },
    },
    {
      names: ['typesense/typesense'],
      listens: [{ port: 8108, variables: ['TYPESENSE_API_PORT'] }],
      sensitive: { what: 'a database', access: 'protected' },
    },
    { names: ['milvusdb/milvus'], listens: [{ port: 19530 }], may: [2379, 9091], settings: /milvus/ },
  ],
} satisfies Framework;
