import {
  array,
  boolean,
  check,
  description,
  type InferOutput,
  integer,
  maxLength,
  nonEmpty,
  number,
  optional,
  picklist,
  pipe,
  record,
  strictObject,
  string,
  union,
} from 'valibot';
import { glob, hostOrAll, whole } from './shapes.ts';

/** More than anybody describes, and no more than can be looked for quickly. */
const few = 100;

const text = pipe(string(), nonEmpty(), maxLength(200));
const listOf = <const T extends Parameters<typeof array>[0]>(item: T) => pipe(array(item), maxLength(few));
const texts = listOf(text);
const port = whole(0, 65535);
const defaults = pipe(
  strictObject({ host: optional(hostOrAll), port: optional(port) }),
  description('Where it listens when nothing is given; an empty host is all interfaces.'),
);
const variables = pipe(
  strictObject({ host: optional(texts), port: optional(texts), address: optional(texts) }),
  description('Variables that it reads by itself where nothing is given.'),
);
const required = optional(
  pipe(array(picklist(['host', 'port'])), description('What has no default: leaving it out is an error.')),
);
const guarded = optional(pipe(text, description('Why a fix must not open it to other machines.')));
const bare = optional(
  pipe(picklist(['host', 'port']), description('How an address without a colon is read: 8000 as a host or as a port.')),
);

const place = pipe(
  union([
    text,
    whole(0),
    strictObject({
      arg: optional(whole(0)),
      keyword: optional(text),
      item: optional(union([pipe(number(), integer()), text])),
      of: optional(picklist(['call', 'constructor', 'start'])),
      attribute: optional(text),
    }),
  ]),
  description(
    'Where a call keeps a value: the name of an argument, its place from 0, or both (arg, keyword), with item for an index or key inside of it, of: constructor for the call that made the object, attribute for what is set on it.',
  ),
);
const places = union([place, listOf(place)]);

const name = /^(?:@[\w-]+\/)?[A-Za-z_$][\w$-]*(?:\(\))?(?:[./][\w$@-]+(?:\(\))?)*$/;
const qualified = pipe(
  string(),
  maxLength(200),
  check((value) => name.test(value), 'is no full name such as acme.serve or acme.Server().run'),
);
const announcing = /^[A-Za-z_@][\w.@/-]*$/;

const call = strictObject({
  call: pipe(
    union([qualified, listOf(qualified)]),
    description('The function by its full name: acme.serve; a method of what a class makes: acme.Server().run.'),
  ),
  host: optional(places),
  port: optional(places),
  address: optional(pipe(places, description('One value that holds both, as host:port.'))),
  bare,
  unless: optional(pipe(places, description('Given, no TCP port is opened: a socket path, a descriptor.'))),
  defaults: optional(defaults),
  environment: optional(variables),
  required,
  blocks: optional(pipe(boolean(), description('It returns only when the server ends. Default: true.'))),
  startedBy: optional(pipe(texts, description('It only describes the server; these calls start it.'))),
  raises: optional(
    pipe(
      text,
      description(
        'What leaves the call when the port is taken: OSError, SystemExit, nothing, or exit where the process is ended.',
      ),
    ),
  ),
  shows: optional(
    pipe(
      picklist(['event', 'rejection']),
      description(
        'JavaScript: who hears of a taken port: event, the listeners of the error event of the server that the call gives or is called on; rejection, who waits for the promise that it gives.',
      ),
    ),
  ),
  callback: optional(
    pipe(boolean(), description('JavaScript: a function given to the call gets the error as its first parameter.')),
  ),
  debug: optional(
    strictObject({
      where: optional(place),
      means: picklist(['debugger', 'reload']),
    }),
  ),
  guarded,
  announces: optional(pipe(boolean(), description('It logs the address itself once it is bound.'))),
  picksNextPort: optional(pipe(boolean(), description('It moves to another port where its own is taken.'))),
});

const command = strictObject({
  program: pipe(union([text, texts]), description('The names of the program.')),
  words: optional(pipe(texts, description('Words after the program that select it: [run] for acme run.'))),
  host: optional(pipe(texts, description('Flags for the host.'))),
  port: optional(pipe(texts, description('Flags for the port.'))),
  address: optional(pipe(texts, description('Flags whose value is host:port.'))),
  bare,
  positional: optional(strictObject({ index: whole(0), holds: picklist(['port', 'address', 'host']) })),
  unless: optional(pipe(texts, description('Flags with which no TCP port is opened.'))),
  valued: optional(pipe(texts, description('Other flags that take a value.'))),
  switches: optional(pipe(texts, description('Other flags that take none.'))),
  environment: optional(variables),
  defaults: optional(defaults),
  required,
  debug: optional(strictObject({ flags: texts, means: picklist(['debugger', 'reload']) })),
  guarded,
});

const globs = pipe(listOf(glob), nonEmpty());

const settings = strictObject({
  files: pipe(globs, description('Globs of the settings files it reads, relative to the root of the run.')),
  host: optional(pipe(texts, description('Keys of the host, with dots for sections: server.bindTo.'))),
  port: optional(pipe(texts, description('Keys of the port.'))),
  address: optional(pipe(texts, description('Keys whose value is host:port.'))),
  bare,
});

const hearsLater = ({ shows, callback }: InferOutput<typeof call>) => shows !== undefined || callback === true;

/** A framework as settings describe it. */
export const frameworkSchema = pipe(
  strictObject({
    name: optional(text),
    docs: optional(pipe(text, description('A page about it.'))),
    language: optional(
      pipe(picklist(['python', 'javascript']), description('The language of its calls. Default: python.')),
    ),
    defaults: optional(defaults),
    calls: optional(listOf(call)),
    commands: optional(listOf(command)),
    settings: optional(listOf(settings)),
  }),
  check(
    ({ language, calls }) => language === 'javascript' || !calls?.some(hearsLater),
    'has calls with shows or callback, which only language: javascript has',
  ),
  check(
    ({ calls }) => !calls?.some((one) => hearsLater(one) && /^(?:nothing|exit)$/.test(one.raises ?? '')),
    'has a call with shows or callback of which it also says that it raises nothing or exits',
  ),
);

/** Frameworks by the word that announces them in an import or a command. */
export const frameworksSchema = pipe(
  record(
    pipe(
      string(),
      maxLength(200),
      check((value) => announcing.test(value), 'is no word that an import or a command could hold'),
    ),
    frameworkSchema,
  ),
  check((table) => Object.keys(table).length <= few, `holds more than ${few} frameworks`),
  description('Servers of your own: wrappers around others, launchers, and the keys of their settings files.'),
);

export type WrittenFramework = InferOutput<typeof frameworkSchema>;
