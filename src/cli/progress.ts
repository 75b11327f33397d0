import type { Workspace } from '../workspace/workspace.ts';
import type { Output } from './io.ts';

/** A line on standard error that the next one replaces, if that is a terminal. */
export interface StatusLine {
  show(text: string): void;
  /** Wipes it away. */
  done(): void;
}

/** Shows what a long run is doing, with the seconds since it began with it. */
export function statusLine(stderr: Output): StatusLine {
  if (stderr.isTTY !== true) return { show: () => {}, done: () => {} };
  let text = '';
  let since = performance.now();
  const print = () => {
    const seconds = Math.round((performance.now() - since) / 1000);
    const line = `${text}${seconds > 0 ? `, ${seconds} s` : ''}`.slice(0, (stderr.columns ?? 80) - 1);
    stderr.write(`\r\u001b[K${line}`);
  };
  const timer = setInterval(print, 1000);
  return {
    show(next) {
      text = next;
      since = performance.now();
      print();
    },
    done() {
      clearInterval(timer);
      if (text !== '') stderr.write('\r\u001b[K');
    },
  };
}

/**
 * Counts on standard error while a long run reads files, if that is a terminal.
 * @param delay shorter runs show nothing; in milliseconds
 * @returns the workspace to run on, and what ends the count and wipes it away
 */
export function withProgress(
  workspace: Workspace,
  stderr: Output,
  delay = 1000,
): { readonly workspace: Workspace; done(): void } {
  if (stderr.isTTY !== true) return { workspace, done: () => {} };
  const started = performance.now();
  let files = 0;
  const interval = 100;
  let last = started + delay - interval;
  let shown = false;
  const show = () => {
    const now = performance.now();
    if (now - last < interval) return;
    last = now;
    shown = true;
    stderr.write(`\r\u001b[K${files} ${files === 1 ? 'file' : 'files'} read, ${Math.round((now - started) / 1000)} s`);
  };
  const timer = setInterval(show, 200);
  return {
    workspace: {
      ...workspace,
      async read(file) {
        files++;
        show();
        return workspace.read(file);
      },
    },
    done() {
      clearInterval(timer);
      if (shown) stderr.write('\r\u001b[K');
    },
  };
}
