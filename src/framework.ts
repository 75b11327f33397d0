/**
 * In JavaScript arguments have places and no names, and a call is told from others by what stands there: a function is never
 * a host or a port, a number never a host, an object of options never either of them. So the overloads of Node's `listen`
 * are two lists: port `[{ arg: 0, item: 'port' }, { arg: 0 }]`, host `[{ arg: 0, item: 'host' }, { arg: 1 }]`. A text with a
 * slash for a port is the path of a socket, and no TCP port is opened. `type` is the place of a type argument
 * (`create<NestFastifyApplication>()`); a value asked for in `values` may also be the qualified name of what stands there.
 *
 * Where a call keeps a value. A list of alternatives is tried in order.
 * `arg`: place among the positional arguments, from 0. `keyword`: its name. `item`: index or key inside that value
 * (`HTTPServer((host, port), Handler)` is `{ arg: 0, keyword: 'server_address', item: 0 }`); it fits only a tuple, list or
 * mapping, so that the next alternative is tried where a plain value stands (`debugpy.listen(5678)`).
 * `of: 'constructor'`: in the call that made the receiver; `of: 'start'`: in the call of `startedBy`.
 * `attribute`: assigned on the object (`config.bind = [...]`): on the argument's object, or with neither arg nor keyword on
 * the receiver; dots go deeper (`settings.host`). An address may be a list: every entry is bound.
 */
export interface Where {
  readonly arg?: number;
  readonly keyword?: string;
  readonly item?: number | string;
  readonly of?: 'call' | 'constructor' | 'start';
  readonly attribute?: string;
  readonly type?: number;
  /** What the program assigns to this: `cherrypy.server.socket_host`, `cherrypy.config[server.socket_host]`. */
  readonly assigned?: string;
  /** The way of keys to it in the settings file that the call is given. */
  readonly inFile?: readonly string[];
}

/**
 * What the caller sees when the port is taken, measured or sourced (see `evidence`). In JavaScript `raises` is the error's
 * code or name (`EADDRINUSE`), `shows` and `callback` say who gets it, and `exit` is the status of a program that does not
 * listen for it: Node ends with 1 on an `error` event that nobody hears and on a rejection that nobody handles.
 */
export interface BindFailure {
  /** Exception that leaves the call: `SystemExit`, `OSError`, `RuntimeError`, ...; `nothing` where none does; `exit` where the process is ended and nothing can be caught. */
  readonly raises: string;
  /** What leaves the call instead where another server does the work. */
  readonly orRaises?: string;
  /** The exceptions in whose handlers it lands, the exception itself first; defaults to it and its bases. */
  readonly caughtBy?: readonly string[];
  /** Exit status of a program that does nothing about it; 0 means that nobody sees it. */
  readonly exit: number | undefined;
  /** In a thread: `silent` (nothing but at most a log line), `traceback`, `exits` (the whole process ends), `impossible` (cannot run there at all). */
  readonly thread?: 'silent' | 'traceback' | 'exits' | 'impossible';
  /**
   * JavaScript: `event`: an `error` event of the server, on a later tick; `rejection`: the promise that the call gives
   * rejects; absent: the call throws, or as `raises` says.
   */
  readonly shows?: 'event' | 'rejection';
  /** Unless this option is given, a second start shares the port silently, so to catch what is raised is only half of it. */
  readonly sharesUnless?: string;
  /** Python: those of the calls, by path, whose library may keep `sys.exit` from ending the program. */
  readonly lingers?: readonly string[];
  /** JavaScript: a function given to the call gets the error as its first parameter; the exit status where it ignores that. */
  readonly callback?: { readonly exit: number | undefined };
  /** JavaScript: with a callback nobody hears of the failure but a listener, in versions of Node before this one. */
  readonly callbackHides?: number;
  /** JavaScript: the property of the server that emits the event, where the server itself does not: `httpServer` of socket.io. */
  readonly emitter?: string;
  /**
   * JavaScript: what emits the event, where what the method is called on does not: the server that the call gives, or the one
   * that its promise comes to.
   */
  readonly emits?: 'result' | 'promised';
  /** JavaScript: the server logs with its own `log` where its constructor was given a `logger`. */
  readonly logger?: 'fastify';
  /**
   * Versions of `package` for which this row holds, as a range: `>=2.1`, `<2.1`. Where that package is not pinned, the version of one
   * that requires it may rule the row out (`never`), or leave it open (`perhaps`).
   */
  readonly when?: {
    readonly package: string;
    readonly range: string;
    readonly requiredBy?: { readonly package: string; readonly never: string; readonly perhaps: string };
  };
}

