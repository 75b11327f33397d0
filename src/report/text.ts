import type { Span } from '../facts.ts';
import { type Positions, positionsOf } from '../positions.ts';
import type { InputProblem } from '../problem.ts';
import type { Report, ReportedFinding, Reporter, ReportOptions, Summary } from '../reporter.ts';
import type { Severity } from '../rule.ts';
import { harmless, link, type Paint, painter, widthOf } from '../terminal.ts';
import { counted } from '../wording.ts';

export default {
  summary: 'for people',
  print(report, options) {
    const paint = painter(options.color);
    const shown = report.findings.filter(({ severity }) => severity !== 'info' || options.infos);
    const blocks = shown.map((finding) => findingOf(report, finding, options, paint));
    // What was too much to be read says that findings may be missing.
    const problems = report.problems.filter(({ kind }) => kind === 'limit' || !options.quiet);
    if (problems.length > 0) blocks.push(problemLines(report, problems, options, paint).join('\n'));
    if (!options.quiet) blocks.push(summaryOf(report, options, paint));
    return blocks.map((block) => `${block}\n`).join('\n');
  },
} satisfies Reporter;

const styles = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  info: ['bold', 'cyan'],
} as const satisfies Record<Severity, readonly string[]>;
const underlines = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

/** More would bury the finding. */
const mostRelated = 8;

function findingOf(report: Report, finding: ReportedFinding, options: ReportOptions, paint: Paint): string {
  const head = [
    paint('bold', placeOf(report, finding.at, options)),
    paint([...styles[finding.severity]], finding.severity),
    `${paint('dim', `${finding.rule}:`)} ${paint('bold', harmless(finding.message))}`,
  ].join(' ');
  const gutter = ' '.repeat(String(report.position(finding.at).line).length);
  const lines = [head, ...excerpt(report, finding, options, paint)];
  const note = (label: string, text: string) =>
    lines.push(`${gutter} ${paint('blue', '=')} ${paint('bold', `${label}:`)} ${text}`);

  const chain = finding.chain ?? [];
  const places = chain.map(({ span }) => shownPlace(report, span));
  const longest = Math.max(0, ...places.map((place) => place.length));
  for (const [index, step] of chain.entries()) {
    const place = placeOf(report, step.span, options) + ' '.repeat(longest - places[index]!.length);
    const text = `${place}  ${harmless(step.note)}`;
    if (index === 0) note('value', text);
    else lines.push(`${gutter} ${paint('blue', '=')} ${' '.repeat(3)}${paint('dim', '<-')}  ${text}`);
  }
  const related = new Map(
    (finding.related ?? []).map(({ at, message }) => [
      `${shownPlace(report, at)} ${message}`,
      `${placeOf(report, at, options)}  ${harmless(message)}`,
    ]),
  );
  for (const place of [...related.values()].slice(0, mostRelated)) note('see', place);
  if (related.size > mostRelated) note('see', `${related.size - mostRelated} more places`);
  const remedy = remedyOf(report, finding, options);
  if (remedy !== undefined) note(remedy.label, remedy.text);
  if (finding.advice !== undefined) note('help', harmless(finding.advice));
  return lines.join('\n');
}

const withUnsafe = 'bindlint fix --unsafe-fixes';

function remedyOf(report: Report, finding: ReportedFinding, options: ReportOptions) {
  const { fix, edits, structural } = finding;
  if (fix === undefined || (edits === undefined && !structural)) return undefined;
  const { command, includes } = report.fixing;
  const fixing = includes(finding) ? command : withUnsafe;
  const [edit, ...more] = edits ?? [];
  let would = 'rewrite the code; --diff shows how';
  if (edit !== undefined && more.length > 0) would = `change ${more.length + 1} places`;
  else if (edit !== undefined) {
    const written = edit.text.trim();
    const short = written !== '' && written.length <= 60 && !/[\r\n]/.test(written);
    const place = placeOf(report, edit.span, options);
    if (written === '') would = `remove text at ${place}`;
    else would = short ? `write ${harmless(written)} at ${place}` : `write at ${place}; --diff shows what`;
  }
  return { label: 'fix', text: `${harmless(fix.does)} (${fixing} would ${would})` };
}

