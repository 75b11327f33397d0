import { grouped } from '../grouped.ts';
import { attribute } from '../markup.ts';
import type { Reporter } from '../reporter.ts';

export default {
  summary: 'Checkstyle XML, which many build servers read',
  print(report) {
    const files = grouped(report.findings, ({ at }) => report.path(at.file));
    const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">'];
    for (const [file, findings] of files) {
      lines.push(`  <file${attribute('name', file)}>`);
      for (const { rule, severity, message, at } of findings) {
        const { line, column } = report.position(at);
        const attributes = { line, column, severity, message, source: `bindlint.${rule}` };
        lines.push(
          `    <error${Object.entries(attributes)
            .map(([name, value]) => attribute(name, value))
            .join('')}/>`,
        );
      }
      lines.push('  </file>');
    }
    return `${[...lines, '</checkstyle>'].join('\n')}\n`;
  },
} satisfies Reporter;
