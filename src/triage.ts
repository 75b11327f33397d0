import { prefilters } from './prefilter.ts';
import type { Analysis, RunOptions } from './run.ts';
import type { Workspace } from './workspace/workspace.ts';

/**
 * As `analyze`, but neither the catalogue nor a parser is loaded where no file holds anything that would be parsed.
 * @param workspace the files
 * @param options rules and their severities
 */
export async function analyzeProject(workspace: Workspace, options: RunOptions): Promise<Analysis> {
  const [{ default: signs, closerLook }, { isSettingsFile }] = await Promise.all([
    import('../generated/signs.ts'),
    import('./workspace/settings-files.ts'),
  ]);
  if (options.frameworks) return (await import('./run.ts')).analyze(workspace, options);
  const asked = prefilters(signs, isSettingsFile, closerLook);
  const candidates = await workspace.candidates(asked.prefilter);
  if (candidates.files.length > 0) {
    const { analyze } = await import('./run.ts');
    return analyze({ ...workspace, candidates: async () => candidates }, options, asked);
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
