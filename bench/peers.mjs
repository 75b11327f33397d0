// Other tools over the same tree, each asked for as much of the same question as it can answer.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { scratch } from './measure.mjs';

const packages = path.join(import.meta.dirname, 'node_modules');

/** Five rules with the callees that the tree holds. */
const astGrepRules = [
  ['uvicorn', 'Python', 'uvicorn.run($$$)'],
  ['flask', 'Python', 'app.run($$$)'],
  ['socket', 'Python', '$SOCKET.bind($$$)'],
  ['listen-typescript', 'TypeScript', '$SERVER.listen($$$)'],
  ['listen-javascript', 'JavaScript', '$SERVER.listen($$$)'],
];

/** One rule of ours for ESLint: calls of a method named listen. */
const eslintConfig = `export default [
  {
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs' },
    plugins: {
      own: {
        rules: {
          listen: {
            create: (context) => ({
              'CallExpression[callee.property.name="listen"]': (node) => context.report({ node, message: 'listens' }),
            }),
          },
        },
      },
    },
    rules: { 'own/listen': 'error' },
  },
];
`;

function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  return folder;
}

/**
 * The peers that are installed, as contenders: packages of bench/ (npm ci --prefix bench), and bandit where the system has it.
 * @param folder the tree
 * @returns `name` and what it is asked, with `command`, `cwd` and `statuses`
 */
export function peers(folder) {
  const found = [];
  const astGrep = path.join(packages, `@ast-grep/cli-${process.platform}-${process.arch}-gnu/ast-grep`);
  if (existsSync(astGrep)) {
    const rules = astGrepRules.map(
      ([id, language, pattern]) =>
        `id: ${id}\nlanguage: ${language}\nseverity: warning\nmessage: listens\nrule:\n  pattern: ${pattern}\n`,
    );
    const config = write(path.join(scratch, 'ast-grep'), {
      'sgconfig.yml': 'ruleDirs: [rules]\n',
    });
    write(path.join(config, 'rules'), { 'rules.yml': rules.join('---\n') });
    found.push({
      name: 'ast-grep scan, five rules',
      command: [astGrep, 'scan', '--config', path.join(config, 'sgconfig.yml'), '--json=stream', '.'],
      cwd: folder,
    });
  }
  const eslint = path.join(packages, 'eslint/bin/eslint.js');
  if (existsSync(eslint)) {
    const config = write(path.join(scratch, 'eslint'), { 'eslint.config.mjs': eslintConfig });
    found.push({
      name: 'ESLint, one rule, .js files only',
      command: [process.execPath, eslint, '--config', path.join(config, 'eslint.config.mjs'), '.'],
      cwd: folder,
    });
  }
  const oxlint = path.join(packages, 'oxlint/bin/oxlint');
  if (existsSync(oxlint)) {
    found.push({
      name: 'oxlint, one rule, .js and .ts files only',
      command: [process.execPath, oxlint, '-A', 'all', '-D', 'no-debugger', '.'],
      cwd: folder,
    });
  }
  const dclint = path.join(packages, 'dclint/bin/dclint.cjs');
  if (existsSync(dclint)) {
    found.push({
      name: 'dclint, compose files only',
      command: [process.execPath, dclint, '-r', '.'],
      cwd: folder,
    });
  }
  if (spawnSync('bandit', ['--version']).status === 0) {
    found.push({
      name: 'bandit, B104 and B201, .py files only',
      command: ['bandit', '-q', '-r', '-t', 'B104,B201', '-f', 'json', '-o', path.join(scratch, 'bandit.json'), '.'],
      cwd: folder,
    });
  }
  return found;
}
