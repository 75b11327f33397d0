import { type Paint, painter, wrap } from '../terminal.ts';

/** What stands above the examples of a page, by the kind of their fence. */
const captions: Readonly<Record<string, string>> = {
  findings: 'bindlint check prints',
  facts: 'bindlint map prints',
  diff: 'bindlint fix changes',
  'diff --unsafe-fixes': 'bindlint fix --unsafe-fixes changes',
  settings: 'with these settings',
};

/**
 * A page in Markdown as text for a terminal: headings, paragraphs, lists and code.
 * @param options `columns`: paragraphs are broken there; undefined: left as they are
 */
export function pageAsText(
  page: string,
  options: { readonly color: boolean; readonly columns: number | undefined },
): string {
  const paint = painter(options.color);
  const shown: string[] = [];
  let paragraph: string[] = [];
  let fence: string | undefined;
  let isDiff = false;
  /** Where the caption of an open block stands that may turn out to be empty. */
  let captioned: number | undefined;
  const flush = () => {
    if (paragraph.length === 0) return;
    const text = paragraph
      .join(options.columns === undefined ? '\n' : ' ')
      .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '$1 ($2)');
    if (options.columns === undefined) {
      for (const line of text.split('\n')) shown.push(inline(line, paint));
    } else {
      const marker = /^\s*(?:(?:[-*]|\d+\.)\s+)?/.exec(text)![0];
      const lines = wrap(text.slice(marker.length), Math.min(options.columns, 100) - marker.length);
      for (const [index, line] of lines.entries()) {
        shown.push((index === 0 ? marker : ' '.repeat(marker.length)) + inline(line, paint));
      }
    }
    paragraph = [];
  };
  for (const line of page.replace(/\r\n/g, '\n').trimEnd().split('\n')) {
    const mark = /^(`{3,}|~{3,})\s*(.*)$/.exec(line);
    if (fence !== undefined) {
      if (mark?.[1] !== fence || mark[2] !== '') shown.push(code(line, isDiff, paint));
      else {
        fence = undefined;
        if (captioned === shown.length) shown.push(paint('dim', '    nothing'));
      }
    } else if (mark) {
      flush();
      fence = mark[1];
      const info = mark[2]!.trim();
      isDiff = info.startsWith('diff');
      const caption = captions[info] ?? info.split(' ').slice(1).join(' ');
      if (caption) shown.push(paint('dim', `  ${caption}:`));
      captioned = info in captions ? shown.length : undefined;
    } else if (/^#{1,6} /.test(line)) {
      flush();
      const title = line.replace(/^#+ /, '');
      shown.push(line.startsWith('# ') ? paint(['bold', 'underline'], title) : paint('bold', title));
    } else if (line.trim() === '') {
      flush();
      shown.push('');
    } else {
      if (/^\s*(?:[-*]|\d+\.)\s/.test(line) || /^\s*\|/.test(line)) flush();
      paragraph.push(paragraph.length === 0 ? line : line.trim());
    }
  }
  flush();
  return `${shown.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

function code(line: string, isDiff: boolean, paint: Paint): string {
  if (line === '') return '';
  const style = isDiff && line.startsWith('+') ? 'green' : isDiff && line.startsWith('-') ? 'red' : 'cyan';
  return `    ${paint(style, line)}`;
}

function inline(text: string, paint: Paint): string {
  return text
    .replace(/`([^`]+)`/g, (whole, content: string) => (paint('bold', 'x') === 'x' ? whole : paint('cyan', content)))
    .replace(/\*\*([^*]+)\*\*/g, (_, content: string) => paint('bold', content))
    .replace(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g, (_, content: string) => paint('italic', content));
}
