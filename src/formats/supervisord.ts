import type { Bind } from '../facts.ts';
import type { Extract, Format } from '../format.ts';
import { addressSlots, settingsValue, unknownFailure, unsaidSlot } from '../settings/slots.ts';
import type { Assignment, CommandLine, Word } from '../syntax/command.ts';
import { type Entry, nodeAt } from '../syntax/document.ts';
import { assignmentOf, splitWords } from '../syntax/shell.ts';

export default {
  files: /(?:^|\/)(?:[\w.-]*supervisord?[\w.-]*\.(?:conf|ini)|supervisord?(?:\/[\w.-]+){0,2}\/[\w.-]+\.(?:conf|ini))$/,
  notation: 'ini',
  literals: ['\\[(?:program|inet_http_server|fcgi-program|eventlistener)\\b'],
  read({ file, documents }) {
    const root = documents[0]?.root;
    if (root?.kind !== 'map') return {};
    const shared = assignments(file, nodeAt(root, ['supervisord', 'environment']));
    const commands: Extract['commands'][number][] = [];
    const facts: Bind[] = [];
    for (const { key, value: section } of root.entries) {
      if (section.kind !== 'map') continue;
      const own = (name: string) => section.entries.findLast((entry) => entry.key === name);
      if (key === 'inet_http_server') {
        const port = own('port');
        if (port) facts.push(...controlBind(port, own('password') !== undefined));
      }
      const socket = key.startsWith('fcgi-program:') ? own('socket') : undefined;
      if (socket) facts.push(...handedBind(socket, key));
      if (!/^(?:program|fcgi-program):/.test(key)) continue;
      const line = commandLine(file, own('command'));
      if (line) {
        const environment = [...shared, ...assignments(file, own('environment')?.value)];
        commands.push({ line: { ...line, environment } });
      }
    }
    return { facts, commands };
  },
} satisfies Format;

type Value = Entry['value'] | undefined;

function wordsIn(file: string, node: Value): readonly Word[] {
  if (node?.kind !== 'scalar' || node.text === '') return [];
  return splitWords(file, node.text.replace(/[\r\n]/g, ' '), node.span.start + node.quote.length).map(expanded);
}

function commandLine(file: string, entry: Entry | undefined): CommandLine | undefined {
  const words = wordsIn(file, entry?.value);
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return undefined;
  return { words, span: { ...first.span, end: last.span.end }, environment: [], form: 'shell' };
}

/** `A="1",B="2"`. */
function assignments(file: string, node: Value): Assignment[] {
  if (node?.kind !== 'scalar') return [];
  const blank = node.text.replace(
    /("[^"\n]*"|'[^'\n]*')|[,\r\n]/g,
    (mark, text?: string) => text ?? ' '.repeat(mark.length),
  );
  const base = node.span.start + node.quote.length;
  return splitWords(file, blank, base).flatMap((word) => assignmentOf(expanded(word)) ?? []);
}

/** `%(ENV_PORT)s` is a variable as the shell's `$PORT`; a word that only holds one is not known. */
function expanded(word: Word): Word {
  if (!word.value.includes('%(')) return { ...word, expands: false };
  const value = word.value.replace(/%\(ENV_(\w+)\)s/g, (_, name: string) => `\${${name}}`);
  const { quote: _quote, ...rest } = word;
  return { ...rest, value, expands: true };
}

/** The port through which the processes are controlled; `*` and nothing in front of it are all interfaces. */
function controlBind(entry: Entry, isProtected: boolean): Bind[] {
  const setting = settingsValue(entry, 'inet_http_server.port', false);
  const docs = 'https://supervisord.org/configuration.html#inet-http-server-section-settings';
  return boundAt(entry, setting && addressSlots(setting, 'port'), docs, {
    guarded: 'whoever reaches it controls the processes',
    sensitive: { what: 'an admin page', access: isProtected ? 'protected' : 'open' },
    local: 'it controls the processes of this machine',
  });
}

/** The socket that supervisord opens and hands on to FastCGI processes. */
function handedBind(entry: Entry, section: string): Bind[] {
  const setting = settingsValue(entry, `${section}.socket`, false);
  const docs = 'https://supervisord.org/configuration.html#fcgi-program-x-section-settings';
  return boundAt(entry, setting && addressSlots(setting, undefined), docs, {
    local: 'a web server in front of it speaks its protocol',
  });
}

function boundAt(
  entry: Entry,
  address: ReturnType<typeof addressSlots>,
  docs: string,
  meant: Pick<Bind, 'guarded' | 'sensitive' | 'local'>,
): Bind[] {
  if (!address) return [];
  const open = { ...unsaidSlot<string>({ ...entry.keySpan, start: entry.keySpan.end }), value: '0.0.0.0', fixed: true };
  return [
    {
      kind: 'bind',
      span: entry.keySpan,
      via: 'config',
      language: 'ini',
      framework: 'supervisord',
      scope: '',
      context: 'production',
      sure: true,
      host: address.host ?? { ...open, origin: { by: 'default', of: 'supervisord', docs } },
      port: address.port ?? unsaidSlot(entry.keySpan),
      protocol: 'tcp',
      failure: unknownFailure,
      reached: [],
      blocks: true,
      ...meant,
    },
  ];
}
