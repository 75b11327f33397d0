import type { Framework } from '../../framework.ts';

const onTakenPort = {
  failure: {
    exit: 0,
    silent: true,
    how: 'gatsby asks for another port, and exits with status 0 where nobody answers',
  },
} as const;

export default {
  name: 'Gatsby',
  docs: 'https://www.gatsbyjs.com/docs/reference/gatsby-cli/',
  defaults: { host: 'localhost', port: 8000 },
  commands: [
    {
      entry: 'gatsby develop',
      program: ['gatsby', 'gatsby-cli'],
      words: ['develop'],
      host: ['-H', '--host'],
      port: ['-p', '--port'],
      valued: ['--cert-file', '--key-file', '--ca-file', '--inspect', '--inspect-brk'],
      switches: ['-o', '--open', '-S', '--https', '--verbose'],
      environment: { host: ['GATSBY_HOST'], port: ['PORT'] },
      debug: { flags: [], means: 'reload' },
      ...onTakenPort,
    },
    {
      entry: 'gatsby serve',
      program: ['gatsby', 'gatsby-cli'],
      words: ['serve'],
      host: ['-H', '--host'],
      port: ['-p', '--port'],
      switches: ['-o', '--open', '--prefix-paths'],
      defaults: { port: 9000 },
      development: true,
      ...onTakenPort,
    },
  ],
  environment: { host: ['GATSBY_HOST'], port: ['PORT'] },
  evidence: { measured: 'Gatsby 5.16.1' },
} satisfies Framework;
