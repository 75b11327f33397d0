import type { Span } from '../facts.ts';
import { isScript } from '../prefilter.ts';
import type { Edit, Finding } from '../rule.ts';
import { type Analysis, analyze, type RunOptions } from '../run.ts';
import { textWorkspace } from '../workspace/text-workspace.ts';
import type { Source, Workspace } from '../workspace/workspace.ts';
import { changedFacts, newFindings, type UnaskedChange, unaskedChanges } from './compare.ts';
import { combined, type EditContext, editsOf, type FixEdits, type FixStyle, isBesidePort } from './edits.ts';
import { type OtherLinters, otherLintersFor } from './other-linters.ts';
import { defaultTries } from './port-fallback.ts';
import { applyEdits, MadeEdits, offsetBefore } from './text-edits.ts';

/** How fixes are written. */
interface Writing {
  readonly style: FixStyle;
  /** As the setting says: whether, and how many, other ports a server tries. */
  readonly portFallback?: boolean | number;
}

export interface FixOptions extends Writing {
  /** Apply unsafe fixes, and those of findings that are only info, too. */
  readonly unsafe: boolean;
  /** As the analysis was made. */
  readonly run: RunOptions;
  /** Findings that were asked for. */
  wanted(finding: Finding): boolean;
}

/** A fix that was made. The finding's own place is the one in the text as it was. */
export interface AppliedFix {
  readonly finding: Finding;
  readonly does: string;
}

/** A fix that was not made, and why. */
export interface RefusedFix {
  readonly file: string;
  readonly rule: string;
  /** In the text as it was. */
  readonly at: Span;
  readonly reason: string;
}

/** What `fix` would write. */
export interface Plan {
  /** By path relative to the workspace's root; only files that change. */
  readonly texts: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly applied: readonly AppliedFix[];
  /** Of the findings that are left; then parts of fixes that were left out. */
  readonly refused: readonly RefusedFix[];
  /** The analysis of the new texts: what is left. */
  readonly analysis: Analysis;
}

/** Each judges the project anew. */
const maximumAttempts = 256;
/** So many fixes of one rule fail in one file before no others of it are tried there. */
const maximumFailures = 12;
/** Fixes that wait for others at the same place get another turn. */
const maximumPasses = 12;

/**
 * Works out what fixes change, and keeps only those after which nothing but the declared slots has changed.
 * @param analysis of the workspace, made with `options.run`
 */
export async function planFixes(analysis: Analysis, workspace: Workspace, options: FixOptions): Promise<Plan> {
  const planning = new Planning(analysis, workspace, options);
  await planning.run();
  return planning.plan();
}

/**
 * The edits of every finding's fix by itself, before verification: for reports.
 * @returns by finding; findings without a fix, or whose fix cannot be written, are left out
 */
export async function editsForReport(
  analysis: Analysis,
  workspace: Workspace,
  style: FixStyle,
  portFallback: boolean | number = false,
): Promise<Map<Finding, Edit[]>> {
  const fixable = analysis.findings.filter((finding) => finding.fix !== undefined);
  const view = await viewOf(
    analysis,
    workspace,
    { style, portFallback },
    fixable.filter((finding) => !isStructural(finding)),
  );
  const found = new Map<Finding, Edit[]>();
  for (const finding of fixable) {
    if (isStructural(finding)) continue;
    const made = editsOf(finding.fix!.repairs, { ...view, fills: fillsOf([finding]) });
    if (!('refused' in made)) found.set(finding, combined([made], view.program));
  }
  return found;
}

/** What restructures JavaScript, with the compiler of TypeScript behind it. */
async function scriptCodemods() {
  const [{ handleListenError }, { listenOnFreePort }, { moveClaim }, { typeOfPort }] = await Promise.all([
    import('./typescript/listen-error.ts'),
    import('./typescript/port-fallback.ts'),
    import('./typescript/announcement.ts'),
    import('./typescript/tree.ts'),
  ]);
  return { handleListenError, listenOnFreePort, moveClaim, typeOfPort };
}

