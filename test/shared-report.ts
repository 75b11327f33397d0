import assert from 'node:assert/strict';
import path from 'node:path';
import rules from '../generated/rules.ts';
import { reportOf } from '../src/cli/report.ts';
import type { Span } from '../src/facts.ts';
import type { InputProblem } from '../src/problem.ts';
import type { Report, ReportedFinding, SuppressedFinding } from '../src/reporter.ts';

/** A name that every format has to escape in its own way. */
const hostile = 'we,ird: 100%\n"<b>|`##[error]`.py';

/** The files of the shared findings: several bytes for a character, ends of lines of Windows, and a hostile name. */
export const sharedTexts: Readonly<Record<string, string>> = {
  'run.py': `import uvicorn

TITLE = "größer 🚀"; HOST = "127.0.0.1"


def main(host=HOST):
    uvicorn.run(app, host=host, port=8000)
`,
  'compose.yml': 'services:\n  api:\n    ports:\n      - "8000:8000"\n',
  'web/start app.py': 'import uvicorn\r\n\r\nuvicorn.run(app, host="0.0.0.0")\r\n',
  [hostile]: '::set-output x=y; <b>app.run(host="127.0.0.1")</b>\n',
  'x.yaml': 'a: b\n  c',
};

/** Where a part of a file stands. */
function spanOf(file: string, part: string): Span {
  const start = sharedTexts[file]!.indexOf(part);
  assert.ok(start >= 0, part);
  return { file, start, end: start + part.length };
}

const call = spanOf('run.py', 'uvicorn.run');
const statement = spanOf('run.py', 'uvicorn.run(app, host=host, port=8000)');

const findings: readonly ReportedFinding[] = [
  {
    rule: 'port-conflict',
    severity: 'error',
    at: spanOf('compose.yml', '"8000:8000"'),
    message: 'port 8000 is taken twice, so the second server cannot start',
    related: [{ at: call, message: 'the other one listens here' }],
    fix: { safety: 'unsafe', repairs: [], does: 'move the other one to port 8001' },
    edits: [{ span: spanOf('run.py', '8000'), text: '8001' }],
  },
  {
    rule: 'loopback-host',
    severity: 'warning',
    at: spanOf('run.py', '"127.0.0.1"'),
    message: 'listens on 127.0.0.1, so no other machine can connect',
    chain: [
      { span: spanOf('run.py', 'host=HOST'), note: 'parameter host of main' },
      { span: spanOf('run.py', 'HOST'), note: 'constant HOST' },
    ],
    related: [
      { at: call, message: 'it listens here' },
      { at: spanOf('compose.yml', '"8000:8000"'), message: 'published here' },
    ],
    fix: { safety: 'safe', repairs: [], does: 'listen on 0.0.0.0' },
    edits: [{ span: spanOf('run.py', '"127.0.0.1"'), text: '"0.0.0.0"' }],
  },
  {
    rule: 'unhandled-bind-error',
    severity: 'warning',
    at: call,
    message: 'nobody sees it when port 8000 is taken: uvicorn raises SystemExit',
    fix: { safety: 'safe', repairs: [], does: 'catch SystemExit, say which port is taken and end the program' },
    edits: [
      { span: { ...statement, end: statement.start }, text: 'try:\n        ' },
      {
        span: { ...statement, start: statement.end },
        text: '\n    except SystemExit:\n        raise SystemExit("port 8000 is taken")',
      },
    ],
  },
  {
    rule: 'missing-port',
    severity: 'info',
    at: { ...spanOf('web/start app.py', ')'), end: spanOf('web/start app.py', ')').start },
    message: 'no port is given',
    advice: 'give one, such as port=8000',
  },
  {
    rule: 'misleading-listen-log',
    severity: 'warning',
    at: { file: 'web/start app.py', start: 0, end: spanOf('web/start app.py', ')').end },
    message: 'claims *everything* [at once](https://example.com) | and <b>more</b>, 100%\nof it',
    structural: true,
    fix: { safety: 'unsafe', repairs: [], does: 'rewrite <i>it</i>' },
  },
  {
    rule: 'loopback-host',
    severity: 'error',
    at: spanOf(hostile, '"127.0.0.1"'),
    message: 'listens on 127.0.0.1 [::1]',
  },
];

const suppressed: readonly SuppressedFinding[] = [
  {
    rule: 'implicit-host',
    severity: 'warning',
    at: call,
    message: 'no host is given',
    suppression: { by: 'comment', reason: 'the proxy in this pod is its only client' },
  },
];

const problems: readonly InputProblem[] = [
  { file: 'x.yaml', offset: 7, kind: 'unparsed', message: 'cannot parse: wrong indentation' },
  { file: 'big.py', kind: 'limit', message: 'too large: 6.0 MB, the limit is 5 MB' },
];

const root = path.resolve('/project');

/** What every format prints in fixtures/reports. */
export function sharedReport(
  other: {
    readonly findings?: readonly ReportedFinding[];
    readonly problems?: readonly InputProblem[];
    readonly suppressed?: readonly SuppressedFinding[];
  } = {},
): Report {
  const given = { findings, problems, suppressed, ...other };
  const report = reportOf({
    analysis: {
      facts: { binds: [], publishes: [], dials: [], announcements: [], settings: [], containers: [] },
      findings: [],
      suppressed: given.suppressed.length,
      silenced: [],
      problems: [],
      seen: 120,
      parsed: 14,
      notUnderstood: given.problems.length,
      programs: new Map(),
      syntaxErrors: new Map(),
      sources: new Map(Object.entries(sharedTexts).map(([file, text]) => [file, { file, text }])),
    },
    ...given,
    root,
    cwd: root,
    repository: root,
    rules,
    durationMs: 84,
    fixing: { command: 'bindlint fix', includes: ({ fix }) => fix?.safety === 'safe' },
  });
  // The pages of the rules and the version change; how they are printed does not.
  return {
    ...report,
    version: '1.2.3',
    rule: (id) => ({
      summary: `the summary of ${id}`,
      severity: 'warning',
      help: { markdown: `# ${id}\n\nWhat it is *about*.`, text: `${id}\n\nWhat it is about.` },
    }),
  };
}

/** As many errors, warnings and infos each, in one line of a file with a hostile name. */
export function manyFindings(each: number): Report {
  const severities = ['error', 'warning', 'info'] as const;
  return sharedReport({
    findings: severities.flatMap((severity) =>
      Array.from({ length: each }, (_, index) => ({
        rule: 'loopback-host',
        severity,
        at: spanOf(hostile, '"127.0.0.1"'),
        message: `::warning::%0A,${index}\n::error::x`,
      })),
    ),
    problems: [],
  });
}
