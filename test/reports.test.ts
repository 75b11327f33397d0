import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import formats from '../generated/reports.ts';
import { fingerprintsOf } from '../src/fingerprint.ts';
import { positionsOf } from '../src/positions.ts';
import type { ReportOptions } from '../src/reporter.ts';
import type { Edit } from '../src/rule.ts';
import { manyFindings, sharedReport, sharedTexts } from './shared-report.ts';

const folder = path.join(path.dirname(import.meta.dirname), 'fixtures/reports');
const plain: ReportOptions = { color: false, links: false, quiet: false, columns: 100, infos: false };

async function print(format: string, report = sharedReport(), options = plain): Promise<string> {
  return (await formats[format]!()).default.print(report, options);
}

const names = Object.keys(formats).sort();

test('every format has a printed example, and every example a format', () => {
  const examples = readdirSync(folder).map((file) => file.slice(0, file.indexOf('.')));
  if (process.env.UPDATE !== '1') assert.deepEqual(examples.sort(), names);
});

describe('the shared findings', () => {
  const endings: Readonly<Record<string, string>> = {
    checkstyle: 'xml',
    github: 'txt',
    html: 'html',
    junit: 'xml',
    markdown: 'md',
    text: 'txt',
  };
  for (const name of names) {
    test(`as ${name}`, async () => {
      const file = path.join(folder, `${name}.${endings[name] ?? 'json'}`);
      const printed = await print(name);
      if (process.env.UPDATE === '1') {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, printed);
      }
      assert.equal(printed, readFileSync(file, 'utf8'));
    });

    test(`${name} ends with a line, also where nothing was found`, async () => {
      const report = sharedReport({ findings: [], problems: [], suppressed: [] });
      for (const printed of [await print(name), await print(name, report)]) assert.match(printed, /\S\n$/);
    });
  }
});

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

