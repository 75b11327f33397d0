import { grouped } from './grouped.ts';
import { attribute } from './markup.ts';

/** One test case; its outcome is the element inside. */
export interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly content?: string;
  readonly seconds?: number;
}

/** A JUnit document. */
export function testSuites(cases: readonly TestCase[], milliseconds: number): string {
  const suites = grouped(cases, ({ suite }) => suite);
  const time = (milliseconds / 1000).toFixed(3);
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'bindlint', ...totalsOf(cases), time })}>`,
    ...[...suites].flatMap(([name, own]) => [
      `  <testsuite${attributes({ name, ...totalsOf(own) })}>`,
      ...own.map(caseAsXml),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n')}\n`;
}

function totalsOf(cases: readonly TestCase[]): Readonly<Record<string, number>> {
  const count = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: count('failed'), errors: 0, skipped: count('skipped') };
}

function caseAsXml({ suite, name, content, seconds }: TestCase): string {
  const time = seconds === undefined ? {} : { time: seconds.toFixed(3) };
  const start = `    <testcase${attributes({ classname: suite, name, ...time })}`;
  return content === undefined ? `${start}/>` : `${start}>\n      ${content}\n    </testcase>`;
}

/** The attributes of an element, escaped. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => attribute(name, value))
    .join('');
}
