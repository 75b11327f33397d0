import { isHost, parsePort } from '../address.ts';
import { addressParts } from '../commands/commands.ts';
import type { Bind, Frame, Origin, Slot, Span } from '../facts.ts';
import type { Word } from '../syntax/command.ts';
import type { Entry, Scalar } from '../syntax/document.ts';
import { expand } from '../syntax/shell.ts';

/** A value of a settings file and how it may be treated. */
export interface SettingsValue {
  readonly node: Scalar;
  /** The key as people write it: `server.host`. */
  readonly path: string;
  /** Nothing may be written there. */
  readonly readOnly: boolean;
  /** What `%(port)` stands for. */
  readonly placeholder?: (name: string) => Scalar | undefined;
}

/** The value of an entry, where it is one and not a map or a list. */
export function settingsValue(entry: Entry, path: string, readOnly: boolean): SettingsValue | undefined {
  if (entry.value.kind !== 'scalar') return undefined;
  // What an alias or a merge brings in belongs to another key too.
  return { node: entry.value, path, readOnly: readOnly || entry.shared === true };
}

/** Text that something else fills in before the file is read: `{{ port }}`, `<PORT>`, `@PORT@`, `%(port)s`. */
const template = /\{\{|\{%|<%|<[A-Z_a-z -]+>|^@\w+@$|^__\w+__$|%\(|\$\(|\$\{|^\$/;

/** `%(port)` of uWSGI, `%(port)s` of Python's own settings files. */
const reference = /^%\(([\w.-]+)\)s?$/;

/** What a text that is nothing but the name of another key stands for. */
export function referenced(text: unknown, placeholder: SettingsValue['placeholder']): Scalar | undefined {
  const name = typeof text === 'string' ? reference.exec(text)?.[1] : undefined;
  return name === undefined ? undefined : placeholder?.(name);
}

/** `${NAME:8000}` as Spring writes it. */
const colonFallback = /^\$\{([A-Za-z_][\w.]*):([^-=?+}$][^}$]*)\}$/;

interface Reading {
  readonly literal?: string;
  readonly origin: Origin;
  readonly fixed: boolean;
}

function reading(text: string, path: string): Reading {
  const fromColon = colonFallback.exec(text);
  if (fromColon) return { literal: fromColon[2]!, origin: { by: 'env', name: fromColon[1]! }, fixed: false };
  const { name, fallback } = expand(text.replace(/^\$\((\w+)\)$/, '$$$1'));
  if (name !== undefined) {
    return { ...(fallback !== undefined && { literal: fallback }), origin: { by: 'env', name }, fixed: false };
  }
  if (template.test(text)) return { origin: { by: 'unknown' }, fixed: false };
  return { literal: text, origin: { by: 'config', path }, fixed: true };
}

function slotAt<T>(
  { readOnly, path }: Pick<SettingsValue, 'readOnly' | 'path'>,
  span: Span,
  text: string,
  frame: Frame | undefined,
  read: (literal: string) => { readonly value: T | undefined; readonly written?: string },
): Slot<T> {
  const { literal, origin, fixed } = reading(text, path);
  const writable = frame !== undefined && !readOnly && fixed;
  return {
    ...(literal === undefined ? { value: undefined } : read(literal)),
    origin,
    span,
    site: span,
    chain: [],
    fixed,
    ...(writable && { frame, siteFrame: frame }),
  };
}

const asHost = (text: string) => ({ value: isHost(text) ? text : undefined });

function asPort(text: string) {
  const value = parsePort(text);
  // A word may mean something to the program; digits can only be meant as a port.
  return value === undefined && /^[-+]?\d[\w.:]*$/.test(text) ? { value, written: text } : { value };
}

function wholeFrame({ opaque, quote }: Scalar): Frame | undefined {
  return opaque ? undefined : { before: '', after: '', quote };
}

/** The host that a value says; undefined where it is empty or no text. */
export function hostSlot(setting: SettingsValue): Slot<string> | undefined {
  const { node } = setting;
  if (typeof node.value !== 'string' || (node.value === '' && node.quote === '')) return undefined;
  return slotAt(setting, node.span, node.value, wholeFrame(node), asHost);
}

/** The port that a value says; undefined where it is empty or neither number nor text. */
export function portSlot(setting: SettingsValue): Slot<number> | undefined {
  const { node } = setting;
  if ((typeof node.value !== 'string' && typeof node.value !== 'number') || node.value === '') return undefined;
  return slotAt(setting, node.span, String(node.value), wholeFrame(node), asPort);
}

/** A socket's path, a descriptor or another thing without a port. */
const noAddress = /^(?:unix|fd|file|ipc|inproc|unixgram|vsock|systemd):|^[./~@]|^\s*$|\s/i;

/**
 * The halves of a value `host:port`, `[::]:8000`, `:8000` or `http://host:port`; a half that is not written is left out.
 * @param bare what a text without a colon is; absent: then it is no address
 * @returns undefined where it opens no TCP port
 */
export function addressSlots(
  setting: SettingsValue,
  bare: 'host' | 'port' | 'either' | undefined,
): { readonly host?: Slot<string>; readonly port?: Slot<number> } | undefined {
  const { node } = setting;
  if (typeof node.value === 'number') {
    const port = bare === undefined ? undefined : portSlot(setting);
    return port && bare === 'port' ? { port } : undefined;
  }
  if (typeof node.value !== 'string' || noAddress.test(node.value)) return undefined;
  if (bare === undefined && !node.value.includes(':')) return undefined;
  const whole: Word = {
    value: node.value,
    span: node.span,
    expands: true,
    ...(!node.opaque && { quote: node.quote }),
  };
  const parts = addressParts(withoutScheme(whole), bare ?? 'host');
  const frame: Frame | undefined = node.opaque ? undefined : { before: '', after: '', quote: '', part: true };
  const half = <T>(part: Word | undefined, read: (literal: string) => { value: T | undefined; written?: string }) => {
    const other = part && referenced(part.value, setting.placeholder);
    if (!other || other.value === null) return part && slotAt(setting, part.span, part.value, frame, read);
    return { ...slotAt(setting, other.span, String(other.value), wholeFrame(other), read), site: part.span };
  };
  const host = half(parts.host, asHost);
  const port = half(parts.port, asPort);
  return {
    ...(host && { host: parts.host?.value === '' ? { ...host, value: '0.0.0.0' } : withoutBrackets(host) }),
    ...(port && { port }),
  };
}

function withoutScheme(word: Word): Word {
  const length = /^[a-z][\w+.-]*:\/\//i.exec(word.value)?.[0].length ?? 0;
  if (length === 0) return word;
  const value = word.value.slice(length).replace(/\/$/, '');
  if (word.quote === undefined) return { ...word, value };
  const start = word.span.start + word.quote.length + length;
  return { ...word, value, quote: '', span: { ...word.span, start, end: start + value.length } };
}

function withoutBrackets(slot: Slot<string>): Slot<string> {
  return slot.value?.startsWith('[') ? { ...slot, value: slot.value.slice(1, -1) } : slot;
}

/** A slot of a setting that does not speak of this value. */
export function unsaidSlot<T>(span: Span): Slot<T> {
  return { value: undefined, origin: { by: 'unknown' }, span, site: span, chain: [], fixed: false };
}

/** What settings alone tell of a taken port: nothing. */
export const unknownFailure: Bind['failure'] = {
  state: 'unknown',
  raises: 'unknown',
  silent: false,
  how: '',
  place: 'main',
};