/** Does the fix restructure code, so that its edits are worked out only when it is made? */
export function isStructural({ fix }: Finding): boolean {
  return (
    fix?.repairs.some((repair) =>
      repair.kind === 'fill'
        ? isBesidePort(repair)
        : repair.kind === 'handle-bind-error'
          ? repair.bind.failure.repair?.signal !== undefined
          : repair.kind === 'move-announcement' && isScript.test(repair.announcement.statement.file),
    ) === true
  );
}

const fillsOf = (findings: readonly Finding[]) =>
  findings.flatMap((finding) => finding.fix!.repairs).filter((repair) => repair.kind === 'fill');

/** All that edits may look at, loaded. */
async function viewOf(
  analysis: Analysis,
  workspace: Workspace,
  { style, portFallback = false }: Writing,
  findings: readonly Finding[],
): Promise<Omit<EditContext, 'fills'>> {
  const files = new Set(findings.flatMap((finding) => [...filesOf(finding)]));
  const linters = new Map<string, OtherLinters>();
  const sources = new Map<string, Source>();
  const codemods = findings.some(isStructural) ? await scriptCodemods() : undefined;
  for (const file of files) {
    const source = analysis.sources.get(file);
    if (source === undefined) continue;
    sources.set(file, source);
    if (/\.pyw?$/.test(file)) linters.set(file, await otherLintersFor(workspace, file));
  }
  return {
    style,
    portTries: portFallback === true ? defaultTries : Number(portFallback),
    facts: analysis.facts,
    source: (file) => sources.get(file),
    program(file) {
      const program = analysis.programs.get(file);
      return program?.language === 'python' ? program : undefined;
    },
    ...codemods,
    linters: (file) => linters.get(file) ?? { ruff: false, bandit: false },
  };
}

/** The files that the fix of a finding may edit. */
export function* filesOf(finding: Finding): Iterable<string> {
  for (const repair of finding.fix?.repairs ?? []) {
    switch (repair.kind) {
      case 'fill':
        yield repair.slot.span.file;
        yield repair.slot.site.file;
        if (repair.layer) yield repair.layer.span.file;
        break;
      case 'handle-bind-error':
        yield repair.bind.host.site.file;
        yield repair.bind.port.site.file;
        if (repair.bind.failure.repair) yield repair.bind.failure.repair.statement.file;
        break;
      case 'move-announcement':
      case 'remove-announcement':
      case 'correct-announcement':
        yield repair.announcement.statement.file;
        break;
      case 'remove-suppression':
        yield repair.span.file;
    }
  }
}

class Planning {
  readonly #first: Analysis;
  readonly #workspace: Workspace;
  readonly #options: FixOptions;
  readonly #applied: AppliedFix[] = [];
  readonly #refused = new Map<string, RefusedFix>();
  /** How many fixes of a rule and a file were tried by themselves, and could not be made. */
  readonly #failures = new Map<string, number>();
  /** Of the refused ones: those that would bring another finding to light. */
  readonly #revealing = new Set<string>();
  readonly #left: RefusedFix[] = [];
  /** The edits of each pass so far, by file. */
  readonly #edits: ReadonlyMap<string, readonly Edit[]>[] = [];
  #attempts = 0;
  #current: Analysis;
  #texts: ReadonlyMap<string, string> = new Map();

  constructor(analysis: Analysis, workspace: Workspace, options: FixOptions) {
    this.#first = analysis;
    this.#current = analysis;
    this.#workspace = remembering(workspace, analysis.sources);
    this.#options = options;
  }

