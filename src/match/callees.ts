import type { Framework } from '../framework.ts';

/** A text as a regular expression that matches it. */
export const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A server object that was made in another file goes by such a name; its method is then called without the framework's word in sight. */
const serverName = /app|serv|api|mcp|socket|sio|web|demo|dash|ui$|^self$|^this$/i;

/** What only a server does: whatever it is called on may be one. */
const onlyServers = new Set(['listen']);

export interface Callee {
  /** Words one of which a file holds that makes the call: the roots of its qualified names. */
  readonly roots: Set<string>;
  /** It may be called on an object that came from elsewhere. */
  method: boolean;
}

/** What the catalogue calls, by the last part of its name. */
export function calleesOf(frameworks: Readonly<Record<string, Framework>>): Map<string, Callee> {
  const names = new Map<string, Callee>();
  for (const framework of Object.values(frameworks)) {
    for (const shape of framework.calls ?? []) {
      for (const call of typeof shape.call === 'string' ? [shape.call] : shape.call) {
        const last = call.slice(call.lastIndexOf('.') + 1);
        const callee = names.get(last) ?? { roots: new Set(), method: false };
        callee.roots.add(/\w+/.exec(call)![0]);
        callee.method ||= call.includes('().');
        names.set(last, callee);
      }
    }
  }
  return names;
}

/**
 * What starts commands, beside a program of the catalogue.
 * @param names of the functions that do
 */
export function withStarters(
  callees: Map<string, Callee>,
  frameworks: Readonly<Record<string, Framework>>,
  names: readonly string[],
): Map<string, Callee> {
  const programs = Object.values(frameworks).flatMap(({ commands = [] }) =>
    commands.flatMap(({ program }) => (typeof program === 'string' ? [program] : program)),
  );
  for (const name of names) {
    const known = callees.get(name);
    callees.set(name, { roots: new Set([...(known?.roots ?? []), ...programs]), method: known?.method === true });
  }
  return callees;
}

const anyRoot = new WeakMap<Callee, RegExp>();

/** Asks, and remembers, whether a text holds one of the words of a callee. */
export function rootsIn(text: string): (callee: Callee) => boolean {
  const known = new Map<Callee, boolean>();
  return (callee) => {
    let found = known.get(callee);
    if (found === undefined) {
      let expression = anyRoot.get(callee);
      if (expression === undefined) {
        expression = new RegExp(`\\b(?:${[...callee.roots].map(escaped).join('|')})\\b`);
        anyRoot.set(callee, expression);
      }
      found = expression.test(text);
      known.set(callee, found);
    }
    return found;
  };
}

/**
 * Could a call by this name be one of the catalogue's?
 * @param receiver the name before the dot, if there is one
 * @param holdsRoot does the file hold one of the words of a callee
 */
export function mayCall(
  callees: ReadonlyMap<string, Callee>,
  name: string,
  receiver: string | undefined,
  holdsRoot: (callee: Callee) => boolean,
): boolean {
  const callee = callees.get(name);
  if (!callee) return false;
  if (holdsRoot(callee)) return true;
  return callee.method && receiver !== undefined && (onlyServers.has(name) || serverName.test(receiver));
}
