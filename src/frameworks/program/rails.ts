import type { CommandShape, Framework } from '../../framework.ts';

const server = {
  host: ['-b', '--binding'],
  port: ['-p', '--port'],
  valued: ['-e', '--environment', '-c', '--config', '-P', '--pid', '-u', '--using', '-C'],
  environment: { host: ['BINDING'], port: ['PORT'] },
  development: true,
  hostWith: {
    flags: ['-e', '--environment'],
    variables: ['RAILS_ENV', 'RACK_ENV'],
    values: { production: '0.0.0.0', staging: '0.0.0.0', test: '0.0.0.0' },
  },
  failure: { exit: 1, silent: false, how: 'puma raises Errno::EADDRINUSE and rails exits with status 1' },
} as const satisfies CommandShape;

export default {
  name: 'Rails',
  docs: 'https://guides.rubyonrails.org/command_line.html#bin-rails-server',
  defaults: { host: 'localhost', port: 3000 },
  commands: [
    { entry: 'rails server [-b ADDR] [-p PORT]', program: 'rails', words: ['server'], ...server },
    { entry: 'rails s [-b ADDR] [-p PORT]', program: 'rails', words: ['s'], ...server },
  ],
  environment: { host: ['BINDING'], port: ['PORT'] },
  evidence: {
    measured: 'Rails 6.1.7.10 with puma 5.6.5: 0.0.0.0 in every environment but development',
  },
} satisfies Framework;
