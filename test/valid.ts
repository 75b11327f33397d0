import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DCLinter } from 'dclint';
import { parseAllDocuments } from 'yaml';

/**
 * What the schema of the Compose specification says against a compose file.
 * @param text of the whole file
 */
export async function composeErrors(text: string): Promise<readonly string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-compose-'));
  try {
    const file = path.join(folder, 'compose.yml');
    writeFileSync(file, text);
    const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] });
    const results: readonly { readonly messages: readonly { readonly rule: string; readonly message: string }[] }[] =
      await linter.lintFiles([file], false);
    return results
      .flatMap(({ messages }) => messages)
      .flatMap(({ rule, message }) => (rule.startsWith('invalid') ? [message] : []));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Model {
  new (data: object): { validate(): void };
}

/** Objects that are no part of the Kubernetes API, so that its schemas say nothing of them. */
const foreign: ReadonlySet<string> = new Set(['kustomize.config.k8s.io/v1beta1 Kustomization']);

/**
 * What the schemas of the Kubernetes API say against the objects of a file; a kind that they do not know is an error too.
 * @param text one document or more
 */
export async function manifestErrors(text: string): Promise<readonly string[]> {
  const errors: string[] = [];
  const visit = async (value: unknown): Promise<void> => {
    const { apiVersion, kind, items } = (value ?? {}) as { apiVersion?: string; kind?: string; items?: unknown[] };
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return;
    if (items) {
      for (const item of items) await visit(item);
      return;
    }
    const models: Readonly<Record<string, unknown>> = await import(`kubernetes-models/${apiVersion}`).catch(() => ({}));
    const model = models[kind] as Model | undefined;
    try {
      if (model) new model(value as object).validate();
      else if (!foreign.has(`${apiVersion} ${kind}`)) errors.push(`no schema for ${apiVersion} ${kind}`);
    } catch (error) {
      errors.push(`${kind}: ${(error as Error).message}`);
    }
  };
  for (const document of parseAllDocuments(text)) await visit(document.toJS());
  return errors;
}

/** The errors of a file that is a compose file or holds manifests; of any other there are none. */
export async function schemaErrors(file: string, text: string): Promise<readonly string[]> {
  if (!/\.ya?ml$/.test(file) || text.includes('{{')) return [];
  if (/^services:/m.test(text)) return composeErrors(text);
  return /^kind:/m.test(text) ? manifestErrors(text) : [];
}
