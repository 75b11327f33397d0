import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import rules from '../../generated/rules.ts';
import { main } from '../../src/cli/main.ts';
import { repository } from './tools.ts';

/** Two machines on one wire, in namespaces of their own: $1 is the port, the rest is the server's command. */
const wire = `
set -e
port=$1; shift
ip link set lo up
unshare --net sleep 60 & other=$!
trap 'kill $other $server 2>/dev/null' EXIT
sleep 0.3
ip link add here type veth peer name there netns $other
ip addr add 10.9.0.1/24 dev here
ip link set here up
nsenter --target $other --net sh -c 'ip link set lo up; ip addr add 10.9.0.2/24 dev there; ip link set there up'
"$@" & server=$!
asks() { timeout 2 bash -c "exec 3<>/dev/tcp/$1/$port" 2>/dev/null; }
for try in $(seq 50); do asks 127.0.0.1 && break; sleep 0.2; done
asks 127.0.0.1 && echo "this machine: yes" || echo "this machine: no"
export -f asks; export port
nsenter --target $other --net bash -c 'asks 10.9.0.1 && echo "the other one: yes" || echo "the other one: no"'
`;

const namespaces = ['unshare', '--user', '--map-root-user', '--net'];
const able = spawnSync('unshare', [...namespaces.slice(1), 'ip', 'link', 'set', 'lo', 'up']).status === 0;
const skip =
  able || process.env.BINDLINT_LIVE === 'required' ? false : 'iproute2 and namespaces are not to be had here';

/** The words and variables with which the image of a Dockerfile starts its program. */
function startOf(folder: string, dockerfile: string): { command: string[]; environment: Record<string, string> } {
  const image = readFileSync(path.join(folder, dockerfile), 'utf8');
  const words = (instruction: string): string[] =>
    JSON.parse([...image.matchAll(new RegExp(`^${instruction} (\\[.*\\])$`, 'gm'))].at(-1)?.[1] ?? '[]');
  const environment = [...image.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]);
  return { command: [...words('ENTRYPOINT'), ...words('CMD')], environment: Object.fromEntries(environment) };
}

/** Who gets through to a server that is started with the words of its image; its root is the folder of the Dockerfile. */
function reached(folder: string, { dockerfile, port }: Story): string[] {
  const { command, environment } = startOf(folder, dockerfile);
  const cwd = path.join(folder, path.dirname(dockerfile));
  const start = command.map((word) =>
    word === 'python' ? 'python3' : word.startsWith('/') ? path.join(cwd, word) : word,
  );
  const { stdout, stderr } = spawnSync(
    'unshare',
    [...namespaces.slice(1), 'bash', '-c', wire, 'bash', String(port), ...start],
    { cwd, env: { PATH: process.env.PATH, ...environment }, encoding: 'utf8', timeout: 60_000 },
  );
  const lines = stdout.split('\n').filter(Boolean);
  assert.equal(lines.length, 2, stderr);
  return lines;
}

interface Story {
  readonly project: string;
  readonly dockerfile: string;
  readonly port: number;
  /** Where the fix has to be. */
  readonly fixed: string;
}

const stories: readonly Story[] = [
  { project: 'network-of-its-own', dockerfile: 'Dockerfile', port: 7070, fixed: 'agent.py' },
  { project: 'three-services', dockerfile: 'web/Dockerfile', port: 3000, fixed: 'web/Dockerfile' },
  { project: 'flag-in-image', dockerfile: 'Dockerfile', port: 7080, fixed: 'Dockerfile' },
];

describe('a published port that nobody reached', { skip }, () => {
  for (const story of stories) {
    test(`${story.project}: the other machine gets through once it is fixed`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-hosts-'));
      try {
        const project = path.join(folder, 'project');
        cpSync(path.join(repository, 'fixtures/projects', story.project), project, { recursive: true });
        const before = readFileSync(path.join(project, story.fixed), 'utf8');
        assert.deepEqual(reached(project, story), ['this machine: yes', 'the other one: no']);
        const output = { write: (_text: string, done?: () => void) => done?.() };
        const env = { XDG_STATE_HOME: path.join(folder, 'state') };
        const stdin = (async function* () {})();
        await main(['fix', '.'], async () => rules, { stdout: output, stderr: output, stdin, env, cwd: project });
        assert.notEqual(readFileSync(path.join(project, story.fixed), 'utf8'), before);
        assert.deepEqual(reached(project, story), ['this machine: yes', 'the other one: yes']);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
