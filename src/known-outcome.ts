import { createHash } from 'node:crypto';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import program from '../generated/program-digest.ts';
import type { ReportedFinding } from './reporter.ts';
import type { Analysis } from './run.ts';
import { type Asked, answeredAlike } from './workspace/asked.ts';
import { readOwn, writeOwn } from './workspace/own-file.ts';
import type { Candidates, Workspace } from './workspace/workspace.ts';

/** Where outcomes are kept, and what they depend on beside the files. */
export interface OutcomeStore {
  /** Absolute path of the user's cache folder for bindlint. */
  readonly cache: string;
  /** The number of the user whose stores are believed; undefined where the system has none. */
  readonly user?: number | undefined;
  /** All that decides what an analysis of these files comes to, and which edits it has: settings, flags, the project's folder. */
  readonly name: string;
}

const maximumSize = 16 * 1024 * 1024;
const kept = { names: /^[0-9a-f]{32}\.outcome$/, count: 16, size: 4 * maximumSize };
/** A checksum of all that follows it, and the length of what was asked. */
const headSize = 8;

/** What an analysis came to, without what can be read again and what only fixes are made of. */
type Outcome = Pick<Analysis, 'suppressed' | 'silenced' | 'problems' | 'parsed' | 'notUnderstood' | 'syntaxErrors'> & {
  readonly findings: readonly ReportedFinding[];
  readonly sources: readonly string[];
};

const noFacts = { binds: [], publishes: [], dials: [], announcements: [], settings: [], containers: [] };

const fileOf = ({ cache, name }: OutcomeStore) =>
  path.join(cache, `${createHash('sha256').update(`${program}\0${name}`).digest('hex').slice(0, 32)}.outcome`);

/**
 * What an earlier run came to, if all that it was made of would be answered as it was then: its findings have their edits, and there
 * are neither facts nor programs.
 * @param candidates what the workspace has answered already
 */
export async function recalledFrom(
  store: OutcomeStore,
  workspace: Workspace,
  candidates: Candidates,
): Promise<Analysis | undefined> {
  let bytes: Buffer | undefined;
  try {
    bytes = readOwn(fileOf(store), store.user, maximumSize);
  } catch {}
  if (bytes === undefined || bytes.length < headSize || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4)))
    return undefined;
  const end = headSize + bytes.readUInt32LE(4);
  const texts = await answeredAlike(deserialize(bytes.subarray(headSize, end)) as Asked, workspace, candidates);
  if (texts === undefined) return undefined;
  const { sources, ...outcome } = deserialize(bytes.subarray(end)) as Outcome;
  return {
    ...outcome,
    facts: noFacts,
    seen: candidates.seen,
    sources: new Map(sources.map((file) => [file, texts.get(file)!])),
    programs: new Map(),
    isRecalled: true,
  };
}

/**
 * Keeps what an analysis came to; a store that cannot be written is no error.
 * @param asked all that was asked of the workspace
 * @param findings with their edits
 */
export function keepOutcome(
  store: OutcomeStore,
  asked: Asked,
  { suppressed, silenced, problems, parsed, notUnderstood, syntaxErrors, sources }: Analysis,
  findings: readonly ReportedFinding[],
): void {
  const outcome: Outcome = {
    ...{ suppressed, silenced, problems, parsed, notUnderstood, syntaxErrors, findings },
    sources: [...sources.keys()],
  };
  const head = Buffer.alloc(headSize);
  const questions = serialize(asked);
  head.writeUInt32LE(questions.length, 4);
  const bytes = Buffer.concat([head, questions, serialize(outcome)]);
  if (bytes.length > maximumSize) return;
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  try {
    writeOwn(fileOf(store), bytes, kept);
  } catch {}
}