/** A variable that switched something on in versions of a package. */
export interface EarlierSwitch {
  readonly variable: string;
  readonly value: string;
  readonly when: { readonly package: string; readonly range: string };
}

/** A call that listens. */
export interface CallShape {
  /** Qualified callee: `uvicorn.run`, `flask.Flask().run` (a method of what the constructor made), `http.server.HTTPServer`. Several names for one thing are a list. */
  readonly call: string | readonly string[];
  readonly host?: Where | readonly Where[];
  readonly port?: Where | readonly Where[];
  /** One value that holds both, `host:port` or as `notation` says. */
  readonly address?: Where | readonly Where[];
  /** How `address` is written where it is not `host:port`. */
  readonly notation?: Notation;
  /** How an `address` without a colon is read: `8000` as a host or as a port. */
  readonly bare?: 'host' | 'port';
  /** Where a host is written in vain: `{ hostname }` for Node's `listen`, which drops keys that it does not know. */
  readonly ignores?: { readonly host: readonly Where[] };
  /** A UNIX socket path, a descriptor or a ready socket: no TCP port is opened. */
  readonly unless?: Where | readonly Where[];
  /** Port 0 means the port of a server that is there already. */
  readonly sharesAtZero?: true;
  /**
   * It only binds when this argument has one of these values (`transport="sse"`). `absent`: what leaving it out means; `seen`: a value
   * that cannot be seen is none of them, because most are not.
   */
  readonly only?: {
    readonly where: Where;
    readonly values: readonly string[];
    readonly absent: boolean;
    readonly seen?: true;
  };
  /** It says something only where its host, port or address is written; with neither of them it opens no port, or changes none. */
  readonly onlyWritten?: true;
  /** It listens only if this method is called on the same object (`socket.bind` needs `listen`). */
  readonly needs?: string;
  /** Overrides of the framework's defaults. */
  readonly defaults?: { readonly host?: string; readonly port?: number };
  /** Other defaults where this argument is given (with one of these values, if there are any; booleans are `true`, `false`). */
  readonly defaultsWith?: readonly {
    readonly where: Where;
    readonly values?: readonly string[];
    readonly host?: string;
    readonly port?: number;
  }[];
  /** Variables that the call itself reads where the argument is left out. */
  readonly environment?: Variables;
  /**
   * Words (a key, an attribute, a setting) by which the program can give the host or the port another way. Where one of them
   * stands in its code, what is not written in the call is unknown and not the default.
   */
  readonly elsewhere?: {
    readonly host?: readonly (string | RegExp)[];
    readonly port?: readonly (string | RegExp)[];
    /** With one of these values there is no other way. */
    readonly unless?: { readonly where: Where; readonly values: readonly string[] };
  };
  /**
   * A key of the application's configuration whose `host:port` gives these where the call leaves them out; the application is what
   * the method is called on, or stands at `app`.
   */
  readonly configured?: { readonly key: string; readonly app?: Where; readonly gives: readonly ('host' | 'port')[] };
  /** No host or port default: leaving it out is an error of its own or a random port. */
  readonly required?: readonly ('host' | 'port')[];
  /** `None` or `undefined` for the host or the port means the default, as where it is left out; or only for one of them. */
  readonly noneIsDefault?: true | 'host' | 'port';
  readonly protocol?: 'udp';
  /** It takes datagrams where this argument has one of these values, and one of these methods is called on the same object. */
  readonly datagram?: { readonly where: Where; readonly values: readonly string[]; readonly needs: readonly string[] };
  readonly blocks: boolean;
  /** Python: the call makes a coroutine, and nothing is bound before somebody awaits or runs it. */
  readonly coroutine?: true;
  /**
   * JavaScript: whatever runs the program makes the call by itself, with the program's default export for its only argument,
   * where that has all keys of one of these lists; the error is then the runner's to report.
   */
  readonly exported?: readonly (readonly string[])[];
  /** It only describes the server (`uvicorn.Config`); these calls start it, and their handlers count. */
  readonly startedBy?: readonly string[];
  readonly failure?: readonly BindFailure[];
  /** Argument that switches a debugger or reloader on; without one it always is one. */
  readonly debug?: {
    readonly where?: Where;
    readonly means: 'debugger' | 'reload';
    /**
     * What says so where the call does not: a variable, else an attribute of the application or a key of its configuration. The
     * application is what the method is called on, or stands at `app`.
     */
    readonly application?: {
      readonly app?: Where;
      readonly attribute: string;
      readonly key: string;
      readonly variable: string;
      /** Files beside the program that the framework itself takes the variable from. */
      readonly files: readonly string[];
      /** In these versions another variable did the same with this value. */
      readonly earlier?: EarlierSwitch;
    };
  };
  /** Why a fix must not widen it. */
  readonly guarded?: string;
  /** A server to look at one's own work, for development wherever its code stands. */
  readonly development?: true;
  /** Logs the bound address itself, after the bind. */
  readonly announces?: boolean;
  /** It moves to another port by itself, at least from the default port. */
  readonly picksNextPort?: boolean;
  /** The rest of its entry in the ground truth: `uvicorn.run(app, host=..., port=...)`. */
  readonly entry?: string;
  /** Where this entry is from, where it was not measured with the others of its framework. */
  readonly source?: string;
}

