import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Problem, Rule } from '../rule.ts';
import { MisuseError } from './misuse.ts';

const severities = ['error', 'warning', 'info'];

/**
 * The rules there are, with those in a folder that the user named. Runs their code.
 * @param folder as given
 * @param table the rules that bindlint has
 * @param cwd absolute path
 * @throws {MisuseError} where one is no rule, or takes the name of another
 */
export async function withUserRules(
  folder: string,
  table: Readonly<Record<string, Rule>>,
  cwd: string,
): Promise<Readonly<Record<string, Rule>>> {
  const absolute = path.resolve(cwd, folder);
  let names: string[];
  try {
    names = readdirSync(absolute).filter((name) => /\.m?js$/.test(name) && !/\.test\.m?js$/.test(name));
  } catch (error) {
    throw new MisuseError(
      `cannot read the rules in ${JSON.stringify(folder)}: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
  if (names.length === 0) throw new MisuseError(`there are no rules in ${JSON.stringify(folder)}: no .js or .mjs file`);
  const { importDefault } = await import('../config/import-module.ts');
  const all: Record<string, Rule> = { ...table };
  for (const name of names.sort()) {
    const id = name.replace(/\.m?js$/, '');
    const refuse = (why: string) =>
      new MisuseError(`cannot use the rule ${JSON.stringify(path.join(folder, name))}: ${why}`);
    if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) throw refuse('its name is not written like-this');
    if (Object.hasOwn(all, id)) throw refuse(`there is already a rule ${id}`);
    let rule: Partial<Rule> | undefined;
    try {
      rule = (await importDefault(path.join(absolute, name))) as Partial<Rule> | undefined;
    } catch (error) {
      throw refuse((error as Error).message);
    }
    if (
      typeof rule?.summary !== 'string' ||
      typeof rule.check !== 'function' ||
      !severities.includes(`${rule.severity}`)
    )
      throw refuse(`its default export needs summary, severity (${severities.join(', ')}) and check`);
    all[id] = guarded(rule as Rule, refuse);
  }
  return all;
}

/** The rule, whose mistakes are named as its own. */
function guarded(rule: Rule, refuse: (why: string) => MisuseError): Rule {
  return {
    ...rule,
    check(facts, options) {
      let problems: Problem[];
      try {
        problems = [...rule.check(facts, options)];
      } catch (error) {
        throw refuse(`it failed: ${(error as Error).message}`);
      }
      for (const { at, message } of problems) {
        if (
          typeof message !== 'string' ||
          typeof at?.file !== 'string' ||
          !Number.isInteger(at.start) ||
          !Number.isInteger(at.end)
        )
          throw refuse('a problem needs a message and a place: at, a span of a fact');
      }
      return problems;
    },
  };
}
