import type { Bind } from './facts.ts';
import type { Access, Sensitive } from './framework.ts';
import type { Assignment, Word } from './syntax/command.ts';

/**
 * Whom a server lets in, as far as its start says.
 * @param args the words behind its program
 * @param environment the variables that it gets
 * @param settings what its settings file says, as `key=value`; `unknown` where one was not read
 */
export function accessOf(
  { what, access, protects = [], opens = [] }: Sensitive,
  args: readonly Word[],
  environment: readonly Assignment[],
  settings: readonly string[] | 'unknown' = [],
): NonNullable<Bind['sensitive']> {
  const said = [
    ...args.map(({ value }) => value),
    ...args.flatMap(({ value }, at) =>
      value.startsWith('-') && args[at + 1] ? [`${value}=${args[at + 1]!.value}`] : [],
    ),
    ...environment.map(({ name, value }) => `${name}=${value.value}`),
    ...(settings === 'unknown' ? [] : settings),
  ];
  const holds = (names: readonly string[]) =>
    names.some((name) =>
      said.some((one) => one === name || (!name.includes('=') && one.startsWith(`${name}=`) && !isEmpty(one))),
    );
  const known = (access: Access | undefined) => ({ what, ...(access !== undefined && { access }) });
  if (holds(opens)) return known('open');
  if (holds(protects)) return known('protected');
  return known(settings === 'unknown' && access !== 'protected' ? undefined : access);
}

/** `NAME=`, `NAME=${OTHER:-}`: nothing is set. */
const isEmpty = (text: string) => /=(?:""|''|\$\{\w+:?-\})?$/.test(text);