/** What a program does when the port is taken. */
export interface CommandFailure {
  readonly exit: number | undefined;
  /** Nobody sees it: it goes on, or ends as if all were well. */
  readonly silent: boolean;
  readonly how: string;
}

/** A command that listens. */
export interface CommandShape {
  /** Words after the program that select it: `['run']` for `flask run`; a leading `*` matches any path (`manage.py`), `*.` any name, `*:*` `module:app`. */
  readonly words?: readonly string[];
  /** The versions that it is about; it stands before the shape of all others. */
  readonly when?: { readonly package: string; readonly range: string };
  /** First words with which the program does something else (`vite build`). */
  readonly except?: readonly string[];
  /** Many programs have a command of this name: what an image of others is given may be meant for the program that it starts. */
  readonly subcommand?: true;
  readonly host?: readonly string[];
  readonly port?: readonly string[];
  /** Flags whose value is `host:port` or as `notation` says. */
  readonly address?: readonly string[];
  /** How the value of `address` is written where it is not `host:port`. */
  readonly notation?: Notation;
  /** Place of a bare `host:port` or port word after `words`. */
  readonly positional?: { readonly index: number; readonly holds: 'port' | 'address' | 'host' };
  /** Flags after which no TCP port is opened (`--uds`). */
  readonly unless?: readonly string[];
  /** It listens only with one of these flags (`pelican -l`), set to one of these values if there are any. */
  readonly only?: { readonly flags: readonly string[]; readonly values?: readonly string[] };
  /** A host or an address is a list: `127.0.0.1,::1`, or one host a word where words stand behind each other (`--bind 127.0.0.1 ::1`). */
  readonly list?: ',' | ';' | ' ';
  /** Flags whose value is `name=value`; host, port and address name them as `-c listen_addresses`. */
  readonly pairs?: readonly string[];
  /** It says something only where a flag, a variable or a settings file gives the host, the port or the address. */
  readonly onlyWritten?: true;
  /** A port of its own beside the one that an entry before this one opens; without that one it says nothing. */
  readonly beside?: true;
  /** Flags that take a value, so that it is not taken for a positional. */
  readonly valued?: readonly string[];
  /** Flags that take none, so that the word behind them is a positional. */
  readonly switches?: readonly string[];
  /** Flags that may stand without their value (`vite --host`). */
  readonly optional?: readonly string[];
  /** Flags whose value stands behind `=` or is left out (`node --inspect=9229`). */
  readonly attached?: readonly string[];
  /** The host where its flag stands without a value. */
  readonly hostAlone?: string;
  /** What it listens on where it is told one of these hosts, or any: some programs only print it. */
  readonly hostMeans?: { readonly hosts?: readonly string[]; readonly host: string };
  /** Flags for a host that only change what is printed. */
  readonly ignores?: readonly string[];
  /** The default host in a container, which the program finds out by itself. */
  readonly hostInContainer?: string;
  /** A server to look at one's own work: it is for development unless an image starts it. */
  readonly development?: true;
  /** The program is a script that an interpreter runs; a path counts with its last two parts. */
  readonly script?: true;
  /** A text that the file with the command holds, where the program's name alone says too little. */
  readonly sign?: string;
  /** A flag behind the first positional is no flag. */
  readonly optionsFirst?: true;
  /** How the value of `address` is read without a colon: as a host, as a port, or as what it looks like; absent: then it opens no TCP port. */
  readonly bare?: 'host' | 'port' | 'either';
  /** A colon with no host before it is refused: `runserver :8000`. */
  readonly hostBeforeColon?: true;
  readonly environment?: Variables;
  /** The default host once the port is taken from the environment: gunicorn's `PORT` opens all interfaces. */
  readonly environmentHost?: string;
  /** The settings files it reads. With one of the flags or files there, what the command line leaves out may stand in it. */
  readonly settings?: SettingsFiles;
  readonly defaults?: { readonly host?: string; readonly port?: number };
  /** The default port of earlier versions; absent where it differs among them. */
  readonly earlierPorts?: readonly {
    readonly when: { readonly package: string; readonly range: string };
    readonly port?: number;
  }[];
  /** Other defaults where this flag is given (`--ipv6`). */
  readonly defaultsWith?: readonly { readonly flag: string; readonly host?: string; readonly port?: number }[];
  /** Flags and variables with which the default host is another one, for each of these values: `RAILS_ENV` in production. */
  readonly hostWith?: {
    readonly flags?: readonly string[];
    readonly variables: readonly string[];
    readonly values: Readonly<Record<string, string>>;
  };
  /** No host or port default: leaving it out is an error of its own or a random port. */
  readonly required?: readonly ('host' | 'port')[];
  readonly failure?: CommandFailure & {
    /** How it was in these versions. */
    readonly earlier?: CommandFailure & { readonly when: { readonly package: string; readonly range: string } };
  };
  /** Flags that switch a debugger or reloader on; an empty list: it always runs one. */
  readonly debug?: {
    readonly flags: readonly string[];
    readonly means: 'debugger' | 'reload';
    /** A variable that does the same, unless it holds `0`, `false` or `no`. */
    readonly variable?: string;
    readonly earlier?: EarlierSwitch;
    /** Flags that switch it off again. */
    readonly without?: readonly string[];
  };
  readonly guarded?: string;
  /** Why it seems to be meant for this machine only. */
  readonly local?: string;
  /** Flags and settings keys whose address is for others on this machine, and why. */
  readonly inward?: readonly { readonly names: readonly string[]; readonly why: string }[];
  /** Without a colon an address is the name of a UNIX socket, even where it is a number. */
  readonly numberIsPath?: true;
  /** It moves to another port by itself, unless one of the flags in `strictWith` is there. */
  readonly picksNextPort?: boolean;
  readonly strictWith?: readonly string[];
  readonly entry?: string;
  /** Where this entry is from, where it was not measured with the others of its framework. */
  readonly source?: string;
}

