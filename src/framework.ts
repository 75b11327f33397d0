/**
 * Where a call keeps a value. A list of alternatives is tried in order.
 * `arg`: place among the positional arguments, from 0. `keyword`: its name. `item`: index or key inside that value
 * (`HTTPServer((host, port), Handler)` is `{ arg: 0, keyword: 'server_address', item: 0 }`).
 * `of: 'constructor'`: in the call that made the receiver. `attribute`: assigned on the object (`config.bind = [...]`).
 */
export interface Where {
  readonly arg?: number;
  readonly keyword?: string;
  readonly item?: number | string;
  readonly of?: 'call' | 'constructor';
  readonly attribute?: string;
}

/** What the caller sees when the port is taken, measured or sourced (see `evidence`). */
export interface BindFailure {
  /** Exception that leaves the call: `SystemExit`, `OSError`, `RuntimeError`, ...; `nothing` where none does; `exit` where the process is ended and nothing can be caught. */
  readonly raises: string;
  /** The exceptions in whose handlers it lands, the exception itself first; defaults to it and its bases. */
  readonly caughtBy?: readonly string[];
  /** Exit status of a program that does nothing about it; 0 means that nobody sees it. */
  readonly exit: number | undefined;
  /** In a thread: `silent` (nothing but at most a log line), `traceback`, `exits` (the whole process ends), `impossible` (cannot run there at all). */
  readonly thread: 'silent' | 'traceback' | 'exits' | 'impossible';
  /** Versions of `package` for which this row holds, as a range: `>=2.1`, `<2.1`. */
  readonly when?: { readonly package: string; readonly range: string };
}

/** A call that listens. */
export interface CallShape {
  /** Qualified callee: `uvicorn.run`, `flask.Flask().run` (a method of what the constructor made), `http.server.HTTPServer`. Several names for one thing are a list. */
  readonly call: string | readonly string[];
  readonly host?: Where | readonly Where[];
  readonly port?: Where | readonly Where[];
  /** One value that holds both, `host:port`. */
  readonly address?: Where | readonly Where[];
  /** A UNIX socket path, a descriptor or a ready socket: no TCP port is opened. */
  readonly unless?: Where | readonly Where[];
  /** It only binds when this argument has one of these values (`transport="sse"`). `absent`: what leaving it out means. */
  readonly only?: { readonly where: Where; readonly values: readonly string[]; readonly absent: boolean };
  /** It listens only if this method is called on the same object (`socket.bind` needs `listen`). */
  readonly needs?: string;
  /** Overrides of the framework's defaults. `undefined` host: the argument is mandatory. */
  readonly defaults?: { readonly host?: string; readonly port?: number };
  /** No host or port default: leaving it out is an error of its own or a random port. */
  readonly required?: readonly ('host' | 'port')[];
  readonly protocol?: 'udp';
  readonly blocks: boolean;
  /** It only describes the server (`uvicorn.Config`); these calls start it, and their handlers count. */
  readonly startedBy?: readonly string[];
  readonly failure?: readonly BindFailure[];
  /** Argument that switches a debugger or reloader on, for `debug`. */
  readonly debug?: { readonly where: Where; readonly means: 'debugger' | 'reload' };
  /** Why a fix must not widen it. */
  readonly guarded?: string;
  /** Logs the bound address itself, after the bind. */
  readonly announces?: boolean;
  /** The rest of its entry in the ground truth: `uvicorn.run(app, host=..., port=...)`. */
  readonly entry?: string;
}

/** A command that listens. */
export interface CommandShape {
  /** Words after the program that select it: `['run']` for `flask run`; a leading `*` matches any path (`manage.py`). */
  readonly words?: readonly string[];
  readonly host?: readonly string[];
  readonly port?: readonly string[];
  /** Flags whose value is `host:port`. */
  readonly address?: readonly string[];
  /** Place of a bare `host:port` or port word after `words`. */
  readonly positional?: { readonly index: number; readonly holds: 'port' | 'address' | 'host' };
  /** Flags after which no TCP port is opened (`--uds`). */
  readonly unless?: readonly string[];
  /** Flags that take a value, so that it is not taken for a positional. */
  readonly valued?: readonly string[];
  /** How the value of `address` is read without a colon: `8000` as a host or as a port. */
  readonly bare?: 'host' | 'port';
  readonly environment?: { readonly host?: readonly string[]; readonly port?: readonly string[]; readonly address?: readonly string[] };
  readonly defaults?: { readonly host?: string; readonly port?: number };
  readonly failure?: { readonly exit: number | undefined; readonly silent: boolean; readonly how: string };
  /** Flags that switch a debugger or reloader on. */
  readonly debug?: { readonly flags: readonly string[]; readonly means: 'debugger' | 'reload' };
  readonly guarded?: string;
  /** It moves to another port by itself. */
  readonly picksNextPort?: boolean;
  readonly entry?: string;
}

/** A server framework: data, read by match.ts alone. The file's name is the word that announces it in an import or a command. */
export interface Framework {
  /** As people write it: `uvicorn`, `Flask`. */
  readonly name: string;
  /** The page that proves the defaults. */
  readonly docs: string;
  /** The defaults where nothing is given; host `''` means that it must be given. */
  readonly defaults: { readonly host?: string; readonly port?: number };
  readonly calls?: readonly CallShape[];
  /** Program names (`uvicorn`, `python -m uvicorn` is understood) with their shapes. */
  readonly commands?: readonly (CommandShape & { readonly program: string | readonly string[] })[];
  /** Names its command-line or settings layer reads: `UVICORN_HOST`. */
  readonly environment?: { readonly host?: readonly string[]; readonly port?: readonly string[] };
  /** How the facts above are known. */
  readonly evidence: { readonly measured: string } | { readonly source: string };
  /** What to do where a taken port cannot be handled at all. */
  readonly advice?: string;
}