/** More templates than this are counted: a collection of charts has hundreds. */
const mostTemplates = 3;
/** More files than this are counted: data that only looks like settings comes in folders. */
const mostProblems = 20;

function problemLines(
  report: Report,
  problems: readonly InputProblem[],
  options: ReportOptions,
  paint: Paint,
): string[] {
  const templates = problems.filter(({ template }) => template);
  const listed = templates.length > mostTemplates ? problems.filter(({ template }) => !template) : problems;
  const lines = listed.slice(0, mostProblems).map((problem) => problemOf(report, problem, options, paint));
  if (listed.length > mostProblems)
    lines.push(
      `${counted(listed.length - mostProblems, 'more file')} ${paint('magenta', 'not understood')} (--format json lists them)`,
    );
  if (listed.length === problems.length) return lines;
  const count = `${counted(templates.length, 'template')} ${paint('magenta', 'not understood')}`;
  return [...lines, `${count}: ports in them only show when they are rendered (--format json lists them)`];
}

function problemOf(report: Report, problem: InputProblem, options: ReportOptions, paint: Paint): string {
  const { file, offset, kind, message } = problem;
  const place =
    offset === undefined
      ? linked(harmless(report.path(file)), report.url(file), options)
      : placeOf(report, { file, start: offset, end: offset }, options);
  const what = { unparsed: 'not understood', unsupported: 'not read', limit: 'not read' }[kind];
  return `${paint('bold', place)} ${paint('magenta', what)}: ${harmless(message.replace(/^cannot be read: /, ''))}`;
}

function summaryOf(report: Report, options: ReportOptions, paint: Paint): string {
  const { summary } = report;
  const found = foundOf(report, options);
  const read = [
    `${counted(summary.files, 'file')} seen`,
    `${summary.parsed} parsed`,
    ...(summary.notUnderstood > 0 ? [`${summary.notUnderstood} not understood`] : []),
  ].join(', ');
  const style =
    summary.errors > 0 ? styles.error : summary.warnings > 0 ? styles.warning : (['bold', 'green'] as const);
  return `${paint([...style], found)}; ${read}`;
}

function foundOf(report: Report, options: ReportOptions): string {
  const { summary, findings, fixing } = report;
  const counts = [
    ...(summary.errors > 0 ? [counted(summary.errors, 'error')] : []),
    ...(summary.warnings > 0 ? [counted(summary.warnings, 'warning')] : []),
    ...(summary.infos > 0 && options.infos ? [counted(summary.infos, 'info')] : []),
  ];
  const hidden = hiddenOf(summary, options);
  if (counts.length === 0) return ['nothing found', ...hidden].join(', ');
  const shown = findings.filter(({ severity }) => options.infos || severity !== 'info');
  const files = new Set(shown.map(({ at }) => at.file));
  const withFix = shown.filter(({ fix, edits, structural }) => fix && (edits || structural)).length;
  const ways = [
    ...(summary.fixable > 0 ? [`${summary.fixable} fixable with ${fixing.command}`] : []),
    ...(withFix > summary.fixable ? [`${withFix - summary.fixable} with ${withUnsafe}`] : []),
  ];
  const fixable = ways.length > 0 ? ` (${ways.join(', ')})` : '';
  return [`${counts.join(', ')}${fixable} in ${counted(files.size, 'file')}`, ...hidden].join(', ');
}

function hiddenOf(summary: Summary, options: ReportOptions): string[] {
  return [
    ...(summary.infos > 0 && !options.infos ? [`${counted(summary.infos, 'info')} (--fail-on info shows them)`] : []),
    ...(summary.suppressed > 0 ? [`${summary.suppressed} suppressed`] : []),
  ];
}

function shownPlace(report: Report, span: Span): string {
  const { line, column } = report.position(span);
  return `${harmless(report.path(span.file))}:${line}:${column}`;
}

function placeOf(report: Report, span: Span, options: ReportOptions): string {
  return linked(shownPlace(report, span), report.url(span.file), options);
}

