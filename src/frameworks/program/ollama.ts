import type { Framework } from '../../framework.ts';

export default {
  name: 'Ollama',
  docs: 'https://github.com/ollama/ollama/blob/main/docs/faq.md',
  defaults: { host: '127.0.0.1', port: 11434 },
  dualStack: true,
  commands: [
    {
      entry: 'ollama serve',
      program: 'ollama',
      words: ['serve'],
      address: [],
      bare: 'host',
      environment: { address: ['OLLAMA_HOST'] },
    },
  ],
  environment: { address: ['OLLAMA_HOST'] },
  evidence: { source: 'the FAQ: 127.0.0.1:11434, changed by OLLAMA_HOST; the image sets 0.0.0.0' },
  sensitive: { what: 'a model server', mild: true, access: 'open' },
  images: [{ names: ['ollama/ollama'], listens: [{ port: 11434, variables: ['OLLAMA_HOST'] }] }],
} satisfies Framework;
