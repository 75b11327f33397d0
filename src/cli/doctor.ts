import path from 'node:path';
import { parsePort } from '../address.ts';
import type { Bind, Publish } from '../facts.ts';
import type { Report } from '../reporter.ts';
import type { Intended } from '../runtime/diagnosis.ts';
import type { System } from '../runtime/machine.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import type { LoadRules } from './main.ts';
import type { ColorChoice } from './options.ts';
import { deliver } from './output-file.ts';
import { statusLine } from './progress.ts';
import { namedUnread, reportOn, runOn } from './run.ts';
import { seenValue } from './seen-value.ts';

/** The flags of `doctor`. */
export interface DoctorFlags {
  readonly color: ColorChoice;
  readonly format: string;
  readonly output?: string;
  readonly quiet?: true;
  readonly port?: number;
  readonly host?: string;
  readonly os?: System;
  /** In milliseconds. */
  readonly timeout: number;
}

const maximumPorts = 20;

/** Says what is so on this machine now, for each port that the project declares, or for one. */
export async function doctor(
  paths: readonly string[],
  flags: DoctorFlags,
  loadRules: LoadRules,
  io: Io,
): Promise<number> {
  const status = statusLine(io.stderr);
  try {
    status.show('reading the project');
    const project = await declared(paths, flags, loadRules, io);
    const [{ diagnose }, { thisMachine }, { diagnosisAsJson, diagnosisAsText }] = await Promise.all([
      import('../runtime/diagnosis.ts'),
      import('../runtime/machine.ts'),
      import('../runtime/diagnosis-text.ts'),
    ]);
    const diagnosis = await diagnose(
      {
        intended: project.intended,
        service: project.service,
        limit: flags.timeout,
        shown: flags.os,
        env: io.env,
        say: (text) => status.show(text),
      },
      await thisMachine(),
    );
    status.done();
    const terminal = flags.output === undefined && io.stdout.isTTY === true;
    const text =
      flags.format === 'json'
        ? diagnosisAsJson(diagnosis)
        : diagnosisAsText(diagnosis, {
            color: flags.output === undefined && wantsColor(flags.color, io.stdout, io.env),
            quiet: flags.quiet === true,
            columns: terminal ? (io.stdout.columns ?? 80) : 120,
          });
    await deliver(text, flags.output, io);
    if (project.notes.length > 0 && flags.quiet !== true)
      await print(io.stderr, project.notes.map((note) => `${note}\n`).join(''));
    if (project.unread) return 2;
    return diagnosis.ports.some(({ problems }) => problems.length > 0) ? 1 : 0;
  } finally {
    status.done();
  }
}

interface Declared {
  readonly intended: readonly Intended[];
  readonly service: string;
  readonly notes: readonly string[];
  readonly unread: boolean;
}

async function declared(paths: readonly string[], flags: DoctorFlags, loadRules: LoadRules, io: Io): Promise<Declared> {
  const service = path.basename(io.cwd);
  const given: Intended[] =
    flags.port === undefined || flags.host === undefined
      ? []
      : [{ port: flags.port, host: flags.host, what: 'the command line' }];
  // A port is asked about anywhere; a home or all of a disk is not read for it.
  const isProject =
    paths.length > 0 || flags.port === undefined || gitRootOf(io.cwd) !== undefined || !isWide(io.cwd, io.env);
  if (given.length > 0 || !isProject) {
    const alone = flags.port === undefined ? [] : [{ port: flags.port, host: undefined, what: 'the command line' }];
    return { intended: given.length > 0 ? given : alone, service, notes: [], unread: false };
  }
  const run = await runOn(paths, { color: flags.color }, await loadRules(), io, true);
  const report = reportOn(run, [], {}, io);
  const all = intendedBy(run.facts.binds, run.facts.publishes, report, io);
  const wanted = flags.port === undefined ? all.known : all.known.filter(({ port }) => port === flags.port);
  const stated = flags.host === undefined ? wanted : wanted.map((one) => ({ ...one, host: flags.host }));
  const asked =
    flags.port !== undefined && stated.length === 0
      ? [{ port: flags.port, host: flags.host, what: 'the command line; the project does not declare it' }]
      : stated;
  const ports = [...new Set(asked.map(({ port }) => port))];
  const kept = new Set(ports.slice(0, maximumPorts));
  const notes = [
    ...(flags.port === undefined ? all.unknown : []),
    ...(ports.length > kept.size
      ? [
          `the project declares ${ports.length} ports, and ${kept.size} are looked at: ${ports.slice(maximumPorts).join(', ')} are not`,
        ]
      : []),
  ];
  return { intended: asked.filter(({ port }) => kept.has(port)), service, notes, unread: namedUnread(run) };
}

/** Is it a home, or a folder that homes are in? */
function isWide(folder: string, env: Io['env']): boolean {
  const home = env.HOME ?? env.USERPROFILE;
  const inside = home === undefined ? undefined : path.relative(folder, home);
  return (
    path.dirname(folder) === folder ||
    (inside !== undefined && inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside))
  );
}

/** What the project means to have on this machine: production first, else whatever there is. */
function intendedBy(
  binds: readonly Bind[],
  publishes: readonly Publish[],
  report: Report,
  io: Io,
): { readonly known: Intended[]; readonly unknown: string[] } {
  const servers = binds.filter(
    ({ feeds, protocol, via }) => feeds === undefined && protocol === 'tcp' && via !== 'manifest',
  );
  const inProduction = servers.filter(({ context }) => context === 'production');
  const chosen = inProduction.length > 0 ? inProduction : servers;
  const known = new Map<string, Intended>();
  const unknown: string[] = [];
  const isInside = ({ scope }: Bind) => scope !== '';
  const placeOf = ({ span }: Bind | Publish) => {
    const { line, column } = report.position(span);
    return `${report.path(span.file)}:${line}:${column}`;
  };
  for (const publish of publishes) {
    // Only what is published on the host is on this machine.
    if (publish.port.value === undefined || publish.role !== 'publish' || publish.protocol === 'udp') continue;
    if (publish.framework === 'kubernetes' || publish.framework === 'dockerfile') continue;
    const place = placeOf(publish);
    // The file stands in the place already.
    const service = publish.scope.slice(publish.scope.indexOf('#') + 1);
    const what = `published by ${publish.framework}${service === '' ? '' : ` for ${service}`}`;
    known.set(place, { port: publish.port.value, host: publish.host.value ?? '', place, what, published: true });
  }
  for (const bind of chosen.filter((one) => !isInside(one))) {
    const port = seenValue(bind.port, [], io.env, parsePort);
    const host = seenValue(bind.host, [], io.env, (text) => text);
    const place = placeOf(bind);
    if (port === undefined || port === 0) {
      const { origin } = bind.port;
      const why =
        port === 0
          ? 'is any free one'
          : origin.by === 'env'
            ? `comes from ${origin.name}, which is not set here`
            : 'cannot be seen';
      unknown.push(`${place}: the port of ${bind.framework} ${why}; --port names one`);
      continue;
    }
    known.set(`${place} ${host}:${port}`, {
      port,
      host,
      place,
      what: bind.framework,
      ...(bind.guarded !== undefined && { guarded: bind.guarded }),
    });
  }
  const published = new Set(publishes.map(({ target }) => target.value));
  for (const bind of chosen.filter(isInside)) {
    const { value } = bind.port;
    if (value === undefined || published.has(value)) continue;
    unknown.push(
      `${placeOf(bind)}: listens on port ${value} inside a container, and nothing that was read publishes it here`,
    );
  }
  return { known: [...known.values()], unknown: [...new Set(unknown)] };
}
