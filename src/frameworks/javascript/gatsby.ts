import type { Framework } from '../../framework.ts';

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
    },
  ],
  environment: { host: ['GATSBY_HOST'], port: ['PORT'] },
  evidence: { source: 'gatsby serve measured by hand with gatsby 5.16.1; develop: gatsby-cli/lib/create-cli.js' },
} satisfies Framework;
