import type { Announcement, Bind, Facts, Layer, Slot, Span } from './facts.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Write a value into a slot. */
export type Fill = {
  readonly kind: 'fill';
  /** `value`: at the end of the chain, where the value stands. `site`: at the bind itself. */
  readonly at: 'value' | 'site';
  /** A place outside of the code where the value is given instead. */
  readonly layer?: Layer;
  /** Code to write in place of a literal, such as the name of a parameter; the slot's value is then expected to become `value` again. */
  readonly expression?: string;
} & (
  | { readonly role: 'host'; readonly slot: Slot<string>; readonly value: string }
  | { readonly role: 'port'; readonly slot: Slot<number>; readonly value: number }
);

/** What a rule asks for. Verification compares the new facts against exactly these changes. */
export type Repair =
  | Fill
  | { readonly kind: 'handle-bind-error'; readonly bind: Bind }
  | { readonly kind: 'move-announcement'; readonly announcement: Announcement }
  | { readonly kind: 'remove-announcement'; readonly announcement: Announcement }
  | { readonly kind: 'correct-announcement'; readonly announcement: Announcement }
  | { readonly kind: 'remove-suppression'; readonly span: Span };

/** A fix is data: what to change, and whether `fix` may do it without being asked. */
export interface Fix {
  readonly safety: 'safe' | 'unsafe';
  readonly repairs: readonly Repair[];
  /** What it does, for the summary: `listen on 0.0.0.0`. */
  readonly does: string;
}

/** What only the rule knows. */
export interface Problem {
  readonly at: Span;
  readonly message: string;
  /** Lower than the rule's own; never higher. */
  readonly severity?: Severity;
  readonly context?: string;
  readonly related?: readonly { readonly at: Span; readonly message: string }[];
  /** How the value got here. */
  readonly chain?: Slot<unknown>['chain'];
  readonly fix?: Fix;
  /** Why there is no fix although one is to be expected, or what to do by hand. */
  readonly advice?: string;
}

/** A rule is a pure function over the frozen facts: it may see everything, and reports where the text is. Its id is its file's name. */
export interface Rule {
  /** One line without a full stop. */
  readonly summary: string;
  readonly severity: Severity;
  /** Presets whose severity differs; `off` keeps it out of recommended. */
  readonly recommended?: 'off';
  /** Its findings can come with a fix. */
  readonly fixable?: true;
  check(facts: Facts, options: RuleOptions): Iterable<Problem>;
}

/** Who is meant to reach a server: this machine, the machines around it, or everybody. */
export type Exposure = 'loopback' | 'private' | 'public';

/** The few settings a rule may ask for. */
export interface RuleOptions {
  /** The address `fix` writes; 0.0.0.0 unless set. */
  readonly host: string;
  /** The user stated the address, so widening is intended everywhere it is possible. */
  readonly hostStated: boolean;
  /** Where a fix is written; `auto` unless set: the container's environment, then its command, then the code. */
  readonly layer?: 'auto' | 'code' | 'command' | 'environment';
  /** Who is meant to reach what listens in a file, where the settings declare it. */
  exposure?(file: string): Exposure | undefined;
  /** Comments that silenced nothing; known only when every other rule has spoken. */
  readonly unusedSuppressions?: readonly UnusedSuppression[];
  /** Comments that silence something and do not say why. */
  readonly unexplainedSuppressions?: readonly Span[];
}

/** A comment, or one of the rules that it names, that silences nothing. */
export interface UnusedSuppression {
  /** What can go: the comment, with the one that ends its block, or the rule's name. */
  readonly spans: readonly Span[];
  /** The rule, where it is one. */
  readonly rule?: string;
  /** There is no rule by that name. */
  readonly unknown?: true;
  /** The rule that it seems to mean, which finds something there. */
  readonly meant?: string;
}

export interface Finding extends Problem {
  readonly rule: string;
  readonly severity: Severity;
}

/** Replace the text at `span`. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}
