import type { Sensitivity } from './facts.ts';
import type { Access, Sensitive } from './framework.ts';
import type { Assignment, Word } from './syntax/command.ts';

/**
 * Whom a server lets in, as far as its start says.
 * @param args the words behind its program
 * @param environment the variables that it gets
 * @param settings what its settings file says, as `key=value`; `unknown` where one was not read
 */
export function accessOf(
  { what, access, protects = [], opens = [], locks = [], passwords = [], runsCode, mild }: Sensitive,
  args: readonly Word[],
  environment: readonly Assignment[],
  settings: readonly string[] | 'unknown' = [],
): Sensitivity {
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
  const known = (access: Access | undefined): Sensitivity => ({
    what,
    ...(access !== undefined && { access }),
    ...(runsCode !== undefined && { runsCode }),
    ...(mild && { mild }),
  });
  const weak = environment.find(
    ({ name, value }) => passwords.includes(name) && !value.expands && wellKnown.test(value.value),
  );
  if (holds(locks)) return known('protected');
  if (holds(opens)) return known('open');
  if (weak) return { ...known('default'), password: weak.name };
  if (holds(protects)) return known('protected');
  return known(settings === 'unknown' && access !== 'protected' ? undefined : access);
}

/** `NAME=`, `NAME=${OTHER:-}`: nothing is set. */
const isEmpty = (text: string) => /=(?:""|''|\$\{\w+:?-\})?$/.test(text);

/** Passwords that are tried first. */
const wellKnown =
  /^(?:postgres|mysql|mariadb|mongo|mongodb|redis|rabbitmq|guest|root|toor|admin|administrator|user|pass|passwd|password|password1|passw0rd|secret|example|test|testing|changeme|change-me|changeit|default|qwerty|minioadmin|elastic|neo4j|1234567?8?9?0?|123456|12345|1234|123)$/i;
