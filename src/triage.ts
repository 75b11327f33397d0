import { prefilters } from './prefilter.ts';
import type { Analysis, RunOptions } from './run.ts';
import type { Source, Workspace } from './workspace/workspace.ts';

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
  const { prefilter, isWorthParsing } = asked;
  const candidates = await workspace.candidates(prefilter);
  const sources = new Map<string, Source>();
  for (const file of candidates.files) {
    const read = await workspace.read(file);
    if ('kind' in read || isWorthParsing(file, read.text)) {
      const { analyze } = await import('./run.ts');
      return analyze({ ...workspace, candidates: async () => candidates }, options, asked);
    }
    sources.set(file, read);
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
    sources,
    programs: new Map(),
    syntaxErrors: new Map(),
  };
}
