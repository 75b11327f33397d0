/** Half-open [start, end) in a file's decoded text without BOM, in UTF-16 code units. Empty: nothing is written here, but here is where it would go. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** How a value is known: the end of the chain that led to it. */
export type Origin =
  | { readonly by: 'literal' }
  | { readonly by: 'default'; readonly of: string; readonly docs: string }
  | { readonly by: 'env'; readonly name: string }
  | { readonly by: 'argument'; readonly name: string }
  | { readonly by: 'config'; readonly path: string }
  | { readonly by: 'unknown' };

/** One step of the way a value took, nearest to the bind first. */
export interface Step {
  readonly span: Span;
  /** What happens here, naming only identifiers, hosts and ports: `parameter host of run_server`. */
  readonly note: string;
}

/** How a new value is written at a slot's span. A text edit is `before + quoted value + after`. */
export interface Frame {
  /** Text before a new value, such as `, host=` where the argument is not written yet; empty where a value is replaced. */
  readonly before: string;
  readonly after: string;
  /** Quotes around a string value; empty where the notation needs none. */
  readonly quote: string;
  /** What an expression may be written in, where the slot takes code and not only a literal. */
  readonly code?: 'python' | 'javascript';
  /** The value is one part of a longer text (`host:port`): only a literal fits. */
  readonly part?: true;
}

/** A place where a value is, or would be, written. Rules read slots, fixes fill them. */
export interface Slot<T> {
  /** Undefined: written or passed in a way that cannot be seen, so no rule may judge it. */
  readonly value: T | undefined;
  /** The text as it stands where it is no valid T ("abc", 99999). */
  readonly written?: string;
  readonly origin: Origin;
  /** Where the value stands: the literal at the end of the chain, or the empty place where it would be written. */
  readonly span: Span;
  /** Where the bind itself takes the value: the argument's expression, or the empty place where it would be written. */
  readonly site: Span;
  readonly chain: readonly Step[];
  /** How to write a new value at `span`; absent where nothing can be written. */
  readonly frame?: Frame;
  /** Where else the same value is written, because it is chosen between branches that agree: all of them are written, or none. */
  readonly also?: readonly { readonly span: Span; readonly frame: Frame }[];
  /** How to write a new value or expression at `site`; absent where nothing can be written. */
  readonly siteFrame?: Frame;
  /** The option or settings key that the value stands in. */
  readonly declared?: { readonly via: 'option' | 'config'; readonly name: string; readonly span: Span };
  /** A key that takes the same text, by alias or merge, and that no server is known to read: to write there would change it too. */
  readonly shared?: string;
  /** Variables that the program itself reads where the value is left out. */
  readonly variables?: readonly string[];
  /** A variable that has no fallback: what happens where nobody sets it is up to the framework. */
  readonly unset?: true;
  /** The function around the bind takes this parameter for the same thing and does not use it here; with the value it has on this way. */
  readonly ignored?: { readonly name: string; readonly value: T | undefined };
  /** Nothing was found that a user could set without an edit: no option, variable or key stands in the chain. */
  readonly fixed: boolean;
  /** Places outside of the code where this value can be given in the container it runs in, the best one first. */
  readonly layers?: readonly Layer[];
}

/** A place where a container gives a program its value: a variable of the environment, a flag of the command. */
export interface Layer {
  readonly layer: 'environment' | 'command';
  readonly span: Span;
  readonly frame: Frame;
  /** What is written there: `HOST in Dockerfile`, `--host`. */
  readonly name: string;
}

/** A variable of a container's environment. */
export interface Variable {
  readonly name: string;
  /** Undefined: it is set, and to what cannot be seen. */
  readonly value: string | undefined;
  /** The value as it stands, with quotes; empty where it would be written. */
  readonly span: Span;
  /** How another value is written at `span`; absent where it cannot be. */
  readonly frame?: Frame;
  /** The variable outside that it takes its value from: `${HOST:-127.0.0.1}`. */
  readonly from?: string;
}

export type Context = 'production' | 'development' | 'test' | 'example' | 'docs' | 'tool';
export type Via = 'call' | 'command' | 'option' | 'config' | 'manifest';

/** How the bind is started: what an exception or exit there means for the process. */
export type Place = 'main' | 'thread' | 'process' | 'task' | 'library' | 'command';

