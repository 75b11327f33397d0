import type { OutcomeStore } from './known-outcome.ts';
import { prefilters } from './prefilter.ts';
import type { Analysis, RunOptions } from './run.ts';
import type { Signs } from './signs.ts';
import type { Watched } from './workspace/asked.ts';
import type { Workspace } from './workspace/workspace.ts';

/** For fewer files, looking whether anything has changed takes as long as looking for everything. */
const worthKeeping = 300;

/** Where the outcome of a run is kept for the next. */
export interface Remembering {
  readonly store: OutcomeStore;
  /** Is told when the outcome is a new one. What its edits need is to be asked of the watched workspace too; then it can be kept. */
  made(watched: Watched): void;
}

/**
 * As `analyze`, but neither the catalogue nor a parser is loaded where no file holds anything that would be parsed.
 * @param workspace the files
 * @param options rules and their severities
 * @param remembering unless given, nothing is remembered
 */
export async function analyzeProject(
  workspace: Workspace,
  options: RunOptions,
  remembering?: Remembering,
): Promise<Analysis> {
  const [{ default: known, closerLook }, { isSettingsFile }] = await Promise.all([
    import('../generated/signs.ts'),
    import('./workspace/settings-files.ts'),
  ]);
  const signs = options.frameworks ? await withOwnSigns(known, options.frameworks) : known;
  const asked = prefilters(signs, isSettingsFile, closerLook);
  const candidates = await workspace.candidates(asked.prefilter);
  if (candidates.files.length > 0) {
    if (!remembering || candidates.seen < worthKeeping) {
      const { analyze } = await import('./run.ts');
      return analyze({ ...workspace, candidates: async () => candidates }, options, asked);
    }
    const [{ recalledFrom }, { watched }] = await Promise.all([
      import('./known-outcome.ts'),
      import('./workspace/asked.ts'),
    ]);
    const recalled = await recalledFrom(remembering.store, workspace, candidates);
    if (recalled) return recalled;
    const { analyze } = await import('./run.ts');
    const watching = watched(workspace, candidates);
    const analysis = await analyze(watching.workspace, options, asked);
    remembering.made(watching);
    return analysis;
  }
  return {
    facts: Object.freeze({ binds: [], publishes: [], dials: [], announcements: [], settings: [], containers: [] }),
    findings: [],
    suppressed: 0,
    silenced: [],
    problems: [],
    seen: candidates.seen,
    parsed: 0,
    notUnderstood: 0,
    sources: new Map(),
    programs: new Map(),
    syntaxErrors: new Map(),
  };
}

/** A project's own servers have signs of their own; for those of the catalogue, it need not be loaded. */
async function withOwnSigns(
  known: Signs,
  { python, javascript }: NonNullable<RunOptions['frameworks']>,
): Promise<Signs> {
  const { joinedSigns, signsOf } = await import('./signs.ts');
  return joinedSigns(known, signsOf(python, javascript, {}, {}));
}
