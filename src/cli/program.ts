import { Command, CommanderError } from 'commander';
import reports from '../../generated/reports.ts';
import { check } from './check.ts';
import type { DoctorFlags } from './doctor.ts';
import { type ExplainFlags, explain } from './explain.ts';
import { fix } from './fix.ts';
import { frameworks } from './frameworks.ts';
import type { InitFlags } from './init.ts';
import { type Io, print } from './io.ts';
import type { LoadRules } from './main.ts';
import { map } from './map.ts';
import {
  addDoctorFlags,
  addFlags,
  addMapFlags,
  addRuleFlags,
  addTargetFlags,
  addVerifyFlags,
  colorOption,
  type ListFlags,
  listFormatOption,
  type MapFlags,
  type RuleFlags,
} from './options.ts';
import { ownPackage } from './package-root.ts';
import { rules } from './rules.ts';
import { undoLast } from './undo.ts';
import type { VerifyFlags } from './verify.ts';

const examples = {
  program: [
    'bindlint check                      what is wrong in this folder',
    'bindlint fix --diff                 what a fix would change, without writing it',
    'bindlint map                        everything that listens, is published or connected to',
    'bindlint explain loopback-host      what a rule is about',
  ],
  check: [
    'bindlint check',
    'bindlint check services/api         that folder is the root: only what is in it counts',
    'bindlint check run.py compose.yml   what concerns these files; the rest of the repository is still read',
    'bindlint check --preset strict --format sarif --output bindlint.sarif',
    'bindlint check --format github --format sarif --output bindlint.sarif --format markdown --output summary.md',
    'bindlint check --rule missing-port=off --fail-on error',
    'bindlint check --stdin --stdin-filename run.py < run.py',
    'bindlint check --staged             what the next commit would hold',
    'bindlint check --since origin/main  what concerns the files of a pull request',
    "bindlint check 'services/**/*.py'",
    'bindlint check --rules lint/rules    with your own rules: docs/extending.md',
    'bindlint check --print-config services/api/run.py',
    'bindlint check --baseline bindlint-baseline.json --update-baseline',
    'bindlint check --add-ignores --reason "reached through the proxy"',
  ],
  fix: [
    'bindlint fix --diff                 show the changes, write nothing',
    'bindlint fix                        write them; bindlint undo takes them back',
    'bindlint fix --interactive          ask before each of them',
    'bindlint fix --host 127.0.0.1 tools   the servers below tools are meant for this machine alone',
    'bindlint fix --staged               write only files that have no changes beside the staged ones',
    'bindlint fix --baseline bindlint-baseline.json --update-baseline   and accept what is left',
  ],
  map: ['bindlint map', 'bindlint map services/api --format json', 'bindlint map --format html --output map.html'],
  explain: ['bindlint explain loopback-host', 'bindlint explain loopback-host --all'],
  rules: ['bindlint rules', 'bindlint rules --format json'],
  frameworks: ['bindlint frameworks', 'bindlint frameworks --format json'],
  undo: ['bindlint undo                       as the files were before the last fix'],
  doctor: [
    'bindlint doctor                     every port that the project declares',
    'bindlint doctor --port 8000         who holds it, who gets through, and what would open it',
    'bindlint doctor --port 8000 --os windows',
  ],
  verify: [
    'bindlint verify -- python3 main.py  whatever port it opens is found',
    'bindlint verify --port 8000 --path /health -- npm start',
    "bindlint verify --timeout 60s -- sh -c 'make build && exec ./server'",
    'bindlint verify --format junit --output verify.xml -- gunicorn app:app',
    'bindlint verify --local -- ./admin  a second host must not get through',
  ],
  init: [
    'bindlint init --dry-run             what would be written',
    'bindlint init --baseline bindlint-baseline.json',
  ],
};