  async run(): Promise<void> {
    for (let pass = 0; pass < maximumPasses; pass++) {
      // What was refused on the old texts may fit the new ones.
      this.#refused.clear();
      this.#revealing.clear();
      this.#failures.clear();
      const findings = this.#current.findings.filter((finding) => this.#isDue(finding));
      const before = this.#applied.length;
      const view = await viewOf(this.#current, this.#workspace, this.#options, findings);
      const pass = new Pass(this.#current, this.#texts, view);
      await this.#attempt(findings, pass);
      this.#edits.push(pass.edits);
      if (this.#applied.length === before && !(await this.#together(findings))) return;
    }
    for (const finding of this.#current.findings)
      if (this.#isDue(finding)) this.#refuse(finding, 'other fixes at the same place come first');
  }

  plan(): Plan {
    const texts = new Map<string, { before: string; after: string }>();
    for (const [file, after] of this.#texts) {
      const before = this.#first.sources.get(file)!.text;
      if (after !== before) texts.set(file, { before, after });
    }
    const refused = this.#current.findings.flatMap((finding) => this.#refused.get(keyOf(finding)) ?? []);
    return { texts, applied: this.#applied, refused: [...refused, ...this.#left], analysis: this.#current };
  }

  #isDue(finding: Finding): boolean {
    const { fix } = finding;
    if (fix === undefined || this.#refused.has(keyOf(finding)) || !this.#options.wanted(finding)) return false;
    return this.#options.unsafe || (fix.safety === 'safe' && finding.severity !== 'info');
  }

  /** All of them, or else as many as can be made: halves show which ones cannot. */
  async #attempt(all: readonly Finding[], pass: Pass): Promise<void> {
    const hopeless = all.filter((finding) => (this.#failures.get(kindOf(finding)) ?? 0) >= maximumFailures);
    for (const finding of hopeless)
      this.#refuse(finding, 'the like was tried in this file often enough, and could not be made');
    const without = new Set(hopeless);
    const findings = all.filter((finding) => !without.has(finding));
    if (findings.length === 0) return;
    const { edits, texts, made, waiting, refused, left, searched } = pass.with(findings);
    for (const [finding, reason] of refused) this.#refuse(finding, reason);
    if (made.length === 0) return;
    if (++this.#attempts > maximumAttempts) {
      for (const finding of findings) this.#refuse(finding, 'too many fixes were tried that cannot be made');
      return;
    }
    const after = await this.#analyzed(texts);
    const unasked = unaskedChanges(pass.analysis, after, [...pass.accepted, ...made], searched);
    const [first] = unasked;
    if (first === undefined) {
      pass.accepted.push(...made);
      pass.edits = edits;
      this.#accept(made, left);
      this.#texts = texts;
      this.#current = after;
    } else {
      const { blamed, parts } = parted(made, unasked);
      for (const [finding, change] of blamed) {
        this.#refuse(finding, change.reason);
        const kind = kindOf(finding);
        this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
        if (change.findings) this.#revealing.add(keyOf(finding));
      }
      for (const part of parts) await this.#attempt(part, pass);
    }
    // What the others stood in the way of may fit, now that some of them are refused.
    await this.#attempt(waiting, pass);
  }

  #analyzed(texts: ReadonlyMap<string, string>): Promise<Analysis> {
    return analyze(textWorkspace(new Map(texts), this.#workspace), this.#options.run);
  }

  #accept(made: readonly Finding[], left: readonly (readonly [Finding, string])[]): void {
    for (const finding of made)
      this.#applied.push({ finding: { ...finding, at: this.#original(finding.at) }, does: finding.fix!.does });
    for (const [{ at, rule }, why] of left)
      this.#left.push({ file: at.file, rule, at: this.#original(at), reason: why });
  }

  /**
   * A port that is put right can show that its server listens on loopback: fixes that bring other findings to light are made with
   * the fixes of those, or not at all.
   * @param findings that were refused each by itself
   */
  async #together(findings: readonly Finding[]): Promise<boolean> {
    const before = this.#current;
    const refused = findings.filter((finding) => this.#revealing.has(keyOf(finding)));
    if (refused.length === 0) return false;
    const one = new Pass(before, this.#texts, await viewOf(before, this.#workspace, this.#options, refused));
    const first = one.with(refused);
    if (first.made.length === 0 || ++this.#attempts > maximumAttempts) return false;
    const between = await this.#analyzed(first.texts);
    const known = new Set(before.findings.map(keyOf));
    const follow = [...newFindings(before, between, first.made)]
      .flatMap((change) => change.findings ?? [])
      .filter((finding) => !known.has(keyOf(finding)) && this.#isDue(finding));
    const places = new Set(follow.flatMap((finding) => [...placesOf(finding)]));
    const followed = refused.filter((finding) => [...placesOf(finding)].some((file) => places.has(file)));
    if (followed.length < refused.length) return followed.length > 0 && this.#together(followed);
    if (changedFacts(before, between, first.made, first.searched).length === 0) {
      const two = new Pass(between, first.texts, await viewOf(between, this.#workspace, this.#options, follow));
      const second = two.with(follow);
      const after = await this.#analyzed(second.texts);
      const unasked = [
        ...changedFacts(between, after, second.made, second.searched),
        ...newFindings(before, after, [...first.made, ...second.made]),
      ];
      if (second.made.length > 0 && unasked.length === 0) {
        for (const finding of first.made) this.#refused.delete(keyOf(finding));
        this.#accept(first.made, first.left);
        this.#edits.push(first.edits);
        this.#accept(second.made, second.left);
        this.#edits.push(second.edits);
        this.#texts = second.texts;
        this.#current = after;
        return true;
      }
    }
    if (refused.length > 1 && refused.length <= fewSuspects)
      for (const finding of refused) if (await this.#together([finding])) return true;
    return false;
  }

  #refuse(finding: Finding, reason: string): void {
    const { at, rule } = finding;
    this.#refused.set(keyOf(finding), { file: at.file, rule, at: this.#original(at), reason });
  }

  /** A place in the texts of this pass as it was before all passes. */
  #original({ file, start, end }: Span): Span {
    const back = (offset: number) =>
      this.#edits.reduceRight((at, edits) => offsetBefore(edits.get(file) ?? [], at), offset);
    const from = back(start);
    return { file, start: from, end: Math.max(from, back(end)) };
  }
}

/** So few are looked at one by one before any of them is refused. */
const fewSuspects = 8;

/**
 * What to make of fixes that cannot all be made: parts to try, those apart that have to do with what went wrong, and of these one a
 * place; or whom to blame, where each place that went wrong has one fix only.
 */
function parted(
  findings: readonly Finding[],
  unasked: readonly UnaskedChange[],
): {
  readonly blamed: readonly (readonly [Finding, UnaskedChange])[];
  readonly parts: readonly (readonly Finding[])[];
} {
  if (findings.length === 1) return { blamed: [[findings[0]!, unasked[0]!]], parts: [] };
  const inParts = (part: readonly Finding[]) => {
    const first = new Set(part);
    return { blamed: [], parts: [part, findings.filter((finding) => !first.has(finding))] };
  };
  const changes = new Map(unasked.map((change) => [change.file, change]));
  const places = new Map(findings.map((finding) => [finding, placesOf(finding)]));
  const blamed = findings.flatMap((finding) => {
    const file = [...places.get(finding)!].find((place) => changes.has(place));
    return file === undefined ? [] : [[finding, changes.get(file)!] as const];
  });
  if (blamed.length > 0 && blamed.length < findings.length) {
    const suspects = new Set(blamed.map(([finding]) => finding));
    return inParts(findings.filter((finding) => !suspects.has(finding)));
  }
  const taken = new Set<string>();
  const apart = findings.filter((finding) => {
    const own = [...places.get(finding)!];
    if (own.some((file) => taken.has(file))) return false;
    for (const file of own) taken.add(file);
    return true;
  });
  if (apart.length < findings.length && apart.length * 2 >= findings.length) return inParts(apart);
  if (apart.length === findings.length && blamed.length > fewSuspects) return { blamed, parts: [] };
  return inParts(findings.slice(0, Math.ceil(findings.length / 2)));
}

const placesOf = (finding: Finding): ReadonlySet<string> =>
  new Set([finding.at.file, ...(finding.related ?? []).map((one) => one.at.file), ...filesOf(finding)]);

const kindOf = ({ rule, at }: Finding) => `${rule} ${at.file}`;

/** What stays the same about a finding while offsets shift. */
const keyOf = ({ rule, at, message }: Finding) => `${rule} ${at.file} ${message}`;

/** What becomes of the texts with some more fixes. */
interface Attempt {
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
  readonly texts: ReadonlyMap<string, string>;
  /** Those that could be written and are in no conflict. */
  readonly made: readonly Finding[];
  /** Those in conflict with them. */
  readonly waiting: readonly Finding[];
  readonly refused: readonly (readonly [Finding, string])[];
  readonly left: readonly (readonly [Finding, string])[];
  readonly searched: readonly Span[];
}

/** One round of fixes, all computed on the same texts. */
class Pass {
  readonly analysis: Analysis;
  readonly accepted: Finding[] = [];
  /** Of the accepted fixes, by file. */
  edits: ReadonlyMap<string, readonly Edit[]> = new Map();
  readonly #texts: ReadonlyMap<string, string>;
  readonly #view: Omit<EditContext, 'fills'>;

  constructor(analysis: Analysis, texts: ReadonlyMap<string, string>, view: Omit<EditContext, 'fills'>) {
    this.analysis = analysis;
    this.#texts = texts;
    this.#view = view;
  }

  /** The texts with the accepted fixes and these. */
  with(findings: readonly Finding[]): Attempt {
    const first = this.#tried(findings);
    if (first.waiting.length === 0 && first.refused.length === 0) return first;
    // What is not made must not be spoken of by what is.
    const again = this.#tried(first.made);
    return {
      ...again,
      waiting: [...again.waiting, ...first.waiting],
      refused: [...again.refused, ...first.refused],
    };
  }

  #tried(findings: readonly Finding[]): Attempt {
    const context: EditContext = { ...this.#view, fills: fillsOf([...this.accepted, ...findings]) };
    const fixes: FixEdits[] = [];
    const made: Finding[] = [];
    const waiting: Finding[] = [];
    const refused: (readonly [Finding, string])[] = [];
    const left: (readonly [Finding, string])[] = [];
    const accepted = new Set(this.accepted);
    const there = new MadeEdits();
    for (const finding of [...this.accepted, ...findings]) {
      const edits = editsOf(finding.fix!.repairs, context);
      if ('refused' in edits) {
        refused.push([finding, edits.refused]);
        continue;
      }
      if (edits.edits.some((edit) => there.areInConflictWith(edit))) {
        waiting.push(finding);
        continue;
      }
      fixes.push(edits);
      for (const edit of edits.edits) there.add(edit);
      if (accepted.has(finding)) continue;
      made.push(finding);
      left.push(...edits.left.map((reason) => [finding, reason] as const));
    }
    const texts = new Map(this.#texts);
    const edits = new Map<string, Edit[]>();
    for (const edit of combined(fixes, this.#view.program)) {
      const own = edits.get(edit.span.file);
      if (own) own.push(edit);
      else edits.set(edit.span.file, [edit]);
    }
    for (const [file, own] of edits) texts.set(file, applyEdits(this.analysis.sources.get(file)!.text, own));
    return { edits, texts, made, waiting, refused, left, searched: fixes.flatMap((fix) => fix.searched) };
  }
}

/** The workspace without reading again what was read, or asking again what was asked. */
function remembering(workspace: Workspace, sources: ReadonlyMap<string, Source>): Workspace {
  const candidates = new Map<string, ReturnType<Workspace['candidates']>>();
  return {
    candidates(prefilter) {
      const question = prefilter.searches.map(({ pattern }) => pattern).join('\n');
      const known = candidates.get(question) ?? workspace.candidates(prefilter);
      candidates.set(question, known);
      return known;
    },
    mentioning: (words, paths, next) => workspace.mentioning(words, paths, next),
    has: (file) => (sources.has(file) ? Promise.resolve(true) : workspace.has(file)),
    read(file) {
      const known = sources.get(file);
      return known ? Promise.resolve(known) : workspace.read(file);
    },
  };
}
