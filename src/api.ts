import type { Rule } from './rule.ts';

/** What is looked at: a folder on disk with its settings, or texts by path, which stand for a whole repository. */
export type Input =
  | { readonly folder: string }
  | {
      readonly files: Readonly<Record<string, string>>;
      /** As a settings file holds them, without `extends`. */
      readonly settings?: Readonly<Record<string, unknown>>;
    };

/** What the command line could say; it wins over settings. */
export interface Options {
  readonly preset?: 'recommended' | 'strict';
  /** Severities by id. */
  readonly rules?: Readonly<Record<string, 'off' | 'info' | 'warning' | 'error'>>;
  /** The address that fixes write; states that it is meant to be reachable there. */
  readonly host?: string;
  /** Rules beside those of bindlint, by id. */
  readonly ownRules?: Readonly<Record<string, Rule>>;
  /** Also make fixes that change more than an address, a port or the handling of a bind error. */
  readonly unsafeFixes?: boolean;
}

/** A place in a file: lines and columns from 1, the end exclusive. Columns are UTF-16 code units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Finding extends Place {
  readonly rule: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  readonly related: readonly (Place & { readonly message: string })[];
}

/** A file that could not be read or understood; the others were. */
export interface Problem {
  readonly file: string;
  readonly kind: 'unparsed' | 'unsupported' | 'limit';
  readonly message: string;
}

/** As `bindlint check --format json` prints it. */
export interface CheckResult {
  readonly version: 1;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

export interface FixResult {
  /** New texts by path, of files that change. Nothing is written. */
  readonly files: Readonly<Record<string, string>>;
  /** What was not fixed, and why. */
  readonly refused: readonly { readonly file: string; readonly rule: string; readonly reason: string }[];
}

/** A value of an endpoint and how it is known. */
export interface Known<T> {
  readonly value: T | null;
  readonly source: 'literal' | 'default' | 'env' | 'argument' | 'config' | 'unknown';
}

export interface Endpoint extends Place {
  readonly kind: 'bind' | 'publish' | 'dial';
  readonly framework: string;
  readonly host: Known<string> | null;
  readonly port: Known<number> | null;
  readonly reach: 'loopback' | 'all' | 'specific' | 'unknown' | null;
}

/** As `bindlint map --format json` prints it. */
export interface MapResult {
  readonly version: 1;
  readonly endpoints: readonly Endpoint[];
}

/**
 * What is wrong.
 * @throws Error for unknown rules and for settings or folders that cannot be read
 */
export async function check(input: Input, options: Options = {}): Promise<CheckResult> {
  const { run, report } = await looked(input, options);
  const [{ withEdits }, { default: json }] = await Promise.all([import('./cli/run.ts'), import('./report/json.ts')]);
  const findings = await withEdits(run.analysis.findings, run.analysis, run.project);
  return JSON.parse(json.print(report(findings)));
}

/**
 * What `bindlint fix` would write. Every change is read again, and only kept where nothing else has changed.
 * @throws Error for unknown rules and for settings or folders that cannot be read
 */
export async function fix(input: Input, options: Options = {}): Promise<FixResult> {
  const { run } = await looked(input, options);
  const [{ planFixes }, { isDue }] = await Promise.all([import('./fix/apply.ts'), import('./cli/run.ts')]);
  const { style, portFallback } = run.project.settings.fix;
  const flags = {
    ...(options.unsafeFixes && { unsafeFixes: true as const }),
    ...(options.host !== undefined && { host: options.host }),
  };
  const plan = await planFixes(run.analysis, run.project.workspace, {
    style,
    portFallback,
    unsafe: true,
    run: run.options,
    wanted: (finding) => isDue(finding, flags),
  });
  return {
    files: Object.fromEntries([...plan.texts].map(([file, { after }]) => [file, after])),
    refused: plan.refused.map(({ file, rule, reason }) => ({ file, rule, reason })),
  };
}

/**
 * Everything that listens, is published or connected to.
 * @throws Error for settings or folders that cannot be read
 */
export async function map(input: Input): Promise<MapResult> {
  const { report } = await looked(input, {});
  return JSON.parse((await import('./map/json.ts')).mapAsJson(report([])));
}

async function looked(input: Input, { preset, rules, host, ownRules }: Options) {
  const [{ default: known }, { analyze }, { optionsFor }, { reportOf }, { mergeCommandLine }] = await Promise.all([
    import('../generated/rules.ts'),
    import('./run.ts'),
    import('./cli/run.ts'),
    import('./cli/report.ts'),
    import('./config/settings.ts'),
  ]);
  const taken = Object.keys(ownRules ?? {}).find((id) => Object.hasOwn(known, id));
  if (taken !== undefined) throw new Error(`there is already a rule ${taken}`);
  const table = { ...known, ...ownRules };
  const ids = Object.keys(table);
  const stated = { ...(preset && { preset }), ...(rules && { rules }), ...(host !== undefined && { host }) };
  const opened = 'folder' in input ? await folderProject(input.folder, ids) : await textProject(input, ids);
  const settings = mergeCommandLine(opened.settings, stated, ids);
  const project = {
    ...opened,
    settings,
    governing(file: string) {
      const own = opened.governing(file);
      return { ...own, settings: mergeCommandLine(own.settings, stated, ids) };
    },
  };
  const options = optionsFor(project, table);
  const analysis = await analyze(project.workspace, options);
  const report = (findings: Parameters<typeof reportOf>[0]['findings']) =>
    reportOf({
      analysis,
      findings,
      problems: analysis.problems,
      root: project.root,
      cwd: project.root,
      rules: table,
      durationMs: 0,
      fixing: { command: 'bindlint fix', includes: () => true },
    });
  return { run: { project, options, analysis }, report };
}

async function folderProject(folder: string, ids: readonly string[]) {
  const [{ openProject }, { resolve }] = await Promise.all([import('./cli/project.ts'), import('node:path')]);
  const cwd = resolve(folder);
  const nothing = { write() {} };
  async function* empty(): AsyncGenerator<string> {}
  const io = { stdout: nothing, stderr: nothing, stdin: empty(), env: {}, cwd };
  return openProject([cwd], { color: 'never' }, ids, io);
}

async function textProject({ files, settings: written }: Extract<Input, { files: unknown }>, ids: readonly string[]) {
  const [{ defaultSettings, settingsOf }, { textWorkspace }] = await Promise.all([
    import('./config/settings.ts'),
    import('./workspace/text-workspace.ts'),
  ]);
  const settings = written === undefined ? defaultSettings('/') : await settingsOf(written, ids);
  return {
    root: '/',
    named: [],
    covers: () => true,
    settings,
    workspace: textWorkspace(new Map(Object.entries(files))),
    governing: (path: string) => ({ settings, path }),
  };
}