function shown(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

const exitCodes = `

Exit codes:
  0  nothing found at or above the threshold
  1  findings (fix --diff: there is a difference)
  2  the command line or the settings cannot be understood, or a named file cannot be read
  3  an error inside bindlint`;

const doctorExitCodes = `

Exit codes:
  0  every port is held as it is meant to be
  1  there are problems
  2  the command line or the settings cannot be understood, or a named file cannot be read
  3  an error inside bindlint`;

const verifyExitCodes = `

Exit codes:
  0  everything that could be proven is as it should be
  1  a check failed
  2  the command line cannot be understood, or the command cannot be started
  3  an error inside bindlint`;

/**
 * Reads the words of one command line and runs its command.
 * @returns the exit code
 */
export async function runCommand(argv: readonly string[], loadRules: LoadRules, io: Io): Promise<number> {
  let exitCode = 0;
  const said: Promise<void>[] = [];
  const program = new Command('bindlint')
    .enablePositionalOptions()
    .description('Finds where the servers of a repository listen, who can reach them and whether they fail loudly.')
    .version(ownPackage().version, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void said.push(print(io.stdout, text)),
      writeErr: (text) => void said.push(print(io.stderr, text)),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .addHelpText('after', shown(examples.program) + exitCodes);
  const formats = Object.keys(reports).sort();
  const rulesFor = async ({ rules: folder }: RuleFlags) => {
    const table = await loadRules();
    return folder === undefined ? table : (await import('./user-rules.ts')).withUserRules(folder, table, io.cwd);
  };

  addRuleFlags(
    addTargetFlags(
      addFlags(program.command('check').argument('[paths...]', 'files, folders or globs (default: this folder)')),
      formats,
    ),
  )
    .description('print what is wrong')
    .addHelpText('after', shown(examples.check) + exitCodes)
    .action(async (paths: string[], flags: RuleFlags) => {
      exitCode = await check(paths, flags, await rulesFor(flags), io);
    });
  addRuleFlags(
    addTargetFlags(
      addFlags(program.command('fix').argument('[paths...]', 'files, folders or globs (default: this folder)')),
      formats,
    ),
  )
    .description('rewrite what can be rewritten')
    .option('--diff', 'print a unified diff and write nothing')
    .option('-i, --interactive', 'show each change and ask before it is made')
    .addHelpText('after', shown(examples.fix) + exitCodes)
    .action(async (paths: string[], flags: RuleFlags) => {
      exitCode = await fix(paths, flags, await rulesFor(flags), io);
    });
  addMapFlags(
    addFlags(program.command('map').argument('[paths...]', 'files, folders or globs (default: this folder)')),
    ['text', 'json', 'html'],
  )
    .description('print everything that listens, is published or connected to')
    .addHelpText('after', shown(examples.map))
    .action(async (paths: string[], flags: MapFlags) => {
      exitCode = await map(paths, flags, await loadRules(), io);
    });
  program
    .command('explain')
    .argument('<rule>', 'a rule, as bindlint rules lists them')
    .description('print the page of a rule: what it finds, why it matters, what to do')
    .option('--all', 'with every case that the rule is tested with')
    .addOption(colorOption())
    .addHelpText('after', shown(examples.explain))
    .action(async (rule: string, flags: ExplainFlags) => {
      exitCode = await explain(rule, flags, await loadRules(), io);
    });
  program
    .command('rules')
    .description('list the rules with their severity in each preset')
    .addOption(listFormatOption())
    .addOption(colorOption())
    .addHelpText('after', shown(examples.rules))
    .action(async (flags: ListFlags) => {
      exitCode = await rules(flags, await loadRules(), io);
    });
  program
    .command('frameworks')
    .description('list the servers that are known, with the address they listen on by default')
    .addOption(listFormatOption())
    .addOption(colorOption())
    .addHelpText('after', shown(examples.frameworks))
    .action(async (flags: ListFlags) => {
      exitCode = await frameworks(flags, Object.keys(await loadRules()), io);
    });
  program
    .command('init')
    .argument('[folder]', 'a folder of the project (default: this one)')
    .description('write settings, hook and CI step that fit the project; what is there is never changed')
    .option('--dry-run', 'print what would be written, and write nothing')
    .option('--baseline <file>', 'accept what is found now, and write hook and CI step so that they do too')
    .addHelpText('after', shown(examples.init))
    .action(async (folder: string | undefined, flags: InitFlags) => {
      exitCode = await (await import('./init.ts')).init(folder, flags, await loadRules(), io);
    });
  addDoctorFlags(program.command('doctor').argument('[paths...]', 'files, folders or globs (default: this folder)'))
    .description('look at this machine: who holds a port, on which address, who gets through; changes nothing')
    .addHelpText('after', shown(examples.doctor) + doctorExitCodes)
    .action(async (paths: string[], flags: DoctorFlags) => {
      exitCode = await (await import('./doctor.ts')).doctor(paths, flags, loadRules, io);
    });
  addVerifyFlags(program.command('verify').argument('<command...>', 'the command that starts the server, behind --'))
    .description('start a command and prove that it listens, answers, fails loudly on a taken port and stops')
    .passThroughOptions()
    .addHelpText('after', shown(examples.verify) + verifyExitCodes)
    .action(async (words: string[], flags: VerifyFlags) => {
      exitCode = await (await import('./verify.ts')).verify(words, flags, loadRules, io);
    });
  program
    .command('undo')
    .argument('[folder]', 'a folder of the project (default: this one)')
    .description('take the last fix back as a whole; refuses where files have changed since')
    .addHelpText('after', shown(examples.undo))
    .action(async (folder: string | undefined) => {
      exitCode = await undoLast(folder, io);
    });

  if (argv.length === 0) {
    program.outputHelp();
    await Promise.all(said);
    return 0;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? 0 : 2;
  }
  await Promise.all(said);
  return exitCode;
}
