import { contextOf } from './context.ts';
import type { Facts } from './facts.ts';
import type { Reading } from './reading.ts';
import type { Finding, Rule, RuleOptions } from './rule.ts';
import type { Analysis, RunOptions } from './run.ts';
import { covers, misspeltIn, silencer, suppressionsIn, unusedIn } from './suppress.ts';

/** The one rule that has to wait for what the others hide. */
const unusedSuppression = 'unused-suppression';

/** Runs the rules, stamps, filters, silences and sorts what they say. */
export function judge(
  facts: Facts,
  options: RunOptions,
  reading: Reading,
  ignored: (file: string) => boolean,
): Pick<Analysis, 'findings' | 'silenced'> {
  const findings: Finding[] = [];
  const silenced: { finding: Finding; reason: string | undefined }[] = [];
  const seen = new Set<string>();
  const suppressions = new Map<string, ReturnType<typeof suppressionsFor>>();
  const suppressionsFor = (file: string) => {
    const all = suppressionsIn(reading.comments.get(file) ?? [], reading.sources.get(file)?.text ?? '');
    // A comment that silences everything does not silence what is said of itself.
    const ofItself = all.filter((one) => one.rules.includes(unusedSuppression));
    return { all, silencing: silencer(all), silencingItself: silencer(ofItself) };
  };
  const suppressionsOf = (file: string) => {
    let own = suppressions.get(file);
    if (!own) {
      own = suppressionsFor(file);
      suppressions.set(file, own);
    }
    return own;
  };
  const run = (id: string, rule: Rule, given: RuleOptions) => {
    for (const problem of rule.check(facts, given)) {
      if (ignored(problem.at.file)) continue;
      const context = problem.context ?? contextOf(problem.at.file);
      const severity = options.severity(id, problem.at.file, context, problem.severity, rule);
      // What a comment hides is hidden whether or not the rule is on here, so the comment is not without use.
      const { silencing, silencingItself } = suppressionsOf(problem.at.file);
      const suppression = (id === unusedSuppression ? silencingItself : silencing)(id, problem.at.start);
      if (severity === 'off') continue;
      const key = `${id} ${problem.at.file} ${problem.at.start} ${problem.at.end} ${problem.message}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const finding = { ...problem, rule: id, severity };
      if (suppression) silenced.push({ finding, reason: suppression.reason });
      else findings.push(finding);
    }
  };
  const { [unusedSuppression]: last, ...others } = options.rules;
  for (const [id, rule] of Object.entries(others)) run(id, rule, options);
  if (last) {
    const known = new Set(Object.keys(options.rules));
    const all = [...reading.comments.keys()].flatMap((file) => suppressionsOf(file).all);
    // Whoever misspelt a rule meant to keep what is found there as it is.
    const kept = all.flatMap((one) =>
      misspeltIn(one, known, findings).map(({ name, meant }) => ({ one, name, meant })),
    );
    for (const { one, meant } of kept)
      for (const [index, finding] of findings.entries())
        if (finding.rule === meant && covers(one, finding)) findings[index] = keptAsItIs(finding);
    run(unusedSuppression, last, {
      ...options,
      unusedSuppressions: all
        .filter((one) => !one.rules.includes(unusedSuppression))
        .flatMap((one) =>
          unusedIn(one, known).map((unused) => {
            const meant = kept.find((other) => other.one === one && (unused.rule ?? other.name) === other.name)?.meant;
            return meant === undefined ? unused : { ...unused, meant };
          }),
        ),
      unexplainedSuppressions: all
        .filter((one) => one.silenced.size > 0 && one.reason === undefined)
        .map((one) => one.span),
    });
  }
  findings.sort((a, b) =>
    a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.start - b.at.start || (a.rule < b.rule ? -1 : 1),
  );
  return { findings, silenced };
}

function keptAsItIs({ fix: _fix, ...finding }: Finding): Finding {
  return { ...finding, advice: 'not changed by fix: a suppression beside it seems to mean this rule' };
}