/**
 * `url`: `tcp://host:port`, where `*` is all interfaces. `endpoint`: Twisted's `tcp:8000:interface=127.0.0.1`. `jdwp`: Java's
 * `transport=dt_socket,server=y,address=*:5005`.
 */
export type Notation = 'url' | 'endpoint' | 'jdwp';

/** Names of environment variables. */
export interface Variables {
  readonly host?: readonly string[];
  readonly port?: readonly string[];
  readonly address?: readonly string[];
  /** They hold further words of the command line (`GUNICORN_CMD_ARGS`). */
  readonly arguments?: readonly string[];
}

/** Settings files of a command. */
export interface SettingsFiles {
  /** Flags that name one. */
  readonly flags?: readonly string[];
  /** Place of a word after `words` that names one (`pserve development.ini`). */
  readonly positional?: number;
  /** Names read without being asked for. */
  readonly files?: readonly string[];
  /** Names that tell such a file, wherever a command names it. */
  readonly known?: RegExp;
  /** How they are written where their name does not tell. `directives`: `port 6379`, one a line. */
  readonly notation?: 'ini' | 'yaml' | 'json' | 'toml' | 'directives';
  /** Keys in them, dots for sections, `*` for any key. */
  readonly host?: readonly string[];
  readonly port?: readonly string[];
  readonly address?: readonly string[];
  /** A method that a file of code hands its settings to, where it does not export them: `eleventyConfig.setServerOptions({ port })`. */
  readonly through?: string;
  /** A host or an address is a list in one text. */
  readonly list?: ',' | ';' | ' ';
  /** What a half of an address means that they leave out, where it is not the default of the command. */
  readonly defaults?: { readonly host?: string; readonly port?: number };
  /** An address is written `1883 127.0.0.1`. */
  readonly portFirst?: true;
  /** Settings of the project's own stand in them too. */
  readonly shared?: true;
  /** Other programs have files of these names: they count where a command reads them, and nowhere else. */
  readonly onlyAsked?: true;
  /** Why an address in them may be for the developer's machine only. */
  readonly local?: string;
  /** Parts of them that count only under names which the start gives. */
  readonly profiles?: {
    /** Keys that a document says its names by. */
    readonly keys: readonly string[];
    /** Keys by which a document takes in other names and files. */
    readonly more: readonly string[];
    /** Flags and variables that give the names, the stronger first. */
    readonly flags: readonly string[];
    readonly variables: readonly string[];
  };
}

