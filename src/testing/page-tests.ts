import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { declaredExposure, defaultSettings, loadNamed, type Settings, severityOf } from '../config/settings.ts';
import type { Span } from '../facts.ts';
import { type FixOptions, planFixes } from '../fix/apply.ts';
import { unifiedDiff } from '../fix/diff.ts';
import { positionsOf } from '../positions.ts';
import type { Finding, Rule } from '../rule.ts';
import { analyze, type RunOptions } from '../run.ts';
import { textWorkspace } from '../workspace/text-workspace.ts';
import { factsText } from './fact-lines.ts';
import { type ExpectationKind, expectation, type PageCase, parsePage, type Replacement, rewritePage } from './pages.ts';

/** How a page is run. */
export interface PageOptions {
  /** The rules that run, by id. A page that is named after one of them shows its findings and fixes; any other page shows facts. */
  readonly rules?: Readonly<Record<string, Rule>>;
  /** The rule that findings and fixes are shown of, where the page does not have its name. */
  readonly rule?: string;
  /** Write what the program says into the page instead of comparing it. Default: the variable UPDATE is 1. */
  readonly update?: boolean;
  /** Looks at every text that a fix has written, and throws where it is no longer what it was. */
  written?(file: string, text: string, before: string): void;
}

type Texts = ReadonlyMap<string, string>;

function locateIn(texts: Texts): (span: Span) => string {
  return ({ file, start }) => {
    const text = texts.get(file);
    assert.ok(text !== undefined && start <= text.length, `a place outside of the inputs: ${file} ${start}`);
    const { line, column } = positionsOf(text).at(start);
    return `${file}:${line}:${column}`;
  };
}

async function settingsOf(pageCase: PageCase, ruleIds: readonly string[]): Promise<Settings> {
  if (pageCase.settings === undefined) return defaultSettings('/project');
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-page-'));
  try {
    const file = path.join(folder, '.bindlint.yaml');
    writeFileSync(file, pageCase.settings);
    return { ...(await loadNamed(file, folder, ruleIds)), folder: '/project' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a page runs its rules: a rule that the preset leaves out runs at its own severity. */
function optionsFor(rules: Readonly<Record<string, Rule>>, settings: Settings): RunOptions {
  return {
    rules,
    host: settings.fix.host,
    hostStated: settings.fix.hostStated,
    layer: settings.fix.layer,
    ...(settings.frameworks && { frameworks: settings.frameworks }),
    severity: (id, file, context, lowered, { severity }) =>
      severityOf(settings, id, { severity }, file, context, lowered),
    exposure: (file) => declaredExposure(settings, file),
  };
}

function findingsText(findings: readonly Finding[], locate: (span: Span) => string): string {
  return findings
    .flatMap((finding) => [
      `${locate(finding.at)} ${finding.severity} ${finding.message}`,
      ...(finding.related ?? []).map(({ at, message }) => `  ${locate(at)} ${message}`),
    ])
    .join('\n');
}

/** What `fix` does, as a diff, after making sure that it was done well. */
async function fixedText(texts: Texts, options: FixOptions, written: PageOptions['written']): Promise<string> {
  const fix = async (before: Texts) => {
    const workspace = textWorkspace(before);
    const analysis = await analyze(workspace, options.run);
    return { analysis, plan: await planFixes(analysis, workspace, options) };
  };
  const { analysis, plan } = await fix(texts);
  const left = plan.analysis.findings.length;
  assert.ok(left <= analysis.findings.length - plan.applied.length, 'findings are left that a fix was made for');
  for (const [file, { before, after }] of plan.texts) written?.(file, after, before);
  const again = await fix(new Map([...texts].map(([file, text]) => [file, plan.texts.get(file)?.after ?? text])));
  assert.deepEqual([...again.plan.texts.keys()], [], 'a second fix changes something');
  return unifiedDiff(plan, (file) => file).trimEnd();
}

/** What the program says about a case. */
async function answer(
  pageCase: PageCase,
  kind: ExpectationKind,
  rule: string | undefined,
  { rules = {}, written }: PageOptions,
): Promise<string> {
  const settings = await settingsOf(pageCase, Object.keys(rules));
  const run = optionsFor(rules, settings);
  const wanted = (finding: Finding) => finding.rule === rule;
  if (kind === 'diff' || kind === 'diff --unsafe-fixes') {
    const unsafe = kind === 'diff --unsafe-fixes';
    const { style, portFallback } = settings.fix;
    return fixedText(pageCase.files, { run, style, portFallback, unsafe, wanted }, written);
  }
  const analysis = await analyze(textWorkspace(pageCase.files), run);
  const locate = locateIn(pageCase.files);
  const said =
    kind === 'facts' ? factsText(analysis.facts, locate) : findingsText(analysis.findings.filter(wanted), locate);
  const problems = analysis.problems.map(
    ({ file, offset = 0, message }) => `${locate({ file, start: offset, end: offset })} problem ${message}`,
  );
  return [said, ...problems].filter(Boolean).join('\n');
}

/**
 * Runs a page: each of its cases becomes a test of `node:test`.
 * @param page path of the Markdown file; its name without ending is the rule it shows, where one of the rules has it
 */
export function testPage(page: string, options: PageOptions = {}): void {
  const updating = options.update ?? process.env.UPDATE === '1';
  const name = path.basename(page, '.md');
  const named = options.rules !== undefined && Object.hasOwn(options.rules, name);
  const rule = options.rule ?? (named ? name : undefined);
  const standard: readonly ExpectationKind[] = named ? ['findings', 'diff'] : ['facts'];
  const text = readFileSync(page, 'utf8');
  const cases = parsePage(text);
  const replacements: Replacement[] = [];
  describe(page, () => {
    test('shows what it is about', () => {
      const shown = cases.flatMap(({ expected }) => [...expected]).filter(([kind]) => kind === standard[0]);
      assert.ok(updating || shown.some(([, { text }]) => text !== ''), `no case has ${standard[0]}`);
    });
    for (const pageCase of cases) {
      test(`line ${pageCase.line}: ${pageCase.title}`, async () => {
        const kinds = pageCase.expected.size > 0 ? [...pageCase.expected.keys()] : standard;
        for (const kind of kinds) {
          const said = await answer(pageCase, kind, rule, options);
          if (updating) replacements.push(expectation(pageCase, kind, said));
          else assert.equal(said, pageCase.expected.get(kind)?.text, `${page}:${pageCase.line} ${kind}`);
        }
      });
    }
    after(() => {
      if (updating) writeFileSync(page, rewritePage(text, replacements));
    });
  });
}