/** Does anyone see it when the port is taken? */
export interface Failure {
  readonly state: 'handled' | 'unhandled' | 'ineffective' | 'unknown';
  /** The handler, when there is one. */
  readonly by?: Span;
  /** The handler runs, and ends only the thread, or nothing at all: the program goes on without the server. */
  readonly caught?: true;
  /** The handler reports it, and the program then listens on another port than the one it was given. */
  readonly goesOn?: true;
  /** What reaches the caller when the port is taken: `SystemExit`, `OSError`, `nothing`. */
  readonly raises: string;
  /** Without a handler nothing ends the program with a non-zero status: it goes on, or ends as if all were well. */
  readonly silent: boolean;
  /** The call returns before it is known whether the port can be bound. */
  readonly late?: true;
  /** What happens then, for the message: `uvicorn raises SystemExit, which a thread swallows`. */
  readonly how: string;
  readonly place: Place;
  /** The innermost function around the bind, or the call that would be wrapped; absent where no rewrite is known. */
  readonly repair?: BindErrorRepair;
  /** What to do by hand where no rewrite is known, from the catalogue. */
  readonly advice?: string;
  /** JavaScript: how the failure shows, whether or not somebody looks. */
  readonly signal?: BindErrorSignal;
}

/** How a bind error can be handled rightly: data of the catalogue, carried to the fix. */
export interface BindErrorRepair {
  /** The statement to wrap, or the try statement that a handler is added to. */
  readonly statement: Span;
  /** Add a handler to the try statement at `statement` instead of wrapping. */
  readonly tryStatement: boolean;
  /** The exceptions to catch, each in a handler of its own. */
  readonly catches: readonly string[];
  /** sys.exit would only end the thread: the process has to be ended. */
  readonly endsProcess: boolean;
  /** Safe to apply without being asked: there is an entry point behind it. */
  readonly safe: boolean;
  /** The statement serves as well, so what is caught may have nothing to do with the bind. */
  readonly serves?: true;
  /** JavaScript: the call that listens, and how its failure can be heard. */
  readonly signal?: BindErrorSignal;
}

/** How the failure of a call shows that raises nothing where it stands. */
export interface BindErrorSignal {
  /** The call that listens, from the start of its callee to its closing parenthesis, with `new` and without `await`. */
  readonly call: Span;
  /** `event`: an `error` event; `promise`: a rejection; `callback`: the first argument of its callback; `thrown`: an exception, at once. */
  readonly by: 'event' | 'promise' | 'callback' | 'thrown';
  /** What emits the event: the value of the call, unless it says that it is what the method is called on; `member`: a property of that. */
  readonly emitter?: { readonly of: 'result' | 'receiver'; readonly member?: string };
  /** A function that the call is given gets the error first, and no promise is rejected. */
  readonly calledBack?: true;
  /** The last argument stands for a function, by whatever name. */
  readonly endsInFunction?: true;
  /** The server logs with its own `log`, which is silent unless its constructor was given a `logger`. */
  readonly logger?: 'fastify';
  /** The error has no code of the operating system. */
  readonly uncoded?: true;
  /** The call stands in the executor of a promise, and somebody reports it where that is rejected. */
  readonly executor?: true;
}

interface Common {
  /** The callee of a call, the program's word of a command, the key of a setting. */
  readonly span: Span;
  readonly via: Via;
  readonly language: string;
  /** The framework or format that says so. */
  readonly framework: string;
  /** The network it lives in: `compose.yml#api`; the empty string where nothing tells. */
  readonly scope: string;
  readonly context: Context;
  /** Traced to that framework, not guessed from a method name. */
  readonly sure: boolean;
}

/** A call site on the way from an entry point to a bind, outermost first. */
export interface Reached {
  readonly span: Span;
  readonly via: 'call' | 'thread' | 'process' | 'task';
}