function linked(text: string, url: string, options: ReportOptions): string {
  return options.links ? link(text, url) : text;
}

const tabWidth = 4;

/** The line of the finding with the range underlined. */
let latest: { readonly text: string; readonly positions: Positions } | undefined;

/** The findings of one file follow each other. */
function linesOf(text: string): Positions {
  if (latest?.text !== text) latest = { text, positions: positionsOf(text) };
  return latest.positions;
}

function excerpt(report: Report, finding: ReportedFinding, options: ReportOptions, paint: Paint): string[] {
  const text = report.text(finding.at.file);
  if (text === undefined) return [];
  const { line } = report.position(finding.at);
  const positions = linesOf(text);
  const source = positions.line(line);
  const start = Math.min(finding.at.start - positions.start(line), source.length);
  const end = Math.min(Math.max(finding.at.end - positions.start(line), start), source.length);
  const number = String(line);
  const available = Math.max(options.columns - number.length - 3, 20);
  const { before, marked, after } = crop(source, start, end, available);
  const bar = paint('blue', '|');
  const empty = ' '.repeat(number.length);
  const underline = '^'.repeat(Math.max(marked.width, 1));
  return [
    `${empty} ${bar}`,
    `${paint('blue', number)} ${bar} ${before.text}${marked.text}${after.text}`.trimEnd(),
    `${empty} ${bar} ${' '.repeat(before.width)}${paint(underlines[finding.severity], underline)}`,
  ];
}

interface Piece {
  readonly text: string;
  readonly width: number;
}

/** A line in three pieces, cut at both ends to the columns there are; the range is kept as long as it fits. */
function crop(
  source: string,
  start: number,
  end: number,
  available: number,
): Record<'before' | 'marked' | 'after', Piece> {
  const whole = render(source.slice(Math.max(0, start - 4 * available), start), start > 4 * available ? undefined : 0);
  const marked = render(source.slice(start, Math.min(end, start + available)), whole.width);
  const after = render(source.slice(end, end + available), whole.width + marked.width);
  const cutBefore = start > 4 * available;
  if (
    !cutBefore &&
    end - start <= available &&
    whole.width + marked.width + after.width <= available &&
    end + available >= source.length
  ) {
    return { before: whole, marked, after };
  }
  const shownMarked = end - start > available || marked.width > available ? cutEnd(marked, available, true) : marked;
  const left = available - shownMarked.width;
  const wanted = Math.min(whole.width, Math.max(Math.floor(left / 2), left - after.width - 1));
  const before = cutBefore || wanted < whole.width ? cutStart(whole, Math.max(wanted, 1)) : whole;
  const rest = Math.max(left - before.width, 0);
  return { before, marked: shownMarked, after: cutEnd(after, rest, source.length > end + available) };
}

function render(text: string, from: number | undefined): Piece {
  let shown = '';
  let columns = 0;
  for (const character of text) {
    if (character === '\t') {
      const size = tabWidth - (((from ?? 0) + columns) % tabWidth);
      shown += ' '.repeat(size);
      columns += size;
    } else {
      const visible = harmless(character);
      shown += visible;
      columns += widthOf(visible);
    }
  }
  return { text: shown, width: columns };
}

/** At most so many columns from the end, an ellipsis in front. */
function cutStart(piece: Piece, columns: number): Piece {
  let text = '';
  let width = 1;
  for (const character of [...piece.text].reverse()) {
    if (width + widthOf(character) > columns) break;
    text = character + text;
    width += widthOf(character);
  }
  return { text: `…${text}`, width };
}

/** At most so many columns from the start, an ellipsis behind where something was cut. */
function cutEnd(piece: Piece, columns: number, more: boolean): Piece {
  if (piece.width <= columns && !more) return piece;
  let text = '';
  let width = 1;
  for (const character of piece.text) {
    if (width + widthOf(character) > columns) break;
    text += character;
    width += widthOf(character);
  }
  return columns < 1 ? { text: '', width: 0 } : { text: `${text}…`, width };
}
