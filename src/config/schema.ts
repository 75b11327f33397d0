import {
  array,
  boolean,
  description,
  type GenericSchema,
  type InferOutput,
  metadata,
  optional,
  picklist,
  pipe,
  record,
  strictObject,
  string,
  union,
} from 'valibot';
import { frameworksSchema } from './frameworks-schema.ts';
import { glob, host, whole } from './shapes.ts';

const severity = picklist(['off', 'info', 'warning', 'error']);
const preset = pipe(
  picklist(['recommended', 'strict']),
  description(
    'recommended: what a reviewer would flag. strict: every bind explicit, every bind error handled, everywhere.',
  ),
);
const globs = array(glob);
const rules = pipe(record(string(), severity), description('Severity of rules by id; wins over the preset.'));

const override = strictObject({
  files: pipe(globs, description('Globs of the files this is for, relative to the folder of the settings.')),
  preset: optional(preset),
  rules: optional(rules),
  context: optional(
    pipe(
      picklist(['production', 'development', 'test', 'example', 'docs', 'tool']),
      description('What the files are for, where their path does not tell.'),
    ),
  ),
});

const fix = strictObject({
  host: optional(pipe(host, description('The address that fixes write. Default: 0.0.0.0.'))),
  style: optional(
    pipe(
      picklist(['literal', 'env']),
      description('Write the address itself, or read it from a variable with the address as fallback.'),
    ),
  ),
  layer: optional(
    pipe(
      picklist(['auto', 'code', 'command', 'environment']),
      description('Where a fix is written: code, start command, or the environment of a container.'),
    ),
  ),
  portFallback: optional(
    pipe(
      union([boolean(), whole(1, 100)]),
      description('Let a server whose port is taken try the next ones; a number says how many.'),
    ),
  ),
});

/** What a settings file of bindlint may hold. */
export const settingsSchema = strictObject({
  $schema: optional(string()),
  root: optional(pipe(boolean(), description('Judge what files are for by their path below this folder only.'))),
  extends: optional(
    pipe(
      union([string(), array(string())]),
      description('Settings to start from: relative paths of JSON, YAML or TOML files inside the project.'),
    ),
  ),
  preset: optional(preset),
  rules: optional(rules),
  ignore: optional(pipe(globs, description('Files not to look at, written as in .gitignore.'))),
  overrides: optional(pipe(array(override), description('Other settings for some files; later ones win.'))),
  fix: optional(fix),
  expose: optional(
    pipe(
      record(glob, picklist(['loopback', 'private', 'public'])),
      description('Who is meant to reach what listens in these files, by glob.'),
    ),
  ),
  frameworks: optional(frameworksSchema),
  failOn: optional(
    pipe(
      picklist(['info', 'warning', 'error']),
      description('Lowest severity that makes the exit code 1. Default: warning.'),
    ),
  ),
});

/** The schema with a title, for the JSON Schema made from it. */
export const titledSchema: GenericSchema = pipe(settingsSchema, metadata({ title: 'Settings of bindlint' }));

export type WrittenSettings = InferOutput<typeof settingsSchema>;