export interface Bind extends Common {
  readonly kind: 'bind';
  readonly host: Slot<string>;
  readonly port: Slot<number>;
  readonly protocol: 'tcp' | 'udp';
  readonly failure: Failure;
  /** The way from the entry point, outermost call first. */
  readonly reached: readonly Reached[];
  /** The call or start returns only when the server has stopped. */
  readonly blocks: boolean;
  /** Where the blocking call's own statement stands; code after it in its block runs when the server has stopped. */
  readonly statement?: Span;
  /** Option and settings rows: the binds they reach, by span. */
  readonly feeds?: readonly Span[];
  /** Why its reach must not be widened by a fix: `debugger`, `database`, ... */
  readonly guarded?: string;
  readonly sensitive?: Sensitivity;
  /** It runs a debugger or a reload server. */
  readonly debug?: 'debugger' | 'reload';
  /** What may switch that debugger off without an edit: a variable, an option, a settings key. */
  readonly debugSwitch?: string;
  /** Why it seems to be meant for this machine only: `it opens a browser on this machine`. */
  readonly local?: string;
  /** The project connects to the very place that its host is written in. */
  readonly dialled?: true;
  /** It only looks whether a port is free, and is closed at once. */
  readonly probes?: true;
  /** The variable in which a platform gives the port that it sends requests to. */
  readonly given?: { readonly variable: string; readonly by: string };
  /** What else sets the variable that its host is read from, to something that is no host, and where that is stated. */
  readonly overwritten?: { readonly by: string; readonly span: Span };
  /** It runs only when its file itself is run: `if __name__ == '__main__'`. */
  readonly standalone?: true;
  /** The place where the way starts: binds with one root may run in one process. */
  readonly root?: string;
  /** Branches that exclude each other at one place (TLS or plain): binds that share a group never conflict. */
  readonly exclusive?: readonly string[];
  /** A written 0.0.0.0 answers on IPv6 too, or may. */
  readonly dualStack?: true;
  /** A written :: answers on IPv6 alone. */
  readonly familiesApart?: true;
  /** The name localhost is 127.0.0.1 and ::1 to it. */
  readonly bothLoopbacks?: true;
  /** The framework itself logs the address once it is bound. */
  readonly announces?: boolean;
}

/** A server that is not for everybody, and whom it lets in, where that is known. */
export interface Sensitivity {
  /** `a database`, `a message queue`. */
  readonly what: string;
  /** Everybody; whoever knows a password that everybody knows; only those that the project lets in. */
  readonly access?: 'open' | 'default' | 'protected';
  /** The variable that holds a password which everybody knows. */
  readonly password?: string;
  /** Whoever gets in runs code; `console`: that is what it is for. */
  readonly runsCode?: true | 'console';
  /** What it gives away is no secret of most projects. */
  readonly mild?: true;
}

/** A place that makes a container's port reachable: port outside, target inside. */
export interface Publish extends Common {
  readonly kind: 'publish';
  readonly host: Slot<string>;
  readonly port: Slot<number>;
  readonly target: Slot<number>;
  readonly protocol: 'tcp' | 'udp';
  /**
   * How much it says. `documentation` (EXPOSE, containerPort, compose's expose) opens nothing and is weak evidence; `publish`
   * (compose ports, hostPort, `docker run -p`), `service` and `probe` fail where nothing listens.
   */
  readonly role: 'documentation' | 'publish' | 'service' | 'probe';
  /** The proxy that passes requests to it, as the container itself says. */
  readonly by?: string;
  /** The target by the name of a port of the container, where a manifest has no number. */
  readonly targetName?: string;
  /** The name of this port, which others may ask for. */
  readonly name?: string;
  /** The labels of the pods it reaches, and their namespace; `src/scopes.ts` finds them. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  /** The scopes it reaches; absent: its own. */
  readonly to?: readonly string[];
  /** What it leads to declares no port of the name or number that it asks for. */
  readonly undeclared?: Undeclared;
  /** A port of a Service of which nothing else is said anywhere. */
  readonly settled?: true;
  /** Other ports of the container fit, and nothing in the project that could open this one speaks of it. */
  readonly unserved?: true;
}

/** A port that something asks for and that is declared nowhere. */
export interface Undeclared {
  readonly asked: string | number;
  /** Who would have to declare it. */
  readonly by: 'container' | 'pods' | 'service';
  /** The name of the service that is asked. */
  readonly service?: string;
  /** Where the name or number stands that asks. */
  readonly at: Span;
  /** The ports that are declared there. */
  readonly declared: readonly { readonly name: string | number; readonly span: Span }[];
}

