import type { Workspace } from '../workspace/workspace.ts';
import type { Output } from './io.ts';

/** Shorter runs show nothing. In milliseconds. */
const delay = 1000;

/**
 * Counts on standard error while a long run reads files, if that is a terminal.
 * @returns the workspace to run on, and what ends the count and wipes it away
 */
export function withProgress(workspace: Workspace, stderr: Output): { readonly workspace: Workspace; done(): void } {
  if (stderr.isTTY !== true) return { workspace, done: () => {} };
  const started = performance.now();
  let files = 0;
  let last = started + delay - 100;
  const show = () => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    stderr.write(`\r\u001b[K${files} files read, ${Math.round((now - started) / 1000)} s`);
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
      if (last > started + delay) stderr.write('\r\u001b[K');
    },
  };
}
