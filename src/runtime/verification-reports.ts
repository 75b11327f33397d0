import { attributes, type TestCase, testSuites } from '../junit.ts';
import { escapeMarkup } from '../markup.ts';
import { shellWords } from './shell-words.ts';
import type { Verification } from './verification.ts';
import { titles } from './verification-text.ts';

/** Version 1 of the format for programs. */
export function verificationAsJson(verification: Verification): string {
  const { command, bound, checks, output, left } = verification;
  const rows = checks.map(({ id, port, outcome, message, notes, seconds }) => ({
    id,
    port: port ?? null,
    outcome,
    message,
    notes,
    seconds: seconds === undefined ? null : rounded(seconds),
  }));
  const addresses = bound.map((one) => ({ ...one, seconds: rounded(one.seconds) }));
  const count = (outcome: string) => checks.filter((check) => check.outcome === outcome).length;
  const summary = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  return `${JSON.stringify({ version: 1, command, bound: addresses, checks: rows, summary, output, left }, undefined, 2)}\n`;
}

/** JUnit XML: a test case for each check. */
export function verificationAsJunit(verification: Verification, milliseconds: number): string {
  const suite = shellWords(verification.command);
  const cases = verification.checks.map(({ id, port, outcome, message, notes, seconds }): TestCase => {
    const text = escapeMarkup([message, ...notes].join('\n'));
    const content = {
      passed: `<system-out>${text}</system-out>`,
      failed: `<failure${attributes({ type: id, message })}>${text}</failure>`,
      skipped: `<skipped${attributes({ message })}/>`,
    }[outcome];
    const name = port === undefined ? titles[id] : `${titles[id]} ${port}`;
    return { suite, name, outcome, content, ...(seconds !== undefined && { seconds }) };
  });
  return testSuites(cases, milliseconds);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