/** A place that connects, or shows a link to connect to. */
export interface Dial extends Common {
  readonly kind: 'dial';
  readonly host: Slot<string>;
  readonly port: Slot<number>;
  /** A link printed or opened for people; otherwise a program connects. */
  readonly shown: boolean;
  /** The host is put into the text by this expression. */
  readonly expression?: {
    readonly text: string;
    /** New quotes in it have to be these. */
    readonly quote: string;
    /** It stands between the operators of a sum. */
    readonly operand?: true;
    /** It never holds another host: what stands around one that is written in the place of the whole. */
    readonly constant?: readonly [before: string, after: string];
  };
  /** A health check that runs inside its scope, and the program that connects: `curl`, `wget`, `nc`. */
  readonly check?: string;
  /** Where its check is made to pass, whatever comes of it: `|| true`. */
  readonly passes?: Span;
  /** The scopes that its host names, where it stands in a proxy's configuration or in a variable of a container. */
  readonly to?: readonly string[];
  /** The group of servers it belongs to in a proxy's configuration, whose name stands where a host could. */
  readonly group?: string;
  /** The service that its host names does not have the port that it asks for. */
  readonly undeclared?: Undeclared;
  /** The variable of a container that holds it. */
  readonly variable?: string;
}

/** A container as all files together describe it. */
export interface Container {
  readonly kind: 'container';
  readonly span: Span;
  /** `compose.yml#api`; the scope of what runs in it. */
  readonly scope: string;
  readonly framework: string;
  readonly context: Context;
  /** The network it lives in: its own scope, another one, or `host`. */
  readonly network: string;
  /** The compose file that takes its own one in. */
  readonly project?: string;
  /** The image at the bottom: what the last stage of its Dockerfile starts from, or the image it names. */
  readonly image: string | undefined;
  /** The scopes of the image it runs, the Dockerfile's own among them. */
  readonly images: readonly string[];
  /** Names under which others in its networks reach it. */
  readonly names: readonly string[];
  readonly networks?: readonly string[];
  /** The image's variables and its own; later ones win. */
  readonly environment: readonly Variable[];
  /** Variables may be set that cannot be seen. */
  readonly open: boolean;
  /**
   * What is known of what listens in it. `complete`: every program it starts was followed, and the binds in its scope are all
   * there are; `partly`: some of them; `unknown`: none.
   */
  readonly listens: 'complete' | 'partly' | 'unknown';
  readonly user?: string;
  readonly profiles?: readonly string[];
  readonly ends?: true;
  /** What its image is known to be, and the ports at which it is that. */
  readonly sensitive?: Sensitivity & { readonly ports: readonly number[] };
  /** It is started again whenever it has ended. */
  readonly restarts?: true;
  /** Clients that its image is given in place of those of BusyBox. */
  readonly installs?: readonly string[];
  /** The folder that its image is built from is mounted into it, so that edits show at once. */
  readonly edited?: true;
}

/** A line that claims a server listens. */
export interface Announcement {
  readonly kind: 'announcement';
  readonly span: Span;
  /** The whole statement, for a rewrite. */
  readonly statement: Span;
  readonly context: Context;
  /** The bind it speaks of, by span, and what is wrong with it; absent where nothing is. */
  readonly bind?: Span;
  readonly defect?: 'after-blocking' | 'before-bind' | 'other-address' | 'other-host';
  /** The host it shows in place of the one that is bound. */
  readonly host?: Slot<string>;
  /** Where the statement would be right: an empty span after the bind; absent where there is none. */
  readonly target?: Span;
  /** JavaScript: the call that listens, behind which the port is not bound yet: the statement would be right in its callback. */
  readonly into?: BindErrorSignal;
  /** The port that it shows, where that is another than the one that is bound, and that one. */
  readonly wrong?: { readonly span: Span; readonly port: number };
  /** The framework announces the address itself, so the line can go. */
  readonly redundant?: boolean;
}

/** An option, variable or key for a host or a port. */
export interface Setting {
  readonly kind: 'setting';
  readonly span: Span;
  readonly name: string;
  readonly role: 'host' | 'port';
  readonly via: 'option' | 'env' | 'config' | 'parameter';
  readonly context: Context;
  /** The binds it reaches; empty: no listening call uses it. */
  readonly feeds: readonly Span[];
  /** What it holds when nobody sets it. */
  readonly value?: string | number;
  /** The call that should have used it, where that can be told, the slot that holds another value, and the code that reads the setting there. */
  readonly ignoredBy?: {
    readonly bind: Span;
    readonly slot: Slot<string> | Slot<number>;
    readonly expression?: string;
    /** It is printed, and used for nothing else. */
    readonly shown?: true;
  };
}

export type Fact = Bind | Publish | Dial | Announcement | Setting | Container;

export interface Facts {
  readonly binds: readonly Bind[];
  readonly publishes: readonly Publish[];
  readonly dials: readonly Dial[];
  readonly announcements: readonly Announcement[];
  readonly settings: readonly Setting[];
  readonly containers: readonly Container[];
}
