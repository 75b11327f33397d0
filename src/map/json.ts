import { reachOf } from '../address.ts';
import type { Bind, Dial, Publish, Slot } from '../facts.ts';
import type { Report } from '../reporter.ts';
import { endpointsOf } from './endpoints.ts';

/** The table of facts in version 1 of the stable format for programs. */
export function mapAsJson(report: Report): string {
  const endpoints = endpointsOf(report.facts).map((fact) => endpoint(report, fact));
  return `${JSON.stringify({ version: 1, endpoints }, undefined, 2)}\n`;
}

function endpoint(report: Report, fact: Bind | Publish | Dial): object {
  return {
    kind: fact.kind,
    file: report.path(fact.span.file),
    ...report.position(fact.span),
    language: fact.language,
    framework: fact.framework,
    via: fact.via,
    host: slotOf(report, fact.host),
    port: slotOf(report, fact.port),
    target: fact.kind === 'publish' ? slotOf(report, fact.target) : null,
    reach: fact.kind === 'dial' ? null : reachOf(fact.host.value),
    bindError: fact.kind === 'bind' ? fact.failure.state : null,
    context: fact.context,
    scope: fact.scope === '' ? null : fact.scope,
    sure: fact.sure,
    ...(fact.kind === 'bind' && fact.feeds !== undefined
      ? {
          feeds: fact.feeds.map((span) => {
            const { line, column } = report.position(span);
            return { file: report.path(span.file), line, column };
          }),
        }
      : {}),
  };
}

function slotOf(report: Report, slot: Slot<string> | Slot<number>): object {
  return {
    value: slot.value ?? null,
    source: slot.origin.by,
    chain: slot.chain.map(({ span, note }) => ({
      file: report.path(span.file),
      line: report.position(span).line,
      text: note,
    })),
  };
}
