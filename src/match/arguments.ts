import { isLoopbackName, isNumeric, parsePort, reachOf, splitAddress } from '../address.ts';
import type { Frame, Origin, Slot, Span, Step } from '../facts.ts';
import type { CallShape, Where } from '../framework.ts';
import { remembered } from '../remembered.ts';
import { baseEnv, type Way } from '../resolve/callers.ts';
import { fallbackInScript } from '../resolve/fallbacks.ts';
import { type CallSite, lastName, type Scope } from '../resolve/names.ts';
import { isText, mergeArguments } from '../resolve/values.ts';
import { attributeAssignments, type Env, type Lazy, type Value } from '../resolve.ts';
import type { CallExpr, Expr, Program } from '../syntax/call.ts';
import { speaks } from './announcements.ts';
import { isDemanded } from './demanded-variables.ts';
import { type Found, isPort, listOf, type MatchInput } from './entries.ts';
import { inRange } from './failure.ts';
import type { Start } from './starts.ts';

/** An argument as a call gives it. */
type Given =
  | { readonly state: 'given'; readonly lazy: Lazy }
  | { readonly state: 'absent' }
  /** Spread arguments or an object that cannot be followed may hold it. */
  | { readonly state: 'hidden' };

/** A debugger or reloader that a call switches on, and what may switch the debugger off. */
interface Debugging {
  readonly means: 'debugger' | 'reload';
  readonly unless?: string;
}

type ApplicationSwitch = NonNullable<NonNullable<CallShape['debug']>['application']>;

const absent: Given = { state: 'absent' };
const hidden: Given = { state: 'hidden' };

const wordsOf = remembered((_program: Program) => new Map<string | RegExp, boolean>());

/** Does a program's text hold a word? Each of its calls asks. */
function holds(program: Program, word: string | RegExp): boolean {
  const words = wordsOf(program);
  const held = words.get(word) ?? (typeof word === 'string' ? program.text.includes(word) : word.test(program.text));
  words.set(word, held);
  return held;
}

/** Hosts of one list that are looked at one by one. */
const maximumHosts = 16;

/** Reads the arguments of one call for one way to it. */
export class ArgumentReader {
  readonly #site: CallSite;
  readonly #found: Found;
  readonly #program: Program;
  readonly #input: MatchInput;
  readonly #quote: string;
  readonly #scopes: readonly Scope[];

  constructor(site: CallSite, found: Found, program: Program, input: MatchInput) {
    const index = input.resolver.project.programs.get(program.file);
    this.#scopes = index ? [index.module, ...index.scopes.values()] : [];
    this.#site = site;
    this.#found = found;
    this.#program = program;
    this.#input = input;
    this.#quote = quoteOf(program);
  }

