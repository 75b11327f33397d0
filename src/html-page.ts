import { escapeMarkup } from './markup.ts';
import { harmless } from './terminal.ts';

/** A text in which ends of lines and other control characters are seen, as HTML. */
export function oneLine(text: string): string {
  return escapeMarkup(harmless(text));
}

/**
 * A page that asks for nothing and runs nothing.
 * @param title not escaped yet
 * @param style beside that of all pages
 * @param header what stands below the name, as HTML
 * @param main as HTML
 * @param version of bindlint
 */
export function htmlPage(title: string, style: string, header: string, main: string, version: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>bindlint: ${escapeMarkup(title)}</title>
<style>${common}${style}</style>
</head>
<body>
<header>
<h1>bindlint</h1>
${header}
</header>
<main>
${main}
</main>
<footer>bindlint ${escapeMarkup(version)}</footer>
</body>
</html>
`;
}

const common = `
:root { color-scheme: light dark; --text: #1f2328; --page: #fff; --soft: #f6f8fa; --line: #d1d9e0; --dim: #59636e;
  --error: #b42318; --warning: #8a5a00; --info: #0b5cad; --mark: #fff1b8; --add: #dafbe1; --remove: #ffebe9 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --page: #0d1117; --soft: #161b22; --line: #30363d; --dim: #9198a1;
    --error: #ff8f85; --warning: #e3b341; --info: #79b8ff; --mark: #5c4a00; --add: #12361f; --remove: #4a1c1c }
}
body { margin: 0 auto; max-width: 64rem; padding: 1rem 1.5rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif }
h1 { margin: 0 }
header { border-bottom: 1px solid var(--line); padding-bottom: 1rem }
header p, footer, .place { color: var(--dim) }
summary { cursor: pointer }
footer { margin-top: 3rem; font-size: .875rem }
`;