describe('sarif', () => {
  const offsets = (file: string, { startLine, startColumn, endLine, endColumn }: Region) => {
    const at = positionsOf(sharedTexts[file]!);
    return [at.start(startLine) + startColumn - 1, at.start(endLine) + endColumn - 1] as const;
  };

  test('regions are exact, in UTF-16 code units', async () => {
    const { results, columnKind } = JSON.parse(await print('sarif')).runs[0];
    assert.equal(columnKind, 'utf16CodeUnits');
    const report = sharedReport();
    const expected = [...report.findings, ...report.suppressed!];
    assert.equal(results.length, expected.length);
    for (const [index, { locations }] of results.entries()) {
      const { artifactLocation, region } = locations[0].physicalLocation;
      const { at } = expected[index]!;
      assert.equal(decodeURIComponent(artifactLocation.uri), at.file);
      assert.deepEqual(offsets(at.file, region), [at.start, at.end]);
    }
  });

  test('fixes say the same as the edits', async () => {
    const { results } = JSON.parse(await print('sarif')).runs[0];
    const { findings } = sharedReport();
    let compared = 0;
    for (const [index, { edits }] of findings.entries()) {
      const changes: readonly {
        readonly artifactLocation: { readonly uri: string };
        readonly replacements: readonly { deletedRegion: Region; insertedContent: { text: string } }[];
      }[] = results[index].fixes?.[0].artifactChanges ?? [];
      const told = changes.flatMap(({ artifactLocation, replacements }) =>
        replacements.map(({ deletedRegion, insertedContent }): Edit => {
          const file = decodeURIComponent(artifactLocation.uri);
          const [start, end] = offsets(file, deletedRegion);
          return { span: { file, start, end }, text: insertedContent.text };
        }),
      );
      assert.deepEqual(told, edits ?? []);
      compared += told.length;
    }
    assert.ok(compared > 3);
  });

  test('every rule that is named is described, with help', async () => {
    const { tool, results } = JSON.parse(await print('sarif')).runs[0];
    for (const { ruleId, ruleIndex } of results) {
      const rule = tool.driver.rules[ruleIndex];
      assert.equal(rule.id, ruleId);
      assert.match(rule.help.markdown, /^# /);
      assert.doesNotMatch(rule.help.markdown, /^```findings/m);
    }
  });

  test('what is suppressed carries its reason, and nothing else does', async () => {
    const { results } = JSON.parse(await print('sarif')).runs[0];
    const silenced = results.filter(({ suppressions }: { suppressions: unknown[] }) => suppressions.length > 0);
    assert.deepEqual(
      silenced.map(({ suppressions }: { suppressions: unknown }) => suppressions),
      [[{ kind: 'inSource', status: 'accepted', justification: 'the proxy in this pod is its only client' }]],
    );
    const { suppressed: _, ...unknown } = sharedReport();
    assert.doesNotMatch(await print('sarif', unknown), /"suppressions"/);
  });
});

describe('github', () => {
  test('no name or message becomes a command or ends one', async () => {
    const printed = await print('github', manyFindings(30));
    for (const line of printed.trimEnd().split('\n')) {
      assert.match(
        line,
        /^(::(error|warning|notice) |::group::|::endgroup::$|(error|warning|info|notice) |bindlint: )/,
      );
      assert.ok(line.startsWith('::') || !line.includes('##['), line);
      if (/^::(error|warning|notice) /.test(line)) {
        // Everything between the marks is escaped: properties hold neither of their separators.
        const [, properties] = /^::\w+ (.*?)::/.exec(line)!;
        for (const property of properties!.split(',')) assert.match(property, /^\w+=[^:,\r\n]*$/);
      }
    }
    assert.ok(printed.includes('%0A') && printed.includes('%3A') && printed.includes('%2C') && printed.includes('%25'));
  });

  test('shows ten of each level, lists the others and counts them all', async () => {
    const printed = await print('github', manyFindings(34));
    for (const level of ['error', 'warning', 'notice']) {
      assert.equal(printed.match(new RegExp(`^::${level} `, 'gm'))?.length, 10, level);
    }
    assert.match(printed, /^::group::72 more without an annotation/m);
    assert.equal(printed.match(/^(error|warning|info) .* loopback-host: /gm)?.length, 72);
    assert.match(printed, /^bindlint: 34 errors, 34 warnings, 34 infos; /m);
  });

  test('says nothing where there is nothing and it is told to be quiet', async () => {
    const report = sharedReport({ findings: [], problems: [] });
    assert.equal(await print('github', report, { ...plain, quiet: true }), '');
    assert.match(await print('github', report), /^bindlint: nothing found; /);
  });
});

describe('gitlab', () => {
  test('is what GitLab reads', async () => {
    const issues: readonly {
      readonly description: string;
      readonly check_name: string;
      readonly fingerprint: string;
      readonly severity: string;
      readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
    }[] = JSON.parse(await print('gitlab'));
    assert.equal(issues.length, sharedReport().findings.length);
    for (const { description, check_name, fingerprint, severity, location } of issues) {
      assert.ok(description && check_name);
      assert.match(fingerprint, /^[0-9a-f]{32}$/);
      assert.ok(['info', 'minor', 'major', 'critical', 'blocker'].includes(severity));
      assert.ok(!location.path.startsWith('./') && !path.isAbsolute(location.path));
      assert.ok(Number.isInteger(location.lines.begin) && location.lines.begin > 0);
    }
    assert.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, issues.length);
  });
});

test('fingerprints stay where lines move, and differ where findings do', () => {
  const { findings, path: shown } = sharedReport();
  const of = (texts: Readonly<Record<string, string>>, moved: number) =>
    [
      ...fingerprintsOf(
        findings.map(({ rule, at }) => ({ rule, at: { ...at, start: at.start + moved, end: at.end + moved } })),
        shown,
        (file) => texts[file],
      ).values(),
    ].join();
  const header = '# one\n# two\n\n';
  const moved = Object.fromEntries(Object.entries(sharedTexts).map(([file, text]) => [file, header + text]));
  assert.equal(of(moved, header.length), of(sharedTexts, 0));
  const changed = { ...sharedTexts, 'run.py': sharedTexts['run.py']!.replace('TITLE', 'LABEL') };
  assert.notEqual(of(changed, 0), of(sharedTexts, 0));
});

describe('junit', () => {
  test('information does not fail unless it has to, and what was not understood is skipped', async () => {
    const totals = (printed: string) =>
      ['tests', 'failures', 'skipped'].map((name) =>
        Number(new RegExp(`<testsuites [^>]*${name}="(\\d+)"`).exec(printed)![1]),
      );
    const { findings, problems, summary } = sharedReport();
    const tests = findings.length + problems.length;
    assert.deepEqual(totals(await print('junit')), [tests, summary.errors + summary.warnings, problems.length]);
    const strict = await print('junit', sharedReport(), { ...plain, infos: true });
    assert.deepEqual(totals(strict), [tests, findings.length, problems.length]);
    assert.deepEqual(totals(await print('junit', sharedReport({ findings: [], problems: [] }))), [1, 0, 0]);
  });
});

/** The Diagnostic Format of reviewdog as it is documented, and nothing beside it. */
const position = v.strictObject({
  line: v.pipe(v.number(), v.integer(), v.minValue(1)),
  column: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
const range = v.strictObject({ start: position, end: position });
const location = v.strictObject({ path: v.string(), range });
const rdjson = v.strictObject({
  source: v.strictObject({ name: v.string() }),
  diagnostics: v.array(
    v.strictObject({
      message: v.string(),
      location,
      severity: v.picklist(['ERROR', 'WARNING', 'INFO']),
      code: v.strictObject({ value: v.string() }),
      suggestions: v.optional(v.array(v.strictObject({ range, text: v.string() }))),
      relatedLocations: v.optional(v.array(v.strictObject({ message: v.string(), location }))),
    }),
  ),
});

describe('rdjson', () => {
  test('is what reviewdog reads', async () => {
    const { diagnostics } = v.parse(rdjson, JSON.parse(await print('rdjson')));
    assert.equal(diagnostics.length, sharedReport().findings.length);
  });

  interface Position {
    readonly line: number;
    readonly column: number;
  }
  /** Columns of this format count bytes. */
  const slice = (file: string, { start, end }: { readonly start: Position; readonly end: Position }) => {
    const at = positionsOf(sharedTexts[file]!);
    const offset = ({ line, column }: Position) =>
      at.start(line) +
      Buffer.from(at.line(line))
        .subarray(0, column - 1)
        .toString().length;
    return [offset(start), offset(end)] as const;
  };

  test('ranges count bytes, and a suggestion makes the fix', async () => {
    const { diagnostics } = JSON.parse(await print('rdjson'));
    const { findings } = sharedReport();
    let suggested = 0;
    for (const [index, { location, suggestions }] of diagnostics.entries()) {
      const { at, edits } = findings[index]!;
      assert.deepEqual(slice(at.file, location.range), [at.start, at.end]);
      for (const { range, text } of suggestions ?? []) {
        const [start, end] = slice(at.file, range);
        const before = sharedTexts[at.file]!;
        assert.equal(before.slice(0, start) + text + before.slice(end), applied(before, edits!));
        suggested++;
      }
    }
    assert.ok(suggested > 1);
  });

  test('edits that lie in another file make no suggestion', async () => {
    const { diagnostics } = JSON.parse(await print('rdjson'));
    const { findings } = sharedReport();
    const elsewhere = findings.findIndex(({ at, edits }) => edits?.some(({ span }) => span.file !== at.file));
    assert.ok(elsewhere >= 0);
    assert.equal(diagnostics[elsewhere].suggestions, undefined);
  });
});

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((sum, { span, text: written }) => sum.slice(0, span.start) + written + sum.slice(span.end), text);
}

describe('markdown', () => {
  test('is one row for each finding, whatever names and messages hold', async () => {
    const printed = await print('markdown');
    const rows = printed.split('\n').filter((line) => /^\| (\*\*|info)/.test(line));
    assert.equal(rows.length, sharedReport().findings.length);
    for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g)?.length, 5, row);
    assert.doesNotMatch(printed.replace(/(`+).*?\1(?!`)/g, ''), /<(?!br>|\/?details>|\/?summary>)[a-z]/);
  });

  test('stops where a summary would be cut off', async () => {
    const printed = await print('markdown', manyFindings(5000));
    assert.ok(Buffer.byteLength(printed) < 2 ** 20);
    assert.match(printed, /^and 14800 more$/m);
  });
});

describe('html', () => {
  test('asks for nothing and runs nothing', async () => {
    const printed = await print('html');
    assert.doesNotMatch(printed, /<(script|link|img|iframe|object|embed|base)\b|\bon\w+=|url\(|@import|javascript:/i);
    assert.match(printed, /default-src 'none'/);
  });

  test('everything from the input is escaped', async () => {
    const printed = await print('html');
    assert.ok(printed.includes('&lt;b&gt;'));
    assert.doesNotMatch(printed, /<b>|<\/script/i);
  });
});

test('no text of the input breaks a format', async () => {
  const reporters = await Promise.all(names.map(async (name) => [name, (await formats[name]!()).default] as const));
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, (message, advice, does) => {
      const at = sharedReport().findings[1]!.at;
      const fix = { safety: 'safe', repairs: [], does } as const;
      const edits = [{ span: at, text: does }];
      const one = { rule: 'loopback-host', severity: 'error', at, message, advice, fix, edits } as const;
      const related = [{ at, message: advice }];
      const chain = [{ span: at, note: does }];
      const problems = [{ file: `${message}.py`, kind: 'limit', message: advice }] as const;
      const report = sharedReport({ findings: [{ ...one, related, chain }], problems, suppressed: [] });
      for (const [name, reporter] of reporters) {
        const printed = reporter.print(report, plain);
        if (printed.startsWith('{') || printed.startsWith('[')) JSON.parse(printed);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML cannot hold
        else assert.doesNotMatch(printed, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/, name);
        if (name === 'checkstyle') assert.equal(printed.split('\n').length, 7);
        if (name === 'github') assert.equal(printed.split('\n').length, 4);
        if (name === 'markdown') assert.equal(printed.split('\n').filter((line) => line.startsWith('| ')).length, 2);
        if (name === 'html') assert.equal(printed.match(/<article /g)?.length, 1);
      }
    }),
  );
});
