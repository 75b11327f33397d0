import type { Facts } from '../facts.ts';
import type { Finding } from '../rule.ts';
import { type Analysis, analyze, type RunOptions } from '../run.ts';
import { textWorkspace } from '../workspace/text-workspace.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What would be written to silence findings. */
export interface IgnorePlan {
  /** By path relative to the workspace's root; only files that change. */
  readonly texts: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly silenced: readonly Finding[];
  readonly refused: readonly { readonly finding: Finding; readonly reason: string }[];
  /** The analysis of the new texts. */
  readonly analysis: Analysis;
}

type Placement = 'above' | 'behind';

/** What begins a comment in a file, and whether one may stand behind code. */
function commentIn(file: string): { readonly mark: string; readonly behind: boolean } | undefined {
  if (/\.(?:json|html?|xml|md)$/i.test(file)) return undefined;
  if (/\.(?:jsonc|[cm]?[jt]sx?)$/i.test(file)) return { mark: '//', behind: true };
  if (/\.(?:bat|cmd)$/i.test(file)) return { mark: 'rem', behind: false };
  return { mark: '#', behind: /\.(?:pyw?|ya?ml|toml|sh|bash|ps1)$/i.test(file) };
}

/**
 * Works out comments that silence findings, and keeps those that do so and change nothing else.
 * @param analysis of the workspace, made with `run`
 * @param findings to silence
 * @param reason one line
 */
export async function planIgnores(
  analysis: Analysis,
  workspace: Workspace,
  findings: readonly Finding[],
  run: RunOptions,
  reason: string,
): Promise<IgnorePlan> {
  const refused: { finding: Finding; reason: string }[] = [];
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { file } = finding.at;
    if (commentIn(file) === undefined) refused.push({ finding, reason: 'its notation has no comments' });
    else byFile.set(file, [...(byFile.get(file) ?? []), finding]);
  }
  const done = new Map<string, string>();
  const attempt = async (files: readonly string[], placement: Placement) => {
    for (const file of files) {
      done.set(file, withComments(file, analysis.sources.get(file)!.text, byFile.get(file)!, placement, reason));
    }
    const after = await analyze(textWorkspace(done, workspace), run);
    const failed = files.filter((file) => !isAsWanted(analysis, after, file, byFile.get(file)!));
    for (const file of failed) done.delete(file);
    return failed;
  };
  let failed = await attempt([...byFile.keys()], 'above');
  const behind = failed.filter((file) => commentIn(file)!.behind);
  const never = failed.filter((file) => !behind.includes(file));
  failed = behind.length === 0 ? never : [...never, ...(await attempt(behind, 'behind'))];
  for (const finding of failed.flatMap((file) => byFile.get(file)!)) {
    refused.push({ finding, reason: 'a comment there would not be read, or would change what the file says' });
  }
  const texts = new Map([...done].map(([file, after]) => [file, { before: analysis.sources.get(file)!.text, after }]));
  return {
    texts,
    silenced: findings.filter(({ at }) => texts.has(at.file)),
    refused,
    analysis: texts.size === 0 ? analysis : await analyze(textWorkspace(done, workspace), run),
  };
}

function withComments(
  file: string,
  text: string,
  findings: readonly Finding[],
  placement: Placement,
  reason: string,
): string {
  const { mark } = commentIn(file)!;
  const rules = new Map<number, Set<string>>();
  for (const { at, rule } of findings) {
    const line = text.lastIndexOf('\n', at.start - 1) + 1;
    rules.set(line, (rules.get(line) ?? new Set()).add(rule));
  }
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  let result = text;
  for (const [line, ids] of [...rules].sort(([a], [b]) => b - a)) {
    const comment = `${mark} bindlint-ignore ${[...ids].sort().join(', ')}: ${reason}`;
    if (placement === 'above') {
      const indent = /^[ \t]*/.exec(text.slice(line))![0];
      result = `${result.slice(0, line)}${indent}${comment}${end}${result.slice(line)}`;
    } else {
      const at = line + /^[^\r\n]*/.exec(text.slice(line))![0].length;
      result = `${result.slice(0, at)}  ${comment}${result.slice(at)}`;
    }
  }
  return result;
}

/** Are exactly these findings gone, and is all else as it was? */
function isAsWanted(before: Analysis, after: Analysis, file: string, findings: readonly Finding[]): boolean {
  const gone = new Set(findings);
  const wanted = before.findings.filter((finding) => finding.at.file === file && !gone.has(finding));
  const found = after.findings.filter((finding) => finding.at.file === file);
  return (
    signs(wanted.map(({ rule, message }) => [rule, message])) ===
      signs(found.map(({ rule, message }) => [rule, message])) &&
    before.syntaxErrors.get(file) === after.syntaxErrors.get(file) &&
    before.problems.length === after.problems.length &&
    factsOf(before.facts, file) === factsOf(after.facts, file)
  );
}

const signs = (rows: readonly (readonly unknown[])[]) =>
  rows
    .map((row) => JSON.stringify(row))
    .sort()
    .join('\n');

function factsOf({ binds, publishes, dials }: Facts, file: string): string {
  return signs(
    [...binds, ...publishes, ...dials]
      .filter(({ span }) => span.file === file)
      .map(({ kind, framework, via, host, port }) => [
        kind,
        framework,
        via,
        host.value,
        host.written,
        port.value,
        port.written,
      ]),
  );
}