/**
 * What a server gives to whoever can connect, and what keeps strangers out. `NAME` is a flag (`--requirepass`), a variable or a
 * key; `NAME=value` counts with that value alone.
 */
export interface Sensitive {
  /** `a database`, `a cache`, `a message queue`. */
  readonly what: string;
  /** Where nothing of the following is said. Absent: not known. */
  readonly access?: Access;
  /** With one of these a password is asked for. */
  readonly protects?: readonly string[];
  /** With one of these nobody is asked for one. */
  readonly opens?: readonly string[];
  /** With one of these a password is asked for although one of `opens` is there. */
  readonly locks?: readonly string[];
  /** Variables that hold the password; one that everybody knows protects nobody. */
  readonly passwords?: readonly string[];
  /** Whoever gets in runs code on the machine; `console`: that is what it is for. */
  readonly runsCode?: true | 'console';
  /** What it gives away is no secret of most projects. */
  readonly mild?: true;
  /** The ports of its image at which it is that, where it opens others as well. */
  readonly ports?: readonly number[];
}

/** Everybody gets in, everybody knows the password, or there is one that the project sets. */
export type Access = 'open' | 'default' | 'protected';

/** An image that a registry offers, and what its container runs where nothing else is said. */
export interface ImageShape {
  /** Without registry and tag: `redis`, `bitnami/redis`. */
  readonly names: readonly string[];
  /** Tags that it is about; a list of images is tried in order. */
  readonly tags?: RegExp;
  /** Arguments that begin with `-` go to this program of the catalogue. */
  readonly program?: string;
  readonly listens: readonly {
    readonly port: number;
    /** All interfaces unless it is said. */
    readonly host?: string;
    readonly protocol?: 'udp';
    /** Variables that move it. */
    readonly variables?: readonly string[];
    /** Variables that hold its host, the one that counts first in front. */
    readonly hosts?: readonly string[];
  }[];
  /** Variables that hold a list of listeners as URLs: `PLAINTEXT://:9092,CONTROLLER://:9093`. */
  readonly listeners?: {
    readonly variables: readonly string[];
    /** Where none of them is set, it listens on all interfaces at the ports of what these tell its clients. */
    readonly advertised?: readonly string[];
  };
  /** Ports that it opens with options, plug-ins or other tags: to publish one is no mistake. */
  readonly may?: readonly number[];
  /** As the framework's own. */
  readonly dualStack?: true;
  /** Variables that it sets for what is started in it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its own settings files are in the container: what is mounted or copied there may say otherwise. */
  readonly settings?: RegExp;
  /** The web server whose notation they are in, if one of those reads them. */
  readonly notation?: 'nginx' | 'apache' | 'caddy';
  /** Those of them that its server reads without being told to. */
  readonly reads?: RegExp;
  /** Commands that start what the image starts by itself. */
  readonly starts?: RegExp;
  /** In place of the framework's own. */
  readonly sensitive?: Sensitive;
}

/** A server framework: data, read by match.ts alone. The file's name is the word that announces it in an import or a command. */
export interface Framework {
  /** As people write it: `uvicorn`, `Flask`. */
  readonly name: string;
  /** The page that proves the defaults. */
  readonly docs: string;
  /**
   * The defaults where nothing is given; a shape may say otherwise. Host `''` is all interfaces of both families, as a framework
   * that opens one socket for each writes it. A host or port that must be given is in the shape's `required`; one that is in
   * neither place is unknown.
   */
  readonly defaults: { readonly host?: string; readonly port?: number };
  /** A written 0.0.0.0 answers on IPv6 too: Go, Java and .NET open one socket of both families. */
  readonly dualStack?: true;
  /** A written :: answers on IPv6 alone: it sets IPV6_V6ONLY. */
  readonly familiesApart?: true;
  /** The name localhost is 127.0.0.1 and ::1 to it. */
  readonly bothLoopbacks?: true;
  readonly calls?: readonly CallShape[];
  /** Program names (`uvicorn`, `python -m uvicorn` is understood) with their shapes. */
  readonly commands?: readonly (CommandShape & { readonly program: string | readonly string[] })[];
  /** Names its command-line or settings layer reads: `UVICORN_HOST`. */
  readonly environment?: Variables;
  /** How the facts above are known. */
  readonly evidence: { readonly measured: string } | { readonly source: string };
  /** What to do where a taken port cannot be handled at all. */
  readonly advice?: string;
  /** It is no server for everybody. */
  readonly sensitive?: Sensitive;
  /** Well-known images that run it. */
  readonly images?: readonly ImageShape[];
}