  on(way: Way, start: Start | undefined) {
    const { resolver } = this.#input;
    const { shape, framework } = this.#found.entry;
    const call = this.#site.call;
    const env = way.env;
    const callee =
      this.#found.callee && resolver.callee(this.#site, env).find((value) => value.type === this.#found.callee!.type);

    const find = (where: Where): Given => {
      if (where.assigned !== undefined) return assignedTo(where.assigned);
      if (where.inFile !== undefined) return writtenIn(where.inFile);
      if (where.of === 'start') return start ? argumentAt(start.site.call, start.env, where) : absent;
      if (
        where.of === 'constructor' ||
        (where.attribute !== undefined && where.arg === undefined && where.keyword === undefined)
      ) {
        const made = callee?.type === 'external' ? madeBy(callee) : undefined;
        if (!made) return hidden;
        if (where.attribute !== undefined) return attributeOf(receiver, where.attribute, env);
        return argumentAt(made.call, made.env, where);
      }
      return argumentAt(call, env, where);
    };

    const madeBy = (value: Extract<Value, { type: 'external' }>): { call: CallExpr; env: Env } | undefined => {
      const receiver = value.receiver;
      if (receiver?.type === 'external') return receiver.call;
      if (receiver?.type === 'object') return receiver.call;
      return value.call;
    };

    const receiver = call.callee.kind === 'member' ? call.callee.object : undefined;
    const scripted = this.#program.language !== 'python';
    /** No function and no object of options. */
    const mayBeAddress = (lazy: Lazy): boolean => {
      if (isCallback(lazy.expr)) return false;
      const value = resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
      return value.type !== 'function' && value.type !== 'map' && value.type !== 'list' && value.type !== 'class';
    };

    /** A text with a slash where the port stands is the path of a socket. */
    const opensPath = (given: Given): boolean => {
      const value = given.state === 'given' ? settled(given.lazy) : undefined;
      return value?.type === 'string' && /[\\/]|\.sock$/.test(value.value);
    };

    const isFlag = (item: Lazy): boolean => {
      const value = resolver.settle(resolver.evaluate(item.expr, item.env));
      return value.type === 'string' && value.value.startsWith('-');
    };

    const ahead = callee?.type === 'external' ? callee.bound : undefined;
    const argumentAt = (target: CallExpr, inside: Env, where: Where): Given => {
      const written = resolver.argumentsOf(target, inside);
      const bound = target === call ? mergeArguments(ahead, written) : written;
      const lazy =
        (where.keyword !== undefined ? bound.named.get(where.keyword) : undefined) ??
        (where.arg !== undefined ? bound.positional[where.arg] : undefined);
      if (where.type !== undefined) {
        const expr = target.types?.[where.type];
        return expr ? { state: 'given', lazy: { expr, env: inside } } : absent;
      }
      if (!lazy) {
        const spread = !scripted && where.keyword !== undefined && where.item === undefined && bound.open;
        const given = spread ? resolver.spreadFor(bound, where.keyword!) : undefined;
        if (given) return { state: 'given', lazy: given };
        return bound.open ? hidden : absent;
      }
      if (scripted && where.item === undefined && !mayBeAddress(lazy)) return absent;
      if (where.attribute !== undefined) return attributeOf(lazy.expr, where.attribute, lazy.env);
      if (where.item === undefined) return { state: 'given', lazy };
      const value = resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
      if (value.type === 'list') {
        const rest = typeof where.item === 'number' ? value.items.slice(where.item) : [];
        if (rest[0] === undefined) return absent;
        // The words of a command line: an address may stand behind flags.
        if (isFlag(rest[0])) return rest.every(isFlag) ? absent : hidden;
        return { state: 'given', lazy: rest[0] };
      }
      if (value.type === 'map') {
        return itemOf(value, String(where.item));
      }
      if (scripted && (value.type === 'function' || isPort(lazy.expr, value))) return absent;
      // What a class of a library makes holds no options.
      if (scripted && value.type === 'external' && instance.test(value.path)) return absent;
      return value.type === 'string' || value.type === 'number' ? absent : hidden;
    };

    /** An entry of an object, or of an object in it: `listen.port`. */
    const itemOf = (object: Extract<Value, { type: 'map' }>, item: string): Given => {
      const entry = object.entries.get(item);
      if (entry) return { state: 'given', lazy: entry };
      const dot = item.indexOf('.');
      const outer = dot === -1 ? undefined : object.entries.get(item.slice(0, dot));
      if (!outer) return object.open ? hidden : absent;
      const inner = settled(outer);
      if (inner.type === 'map') return itemOf(inner, item.slice(dot + 1));
      return inner.type === 'none' ? absent : hidden;
    };

    /** What the settings file says that the call is given. */
    const writtenIn = (keys: readonly string[]): Given => {
      const { span } = call.callee;
      const read = keys.reduce<Expr>(
        (object, key) => ({ kind: 'index', object, index: { kind: 'string', value: key, span }, span }),
        call,
      );
      const file = settled({ expr: call, env });
      if (file.type !== 'settings' || file.file === undefined) return absent;
      const value = settled({ expr: read, env });
      return isText(value) ? { state: 'given', lazy: { expr: read, env } } : value.type === 'unknown' ? hidden : absent;
    };

    const assignedTo = (place: string): Given => {
      const key = place.indexOf('[');
      const dot = place.lastIndexOf('.');
      const [owner, name] =
        key === -1 ? [place.slice(0, dot), place.slice(dot + 1)] : [place.slice(0, key), place.slice(key)];
      for (const scope of this.#scopes) {
        const set = attributeAssignments(owner, name, scope).at(-1);
        if (set?.value) return { state: 'given', lazy: { expr: set.value, env: baseEnv(scope) } };
      }
      return absent;
    };

    const attributeOf = (object: Expr | undefined, attribute: string, inside: Env): Given => {
      if (object?.kind !== 'name') return absent;
      const dot = attribute.lastIndexOf('.');
      const owner = dot === -1 ? object.name : `${object.name}.${attribute.slice(0, dot)}`;
      const name = attribute.slice(dot + 1);
      const set = attributeAssignments(owner, name, inside.scope);
      const last =
        set.findLast((statement) => statement.span.end <= call.span.start || statement.span.file !== call.span.file) ??
        set.at(-1);
      if (last?.value) return { state: 'given', lazy: { expr: last.value, env: inside } };
      // An object of the module may be set up by another function.
      for (const scope of this.#scopes) {
        const elsewhere = attributeAssignments(owner, name, scope).at(-1);
        if (elsewhere?.value) return { state: 'given', lazy: { expr: elsewhere.value, env: baseEnv(scope) } };
      }
      return absent;
    };

    /** The first alternative that is given; hidden where one may be. */
    const first = (places: readonly Where[]): { given: Given; where: Where | undefined } => {
      let result: Given = absent;
      for (const where of places) {
        const given = find(where);
        if (given.state === 'given') {
          if (given.lazy.expr.kind === 'none') continue;
          return { given, where };
        }
        if (given.state === 'hidden') result = hidden;
      }
      return { given: result, where: undefined };
    };

    /** `host=None`: what is to stand there takes its place. */
    const writtenNone = (places: readonly Where[]): Given | undefined =>
      places.map(find).find((given) => given.state === 'given' && given.lazy.expr.kind === 'none');

    const settled = (lazy: Lazy): Value => resolver.settle(resolver.evaluate(lazy.expr, lazy.env));

    const isGiven = (where: Where): boolean => {
      const given = find(where);
      if (given.state !== 'given') return false;
      const value = settled(given.lazy);
      // What a user may give, and need not, leaves the usual way open.
      return value.type !== 'none' && !(value.type === 'unknown' && (value.optional === true || value.adjustable));
    };

    const hasValue = (where: Where, values: readonly string[], whenAbsent: boolean): 'yes' | 'no' | 'unknown' => {
      const given = find(where);
      if (given.state === 'absent') return whenAbsent ? 'yes' : 'no';
      if (given.state === 'hidden') return 'unknown';
      const value = settled(given.lazy);
      if (value.type === 'external')
        return values.includes(value.path) ? 'yes' : value.origin.by === 'unknown' ? 'unknown' : 'no';
      if (value.type === 'string' || value.type === 'boolean')
        return values.includes(String(value.value)) ? 'yes' : value.adjustable ? 'unknown' : 'no';
      return value.type === 'none' ? (whenAbsent ? 'yes' : 'no') : 'unknown';
    };

    /** Does the call stand where its argument was found equal to none of these values: `if transport == "stdio": run(transport)`? */
    const isTested = (where: Where, values: readonly string[]): boolean => {
      const given = find(where);
      if (given.state !== 'given') return false;
      const textOf = ({ span }: Expr) => this.#program.text.slice(span.start, span.end);
      const text = textOf(given.lazy.expr);
      return this.#site.places.some(({ statement, branch }) => {
        if (statement.kind !== 'if' || statement.test.kind !== 'binary' || textOf(statement.test.left) !== text)
          return false;
        const { operator, right } = statement.test;
        const holds = branch === 'consequent' ? /^={2,3}$/ : /^!={1,2}$/;
        return holds.test(operator) && right.kind === 'string' && !values.includes(right.value);
      });
    };

    /** Does it run a debugger or a reloader, and what may switch the debugger off? */
    const debugging = (): Debugging | undefined => {
      const { debug } = shape;
      if (isWrapped()) return { means: 'debugger' };
      if (!debug) return undefined;
      const { means, where, application } = debug;
      if (!where) return { means };
      const given = find(where);
      if (given.state === 'hidden') return undefined;
      const own = given.state === 'given' ? settled(given.lazy) : undefined;
      const value = own && own.type !== 'none' ? own : application && ofApplication(application);
      if (!value || !(value.type === 'boolean' || value.type === 'number') || !value.value) return undefined;
      if (!value.adjustable) return { means };
      if (means !== 'debugger') return undefined;
      const { origin } = value;
      return { means, unless: origin.by === 'config' ? origin.path : 'name' in origin ? origin.name : 'a setting' };
    };

    /** A debugger put around the application: whoever serves it serves the debugger. */
    const isWrapped = (): boolean =>
      holds(this.#program, 'DebuggedApplication') &&
      call.args.some(({ value: expr }) => {
        const value = settled({ expr, env });
        if (value.type !== 'external' || value.path !== 'werkzeug.debug.DebuggedApplication()' || !value.call)
          return false;
        const evaluates = argumentAt(value.call.call, value.call.env, { arg: 1, keyword: 'evalex' });
        const on = evaluates.state === 'given' ? settled(evaluates.lazy) : undefined;
        return on?.type === 'boolean' && on.value && !on.adjustable;
      });

    /** What the application says of the debugger, or undefined where it says nothing. */
    const ofApplication = ({ app, attribute, key, variable, files, earlier }: ApplicationSwitch): Value | undefined => {
      const { file } = this.#program;
      const set = resolver.variable(variable, file, files);
      if (set && isText(set)) {
        const value = !/^(?:0|false|no|)$/i.test(String(set.value));
        return { type: 'boolean', value, origin: set.origin, span: set.span, steps: set.steps, adjustable: false };
      }
      const version = earlier && this.#input.version(earlier.when.package, file);
      const named =
        version !== undefined && inRange(version, earlier!.when.range)
          ? resolver.variable(earlier!.variable, file, files)
          : undefined;
      if (named?.type === 'string' && named.value === earlier!.value)
        return { ...named, type: 'boolean', value: true, adjustable: false };
      const object = applicationAt(app);
      if (!object) return undefined;
      const assigned = attributeOf(object.expr, attribute, object.env);
      if (assigned.state === 'given') return settled(assigned.lazy);
      const value = settled(configuration(object, key));
      return value.type === 'boolean' && !holds(this.#program, '.config') ? { ...value, adjustable: true } : value;
    };

    const defaults = (): { host?: string; port?: number } => {
      for (const other of shape.defaultsWith ?? []) {
        const verdict = other.values ? hasValue(other.where, other.values, false) === 'yes' : isGiven(other.where);
        if (verdict) return { ...framework.defaults, ...shape.defaults, ...other };
      }
      return { ...framework.defaults, ...shape.defaults };
    };

    const inElsewhere = (role: 'host' | 'port') => {
      const { [role]: words, unless } = shape.elsewhere ?? {};
      if (!words?.some((word) => holds(this.#program, word))) return false;
      return !unless || hasValue(unless.where, unless.values, false) !== 'yes';
    };

    const applicationAt = (app: Where | undefined): Lazy | undefined => {
      const given = app && find(app);
      return given?.state === 'given' ? given.lazy : receiver && !app ? { expr: receiver, env } : undefined;
    };

    /** `app.config["KEY"]` */
    const configuration = ({ expr, env }: Lazy, key: string): Lazy => {
      const { span } = call.callee;
      const object: Expr = { kind: 'member', object: expr, name: 'config', nameSpan: span, span };
      return { expr: { kind: 'index', object, index: { kind: 'string', value: key, span }, span }, env };
    };

    /** What the configuration of the application says where the call says nothing. */
    const configured = () => {
      if (shape.configured === undefined) return undefined;
      const { key, app, gives } = shape.configured;
      const object = applicationAt(app);
      if (object === undefined) return undefined;
      const value = settled(configuration(object, key));
      if (value.type !== 'string' || value.adjustable) return undefined;
      const [host, port] = value.value.split(':');
      const half = <V>(role: 'host' | 'port', own: V | undefined) => ({
        value: gives.includes(role) ? own : undefined,
        steps: value.steps,
      });
      return { host: half('host', host || undefined), port: half('port', parsePort(port ?? '')) };
    };

    const missing = <T extends string | number>(
      role: 'host' | 'port',
      places: readonly Where[],
      state: 'absent' | 'hidden',
    ): Slot<T> => {
      const insert = this.#insertion(places);
      const site = insert?.span ?? { ...call.inside, start: call.inside.end };
      const writable = insert && !this.#input.readOnly(this.#program.file);
      const common = {
        span: site,
        site,
        chain: [] as Step[],
        fixed: true,
        ...(writable && { frame: this.#quoted(insert.frame, role), siteFrame: this.#quoted(insert.frame, role) }),
      };
      const half = state === 'absent' ? configured()?.[role] : undefined;
      if (half?.value !== undefined)
        return {
          ...common,
          value: half.value as T,
          origin: { by: 'config', path: shape.configured!.key },
          chain: half.steps,
        };
      if (state === 'hidden' || inElsewhere(role) || shape.required?.includes(role)) {
        return { value: undefined, origin: { by: 'unknown' }, ...common, fixed: false };
      }
      const value = defaults()[role] as T | undefined;
      const origin: Origin =
        value === undefined ? { by: 'unknown' } : { by: 'default', of: framework.name, docs: framework.docs };
      const variable = shape.environment?.[role]?.[0];
      const set = variable === undefined ? undefined : resolver.variable(variable, this.#program.file);
      if (set) {
        const held = set.type === 'string' ? set.value : undefined;
        const { frame: _frame, siteFrame: _siteFrame, ...rest } = common;
        const frame = this.#frameOf(set);
        return {
          ...rest,
          value: (role === 'host' || held === undefined ? held : parsePort(held)) as T | undefined,
          origin: { by: 'env', name: variable! },
          span: set.span,
          chain: [{ span: call.callee.span, note: `variable ${variable}` }, ...set.steps],
          fixed: false,
          ...(frame && { frame }),
        };
      }
      return {
        value,
        origin: variable !== undefined ? { by: 'env', name: variable } : origin,
        ...common,
        fixed: variable === undefined,
      };
    };

    /** A host at a place that the call does not look at. */
    const inVain = () => {
      for (const where of shape.ignores?.host ?? []) {
        const given = find(where);
        const value = given.state === 'given' ? settled(given.lazy) : undefined;
        const isNamed = typeof where.item === 'string';
        const isHost = value?.type === 'string' || (isNamed && value?.type === 'unknown' && !value.optional);
        if (!isHost || given.state !== 'given') continue;
        const name = isNamed ? String(where.item) : 'the third argument';
        return { site: given.lazy.expr.span, ignored: { name, value: undefined } };
      }
      return undefined;
    };

    const slotAt = <T extends string | number>(role: 'host' | 'port', places: readonly Where[]): Slot<T> => {
      const found = first(places).given;
      const given = (found.state === 'absent' ? writtenNone(places) : undefined) ?? found;
      if (given.state === 'absent' && role === 'host') {
        const vain = inVain();
        if (vain) return { ...withoutFrames(missing<T>(role, [], 'absent')), ...vain, fixed: true };
      }
      if (given.state !== 'given') return missing<T>(role, places, given.state);
      const value = settled(given.lazy);
      // A backlog where the host would stand.
      if (scripted && role === 'host' && (value.type === 'number' || value.type === 'boolean'))
        return missing<T>(role, places, 'absent');
      if (value.type === 'none' || (value.type === 'unknown' && value.optional)) {
        const fallback = missing<T>(role, [], 'absent');
        const meansDefault = shape.noneIsDefault === true || shape.noneIsDefault === role;
        const isDefault = meansDefault && this.#arrivesAsNone(given.lazy, value);
        if (value.type === 'unknown' && value.origin.by === 'env' && !isDefault)
          return this.#unset<T>(role, given.lazy, value);
        // Python's None is a value of its own: sockets take it for all interfaces, or for any port.
        const isOther =
          !scripted &&
          !meansDefault &&
          value.type === 'none' &&
          (role === 'port' || reachOf(String(fallback.value)) !== 'all');
        // The framework's default holds where the option is not given.
        const origin: Origin = isOther ? { by: 'unknown' } : value.adjustable ? value.origin : fallback.origin;
        return {
          ...fallback,
          ...(isOther && { value: undefined }),
          origin,
          span: value.span,
          site: given.lazy.expr.span,
          chain: value.steps,
          fixed: !value.adjustable,
          ...(value.declared && { declared: value.declared }),
          ...this.#siteFrame(given.lazy, role),
        };
      }
      const ignored = this.#ignored<T>(role, given.lazy, env);
      const slot = { ...this.#slot<T>(role, given.lazy, value), ...(ignored && { ignored }) };
      // Node looks them up as names, and finds none.
      const isNoHost = scripted && role === 'host' && /^\[.*\]$|[*+/\s]/.test(String(slot.value ?? ''));
      return isNoHost ? { ...withoutFrames(slot), value: undefined, written: String(slot.value) } : slot;
    };

    /** Several hosts at once: `host=["127.0.0.1", "::1"]`. */
    const listAt = (places: readonly Where[]): readonly Lazy[] | undefined => {
      const { given } = first(places);
      const value = given.state === 'given' ? settled(given.lazy) : undefined;
      return value?.type === 'list' && value.items.length > 0 && value.items.length <= maximumHosts
        ? value.items
        : undefined;
    };

    const addresses = (): { host: Slot<string>; port: Slot<number> }[] => {
      const hosts = listOf(shape.host);
      const ports = listOf(shape.port);
      const given = shape.address === undefined ? undefined : first(listOf(shape.address));
      const halves = [...hosts, ...ports].some((where) => where.item !== undefined && find(where).state === 'given');
      const isAlone = hosts.length === 0 && ports.length === 0;
      if (
        given?.given.state === 'given' &&
        !halves &&
        (settled(given.given.lazy).type !== 'number' || (isAlone && shape.bare === 'port'))
      ) {
        const { lazy } = given.given;
        const value = settled(lazy);
        // `httpPort: false`
        if (scripted && value.type === 'boolean') return [];
        if (value.type === 'number')
          return [
            { host: withoutFrames(missing('host', [], 'absent')), port: this.#slot<number>('port', lazy, value) },
          ];
        const items = value.type === 'list' ? value.items : [lazy];
        // waitress takes several addresses in one text.
        if (value.type === 'string' && /\S\s+\S/.test(value.value.trim()))
          return value.value
            .trim()
            .split(/\s+/)
            .flatMap((address) => this.#wholeAddress(address, value, shape));
        return items.flatMap((item) => this.#splitAddress(item, missing, hosts, ports, shape));
      }
      if (shape.onlyWritten) {
        const written = [...hosts, ...ports].some((where) => {
          const found = find(where);
          if (found.state !== 'given') return found.state !== 'absent';
          // A server that is handed over opens no port here.
          const value = settled(found.lazy);
          return !scripted || where.item !== undefined || isText(value) || isPort(found.lazy.expr, value);
        });
        if (!written && given?.given.state !== 'hidden') return [];
      }
      if (scripted && opensPath(first(ports).given)) return [];
      if (given && isAlone) {
        const insert = listOf(shape.address);
        return [
          {
            host: missing<string>('host', insert, given.given.state === 'absent' ? 'absent' : 'hidden'),
            port: missing<number>('port', insert, given.given.state === 'absent' ? 'absent' : 'hidden'),
          },
        ].map(({ host, port }) => ({
          host: withoutFrames(host),
          port: withoutFrames(port),
        }));
      }
      const listed = scripted ? undefined : listAt(hosts);
      if (listed)
        return listed.map((item) => ({
          host: this.#slot<string>('host', item, settled(item)),
          port: slotAt<number>('port', ports),
        }));
      const pair = { host: slotAt<string>('host', hosts), port: slotAt<number>('port', ports) };
      return [scripted ? this.#withoutPort(pair, first(hosts).given) : pair];
    };

    return { addresses, isGiven, hasValue, isTested, debugging };
  }

  /** What is no port opens none, whatever the host: it names a socket, or the host itself, which then stands where the port should. */
  #withoutPort(pair: { host: Slot<string>; port: Slot<number> }, given: Given): typeof pair {
    const { port } = pair;
    if (!isNoPort(port)) return pair;
    const { resolver } = this.#input;
    const behind =
      given.state === 'given' ? resolver.settle(resolver.evaluate(given.lazy.expr, given.lazy.env)) : undefined;
    if (
      given.state !== 'given' ||
      behind?.type !== 'number' ||
      (!isNumeric(port.written) && !isLoopbackName(port.written))
    )
      return { port, host: { ...withoutFrames(pair.host), value: undefined, origin: { by: 'unknown' } } };
    const { frame, ...host } = this.#slot<string>('host', given.lazy, behind);
    return {
      port: { ...port, ...(port.frame && { frame: { ...port.frame, quote: '' } }) },
      host: { ...host, written: String(behind.value), ...(frame && { frame: { ...frame, quote: this.#quote } }) },
    };
  }

  /** One `host:port` text, or a template of both. */
  #splitAddress(
    lazy: Lazy,
    missing: <T extends string | number>(
      role: 'host' | 'port',
      places: readonly Where[],
      state: 'absent' | 'hidden',
    ) => Slot<T>,
    hosts: readonly Where[],
    ports: readonly Where[],
    shape: CallShape,
  ): { host: Slot<string>; port: Slot<number> }[] {
    const { resolver } = this.#input;
    const bare = (slot: Slot<never>) => withoutFrames(slot) as never;
    const value = resolver.settle(resolver.evaluate(lazy.expr, lazy.env));
    if (lazy.expr.kind === 'template' && shape.notation !== 'endpoint') {
      const colon = lazy.expr.parts.findIndex(
        (piece) => piece.kind === 'string' && piece.value.includes(':') && !piece.value.includes('://'),
      );
      const after = lazy.expr.parts[colon + 1];
      const before = lazy.expr.parts[colon - 1];
      if (colon > 0 && colon === 1 && before && before.kind !== 'string') {
        const host = this.#slot<string>(
          'host',
          { expr: before, env: lazy.env },
          resolver.settle(resolver.evaluate(before, lazy.env)),
        );
        const port =
          after && after.kind !== 'string'
            ? this.#slot<number>(
                'port',
                { expr: after, env: lazy.env },
                resolver.settle(resolver.evaluate(after, lazy.env)),
              )
            : undefined;
        const literal = lazy.expr.parts[colon]!;
        const digits = literal.kind === 'string' ? parsePort(literal.value.replace(/^:/, '')) : undefined;
        return [
          {
            host: withoutSite(host),
            port: port ? withoutSite(port) : { ...this.#plain<number>(value), value: digits },
          },
        ];
      }
      const [first, second] = lazy.expr.parts;
      if (first?.kind === 'string' && first.value.endsWith(':') && second) {
        const parts = splitAddress(
          first.value.slice(first.value.includes('://') ? first.value.indexOf('://') + 3 : 0),
          'host',
        );
        const port = this.#slot<number>(
          'port',
          { expr: second, env: lazy.env },
          resolver.settle(resolver.evaluate(second, lazy.env)),
        );
        return [
          {
            host: {
              ...this.#plain<string>(value),
              value: parts.host && (parts.host.text.replace(/^\[(.*)\]$/, '$1') || '0.0.0.0'),
              origin: { by: 'literal' },
              fixed: true,
            },
            port: withoutSite(port),
          },
        ];
      }
    }
    if (value.type === 'string') {
      const text = value.value;
      if (
        text.startsWith('unix:') ||
        text.startsWith('/') ||
        text.startsWith('fd:') ||
        text.startsWith('ipc:') ||
        text.startsWith('inproc:')
      )
        return [];
      const prefix = shape.notation === 'url' ? (/^[a-z+]+:\/\//i.exec(text)?.[0].length ?? 0) : 0;
      if (shape.notation === 'endpoint') {
        const port = /^(?:tcp6?|ssl):(?:port=)?(\d+)/.exec(text)?.[1];
        const host = /interface=((?:\\.|[^:\\])+)/.exec(text)?.[1];
        if (!/^(tcp|ssl)/.test(text)) return [];
        return [
          {
            host: { ...this.#plain<string>(value), value: host === undefined ? '0.0.0.0' : host.replaceAll('\\', '') },
            port: { ...this.#plain<number>(value), value: port === undefined ? undefined : parsePort(port) },
          },
        ];
      }
      const parts = splitAddress(text.slice(prefix), shape.bare ?? 'host');
      const part = (start: number, end: number): Partial<Slot<never>> => {
        if (value.quote === undefined || this.#input.readOnly(value.span.file)) return {};
        const base = value.span.start + value.quote.length + prefix;
        const span = { file: value.span.file, start: base + start, end: base + end };
        const frame: Frame = { before: '', after: '', quote: '', part: true };
        return { span, frame };
      };
      const common = this.#plain<never>(value);
      const host: Slot<string> = parts.host
        ? {
            ...common,
            value: parts.host.text === '' ? '0.0.0.0' : parts.host.text.replace(/^\[(.*)\]$/, '$1'),
            ...(part(parts.host.start, parts.host.end) as object),
          }
        : bare(missing('host', hosts, 'absent') as never);
      if (value.pieces) {
        const made = <T extends string | number>(role: 'host' | 'port', at: { start: number; end: number }) =>
          withoutSite(this.#slot<T>(role, lazy, resolver.partOf(value, prefix + at.start, prefix + at.end)));
        return [
          {
            host: parts.host
              ? anyWhereEmpty(made<string>('host', parts.host))
              : bare(missing('host', hosts, 'absent') as never),
            port: parts.port ? made<number>('port', parts.port) : bare(missing('port', ports, 'absent') as never),
          },
        ];
      }
      const portNumber = parts.port && parsePort(parts.port.text);
      const port: Slot<number> = parts.port
        ? {
            ...common,
            value: portNumber,
            ...(portNumber === undefined && { written: parts.port.text }),
            ...(part(parts.port.start, parts.port.end) as object),
          }
        : bare(missing('port', ports, 'absent') as never);
      return [{ host, port }];
    }
    return [{ host: this.#plain<string>(value), port: this.#plain<number>(value) }];
  }

  /** An address among others in one text: it can be read, and not be rewritten by itself. */
  #wholeAddress(address: string, value: Value, shape: CallShape): { host: Slot<string>; port: Slot<number> }[] {
    const parts = splitAddress(address, shape.bare ?? 'host');
    const plain = <T>(known: T | undefined): Slot<T> => ({ ...this.#plain<T>(value), value: known });
    return [
      {
        host: plain(
          parts.host === undefined || parts.host.text === '' ? '0.0.0.0' : parts.host.text.replace(/^\[(.*)\]$/, '$1'),
        ),
        port: plain(parts.port && parsePort(parts.port.text)),
      },
    ];
  }

  /** A slot of unknown value at a place. */
  #plain<T>(value: Value): Slot<T> {
    return {
      value: undefined,
      origin:
        value.type === 'string'
          ? value.origin
          : ({
              by: value.adjustable ? value.origin.by : 'unknown',
              ...(value.adjustable ? value.origin : {}),
            } as Origin),
      span: value.span,
      site: value.span,
      chain: value.steps,
      fixed: !value.adjustable,
    };
  }

  #siteFrame(lazy: Lazy, role: 'host' | 'port'): { siteFrame?: Frame } {
    const { kind, span } = lazy.expr;
    // What a spread mapping gives is written nowhere at the call.
    if (this.#input.readOnly(span.file) || (kind === 'other' && span.start === span.end)) return {};
    return { siteFrame: this.#quoted({ before: '', after: '' }, role) };
  }

  #slot<T extends string | number>(role: 'host' | 'port', lazy: Lazy, value: Value): Slot<T> {
    const site = lazy.expr.span;
    const chain: Step[] = [...value.steps];
    const own = this.#frameOf(value);
    const others = value.also ?? [];
    const also = others.flatMap((other) => {
      // What was cut out of a text is no longer what the other branches write.
      const same = 'value' in other && 'value' in value && other.value === value.value;
      const frame = same ? this.#frameOf(other) : undefined;
      return frame ? [{ span: other.span, frame }] : [];
    });
    const frame = also.length === others.length ? own : undefined;
    const common = {
      origin: value.origin,
      span: value.span,
      site,
      chain,
      fixed: !value.adjustable,
      ...(frame && { frame }),
      ...(frame && also.length > 0 && { also }),
      ...(value.declared && { declared: value.declared }),
      ...this.#siteFrame(lazy, role),
    };
    if (role === 'host') {
      const host = value.type === 'string' ? value.value : undefined;
      return {
        value: host as T | undefined,
        ...common,
        ...(host === undefined && { origin: unknownUnlessRead(value) }),
      };
    }
    if (value.type === 'number' || value.type === 'string') {
      const port = parsePort(value.value);
      return { value: port as T | undefined, ...(port === undefined && { written: String(value.value) }), ...common };
    }
    return {
      value: undefined,
      ...common,
      origin: unknownUnlessRead(value),
      ...(value.type === 'unknown' && value.written !== undefined && { written: value.written }),
    };
  }

  /** How a new value is written where this one stands. */
  #frameOf(value: Value): Frame | undefined {
    const writable =
      !this.#input.readOnly(value.span.file) &&
      (value.type === 'string' || value.type === 'number') &&
      literalAt(value);
    if (!writable) return undefined;
    return 'frame' in value && value.frame
      ? value.frame
      : {
          before: '',
          after: '',
          quote:
            value.type === 'string' && 'quote' in value
              ? (value.quote ?? '')
              : 'quote' in value
                ? (value.quote ?? '')
                : '',
          ...(value.part ? { part: true } : !value.document && { code: codeOf(this.#program) }),
        };
  }

  /** A variable that is read without a fallback: one could be written into the call that reads it. */
  #unset<T>(role: 'host' | 'port', lazy: Lazy, value: Value): Slot<T> {
    const { file, start, end } = value.span;
    const program = this.#input.resolver.project.programs.get(file)?.program;
    if (program !== undefined && program.language !== 'python') {
      const direct = lazy.expr.span.file === file && lazy.expr.span.start === start && lazy.expr.span.end === end;
      const fallback = this.#input.readOnly(file)
        ? undefined
        : fallbackInScript(program, value.span, this.#quote, direct);
      const also = fallback && direct ? this.#shownAgain(value.span, fallback.frame) : [];
      return {
        value: undefined,
        origin: value.origin,
        span: value.span,
        site: lazy.expr.span,
        chain: value.steps,
        ...(!isDemanded(value, this.#site, this.#input.resolver) && { unset: true as const }),
        fixed: false,
        ...fallback,
        ...(also.length > 0 && { also }),
        ...this.#siteFrame(lazy, role),
      };
    }
    const read = this.#textOf(value.span);
    // With nothing behind the name but a comma or a comment.
    const named = read.length < 500 ? /^[\w.]+\(\s*(["'])\w+\1(?=\s*,?\s*(?:#[^\n]*\n\s*)?\)$)/.exec(read) : null;
    const at = start + (named?.[0].length ?? 0);
    const open = named !== null && !this.#input.readOnly(file);
    // `os.environ["PORT"]` ends the program and says itself what is missing.
    const demanded = read.endsWith(']') || isDemanded(value, this.#site, this.#input.resolver);
    return {
      value: undefined,
      origin: value.origin,
      span: open ? { file, start: at, end: at } : { file, start, end },
      site: lazy.expr.span,
      chain: value.steps,
      ...(!demanded && { unset: true as const }),
      fixed: false,
      ...(open && { frame: { before: ', ', after: '', quote: this.#quote, code: codeOf(this.#program) } }),
      ...this.#siteFrame(lazy, role),
    };
  }

  /** Where a line shows what an expression reads, and would show nothing where the call falls back on another value. */
  #shownAgain({ file, start, end }: Span, frame: Frame): NonNullable<Slot<number>['also']> {
    const index = this.#input.resolver.project.programs.get(file);
    if (!index) return [];
    const read = index.program.text.slice(start, end);
    const found: NonNullable<Slot<number>['also']>[number][] = [];
    const show = (expr: Expr, isOperand: boolean) => {
      const { span } = expr;
      const written = index.program.text.slice(span.start, span.end);
      if (written === read && span.start !== start)
        found.push(
          isOperand
            ? { span, frame: { before: `(${read} || `, after: ')', quote: frame.quote } }
            : { span: { ...span, start: span.end }, frame: { before: ' || ', after: '', quote: frame.quote } },
        );
      else if (expr.kind === 'template') for (const part of expr.parts) show(part, false);
      else if (expr.kind === 'binary' && expr.operator === '+')
        for (const side of [expr.left, expr.right]) show(side, true);
    };
    for (const { call } of index.calls) if (speaks(call)) for (const { value } of call.args) show(value, false);
    return found;
  }

  #textOf({ file, start, end }: Span): string {
    return this.#input.resolver.project.programs.get(file)?.program.text.slice(start, end) ?? '';
  }

  /** Nothing turns the variable into a number on its way: without it the call is given None. */
  #arrivesAsNone(lazy: Lazy, { span }: Value): boolean {
    const conversion = /\b(?:int|float|str|Number|parseInt|parseFloat|String)\(\s*$|\+\s*$|`\$\{\s*$/;
    const before = this.#textOf({ ...span, start: Math.max(0, span.start - 40), end: span.start });
    return (
      !conversion.test(before) &&
      !(
        lazy.expr.kind === 'call' &&
        /^(int|float|str|Number|parseInt|parseFloat|String)$/.test(lastName(lazy.expr.callee))
      )
    );
  }

  /** `host="0.0.0.0"` in a function that takes a parameter `host`. */
  #ignored<T>(role: 'host' | 'port', lazy: Lazy, env: Env): Slot<T>['ignored'] | undefined {
    const shape = env.scope.function;
    // Beside a UDP socket these may be of the other side.
    const { protocol, datagram } = this.#found.entry.shape;
    if (protocol === 'udp' || (datagram && holds(this.#program, 'DGRAM'))) return undefined;
    if (!shape || env.scope !== this.#site.scope || (lazy.expr.kind !== 'string' && lazy.expr.kind !== 'number'))
      return undefined;
    // Any free port, where the one that is passed is taken.
    if (lazy.expr.kind === 'number' && lazy.expr.value === 0) return undefined;
    const param = shape.params.find((candidate) => candidate.name === role && candidate.kind === 'normal');
    if (!param) return undefined;
    const { resolver } = this.#input;
    const value = resolver.settle(resolver.evaluate({ kind: 'name', name: role, span: lazy.expr.span }, env));
    const known =
      role === 'port' && (value.type === 'number' || value.type === 'string')
        ? parsePort(value.value)
        : value.type === 'string'
          ? value.value
          : undefined;
    return { name: role, value: known as T | undefined };
  }

  #quoted(frame: { before: string; after: string }, role: 'host' | 'port'): Frame {
    return { ...frame, quote: role === 'host' ? this.#quote : '', code: codeOf(this.#program) };
  }

  /** Where an argument that is left out would be written: among the options, or behind the arguments before it. */
  #insertionInScript(places: readonly Where[]): { span: Span; frame: { before: string; after: string } } | undefined {
    const { call, scope } = this.#site;
    const { resolver } = this.#input;
    for (const { of, arg, item, attribute } of places) {
      if ((of !== undefined && of !== 'call') || arg === undefined || attribute !== undefined) continue;
      if (call.args.slice(0, arg + 1).some(({ spread }) => spread)) return undefined;
      const written = call.args[arg]?.value;
      if (typeof item === 'string') {
        const path = item.split('.');
        const key = path.pop()!;
        const within = (object: Expr | undefined, name: string) =>
          object?.kind === 'object' ? object.entries.findLast((entry) => entry.key === name)?.value : undefined;
        const object = path.reduce(within, written);
        if (object?.kind !== 'object') continue;
        const last = object.entries.at(-1);
        const at = last ? last.span.end : object.span.start + 1;
        const span = { file: call.span.file, start: at, end: at };
        if (!last) return { span, frame: { before: ` ${key}: `, after: ' ' } };
        return {
          span,
          frame: { before: `${this.#separator(last.span.start, object.span.start)}${key}: `, after: '' },
        };
      }
      const before = arg === 0 ? undefined : call.args[arg - 1];
      if (!before || (written && !isCallback(written))) continue;
      const value = resolver.settle(resolver.evaluate(before.value, baseEnv(scope)));
      if (!isText(value) && !isPort(before.value, value)) continue;
      const at = before.span.end;
      const span = { file: call.span.file, start: at, end: at };
      return { span, frame: { before: this.#separator(before.span.start, call.inside.start), after: '' } };
    }
    return undefined;
  }

  /** A comma, and a new line where what stands before has a line of its own. */
  #separator(last: number, open: number): string {
    const { text } = this.#program;
    const lineStart = text.lastIndexOf('\n', last - 1) + 1;
    const indent = text.slice(lineStart, last);
    if (lineStart <= open || !/^[ \t]*$/.test(indent)) return ', ';
    return `,${text[lineStart - 2] === '\r' ? '\r\n' : '\n'}${indent}`;
  }

  /** Is a mapping what it was written as: no parameter, and nowhere changed? */
  #isSettled(mapping: Expr): boolean {
    if (mapping.kind !== 'name') return mapping.kind === 'object';
    for (let scope: Scope | undefined = this.#site.scope; scope; scope = scope.parent) {
      if (scope.changed.has(mapping.name)) return false;
      if (scope.function?.params.some(({ name }) => name === mapping.name)) return false;
    }
    return true;
  }

  /** Where an argument that is left out would be written, by keyword. */
  #insertion(places: readonly Where[]): { span: Span; frame: { before: string; after: string } } | undefined {
    if (this.#program.language !== 'python') return this.#insertionInScript(places);
    const where = places.find(
      (place) =>
        (place.of === undefined || place.of === 'call') &&
        place.keyword !== undefined &&
        place.item === undefined &&
        place.attribute === undefined,
    );
    if (!where || this.#site.started?.packed) return undefined;
    const { call } = this.#site;
    // Python takes no argument twice, and what is spread may hold it for some caller.
    if (call.args.some(({ spread, value }) => spread === 'map' && !this.#isSettled(value))) return undefined;
    const last = call.args.at(-1);
    const at = last ? last.span.end : call.inside.start;
    const span = { file: call.span.file, start: at, end: at };
    if (!last) return { span, frame: { before: `${where.keyword}=`, after: '' } };
    const text = this.#program.text;
    const lineStart = text.lastIndexOf('\n', last.span.start - 1) + 1;
    const indent = text.slice(lineStart, last.span.start);
    const ownLine = /^[ \t]*$/.test(indent) && lineStart > call.inside.start;
    const newline = text[lineStart - 2] === '\r' ? '\r\n' : '\n';
    // Behind the comma and the comment that belong to the last argument.
    const rest = ownLine ? /^[ \t]*,[ \t]*(?:#[^\r\n]*)?(?=\r?\n)/.exec(text.slice(at, call.inside.end)) : null;
    if (rest) {
      const end = at + rest[0].length;
      return {
        span: { ...span, start: end, end },
        frame: { before: `${newline}${indent}${where.keyword}=`, after: ',' },
      };
    }
    // A comment that belongs to the last argument stays beside it.
    if (ownLine && /^[ \t]*#/.test(text.slice(at, call.inside.end))) {
      if (last.name === undefined) return undefined;
      return {
        span: { ...span, start: lineStart + indent.length, end: lineStart + indent.length },
        frame: { before: `${where.keyword}=`, after: `,${newline}${indent}` },
      };
    }
    return {
      span,
      frame: { before: ownLine ? `,${newline}${indent}${where.keyword}=` : `, ${where.keyword}=`, after: '' },
    };
  }
}

/** What is written there is no port, and no variable or option can make it one. */
export const isNoPort = ({ value, written, origin }: Slot<number>): boolean =>
  value === undefined && written !== undefined && (origin.by === 'literal' || origin.by === 'unknown');

/** A name that functions go by which are called when it is done. */
const callbackName =
  /^(cb|callback|done|next|fn|func|resolve|reject|handler|listener|listening|on[A-Z]\w*|\w*(?:Callback|Listener|Handler))$/;

const isCallback = (expr: Expr): boolean =>
  expr.kind === 'function' ||
  callbackName.test(lastName(expr)) ||
  (expr.kind === 'call' && expr.callee.kind === 'member' && expr.callee.name === 'bind');

/** What a constructor gives, behind the methods that set it up: `hono.Hono().get()`. */
const instance = /(?:^|[./])[A-Z]\w*\(\)(?:\.\w+\(\))*$/;

const codeOf = (program: Program): 'python' | 'javascript' => (program.language === 'python' ? 'python' : 'javascript');

function unknownUnlessRead(value: Value): Origin {
  return value.adjustable ? value.origin : { by: 'unknown' };
}

/** The text at the value's span is the value itself, so that it can be replaced. */
function literalAt(value: Value): boolean {
  if (value.type === 'string') return value.quote !== undefined;
  return value.type === 'number';
}

function withoutFrames<T>(slot: Slot<T>): Slot<T> {
  const { frame: _frame, also: _also, siteFrame: _siteFrame, ...rest } = slot;
  return rest;
}

/** `:8000` listens everywhere; the brackets of `[::]:8000` are not of the host. */
const anyWhereEmpty = (slot: Slot<string>): Slot<string> =>
  slot.value === undefined ? slot : { ...slot, value: slot.value.replace(/^\[(.*)\]$/, '$1') || '0.0.0.0' };

function withoutSite<T>(slot: Slot<T>): Slot<T> {
  const { siteFrame: _siteFrame, ...rest } = slot;
  return rest;
}

const quotes = new WeakMap<Program, string>();

/** The quotes a file mostly uses. */
export function quoteOf(program: Program): string {
  const known = quotes.get(program);
  if (known !== undefined) return known;
  const count = (mark: string) => program.text.split(mark).length;
  const [single, double] = [count("'"), count('"')];
  const quote = single > double || (single === double && program.language !== 'python') ? "'" : '"';
  quotes.set(program, quote);
  return quote;
}
