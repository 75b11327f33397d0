import { createHash } from 'node:crypto';
import type { InputProblem } from '../problem.ts';
import type { Candidates, Source, Workspace } from './workspace.ts';

/** One question to a workspace, as it can be kept. */
export type Question =
  | readonly ['has' | 'read', file: string]
  | readonly ['mentioning', words: readonly string[], paths: string, flags: string, next: readonly string[]];

/** All that a run has asked of a workspace after its candidates, and a digest of the answers. */
export interface Asked {
  readonly questions: readonly Question[];
  readonly digest: string;
}

class Digest {
  readonly #hash = createHash('sha256');

  candidates({ files, quiet }: Candidates): void {
    this.#add(JSON.stringify([files, quiet]));
  }

  has(answer: boolean): void {
    this.#add(answer ? 'there' : 'not there');
  }

  read(answer: Source | InputProblem): void {
    if ('text' in answer) {
      this.#add(answer.ignored ? 'ignored' : 'text');
      this.#add(answer.text);
    } else this.#add(JSON.stringify(answer));
  }

  mentioning(answer: readonly string[]): void {
    this.#add(JSON.stringify(answer));
  }

  /** With its length, so that no two lists of answers are the same bytes. */
  #add(text: string): void {
    this.#hash.update(`${text.length}\n`).update(text);
  }

  end(): string {
    return this.#hash.digest('hex');
  }
}

/** A workspace whose questions are written down. */
export interface Watched {
  readonly workspace: Workspace;
  /** Ends the watching. */
  asked(): Asked;
}

/**
 * Writes down what is asked of a workspace, and digests what it answers.
 * @param candidates what it has answered already
 */
export function watched(workspace: Workspace, candidates: Candidates): Watched {
  const questions: Question[] = [];
  const digest = new Digest();
  digest.candidates(candidates);
  const seen = new Set<string>();
  const isFirst = (question: Question) => {
    const key = question.join('\0');
    if (seen.has(key)) return false;
    seen.add(key);
    questions.push(question);
    return true;
  };
  return {
    workspace: {
      candidates: async () => candidates,
      async has(file) {
        const answer = await workspace.has(file);
        if (isFirst(['has', file])) digest.has(answer);
        return answer;
      },
      async read(file) {
        const answer = await workspace.read(file);
        if (isFirst(['read', file])) digest.read(answer);
        return answer;
      },
      async mentioning(words, paths, next = []) {
        const answer = await workspace.mentioning(words, paths, next);
        if (isFirst(['mentioning', words, paths.source, paths.flags, next])) digest.mentioning(answer);
        return answer;
      },
    },
    asked: () => ({ questions, digest: digest.end() }),
  };
}

/**
 * Asks the same again. Who computes from answers alone comes to the same if they are the same.
 * @param candidates what the workspace answers today
 * @returns what was read, by path; undefined where an answer is another one than it was
 */
export async function answeredAlike(
  { questions, digest: before }: Asked,
  workspace: Workspace,
  candidates: Candidates,
): Promise<ReadonlyMap<string, Source> | undefined> {
  const digest = new Digest();
  digest.candidates(candidates);
  const sources = new Map<string, Source>();
  for (const question of questions) {
    if (question[0] === 'has') digest.has(await workspace.has(question[1]));
    else if (question[0] === 'mentioning') {
      const [, words, source, flags, next] = question;
      digest.mentioning(await workspace.mentioning(words, new RegExp(source, flags), next));
    } else {
      const answer = await workspace.read(question[1]);
      digest.read(answer);
      if ('text' in answer) sources.set(question[1], answer);
    }
  }
  return digest.end() === before ? sources : undefined;
}
