import type { Framework, ImageShape } from '../framework.ts';

type Catalogue = Readonly<Record<string, Framework>>;

/** An image of the catalogue that a reference names. */
export interface KnownImage {
  readonly word: string;
  readonly framework: Framework;
  readonly shape: ImageShape;
  /** Empty where none is written or it holds a variable. */
  readonly tag: string;
}

/** Registries that carry the well-known images under their own names. */
const registries =
  /^(?:(?:index\.|registry-1\.)?docker\.io|(?:public\.ecr\.aws|mirror\.gcr\.io|quay\.io|ghcr\.io|gcr\.io|k8s\.gcr\.io|registry\.k8s\.io|mcr\.microsoft\.com|lscr\.io)|(?:docker|cr|container-registry)\.[\w-]+\.\w+)$/;

const tables = new WeakMap<Catalogue, ReadonlyMap<string, readonly Omit<KnownImage, 'tag'>[]>>();

function tableOf(catalogue: Catalogue) {
  const known = tables.get(catalogue);
  if (known) return known;
  const table = new Map<string, Omit<KnownImage, 'tag'>[]>();
  for (const [word, framework] of Object.entries(catalogue)) {
    for (const shape of framework.images ?? []) {
      for (const name of shape.names) table.set(name, [...(table.get(name) ?? []), { word, framework, shape }]);
    }
  }
  tables.set(catalogue, table);
  return table;
}

/**
 * The parts of an image reference.
 * @param reference as people write it: `redis:7-alpine`, `docker.io/library/redis@sha256:...`, `redis:${TAG:-7}`
 * @returns undefined where its name holds a variable or stands in a registry of its own
 */
export function imageName(reference: string): { readonly name: string; readonly tag: string } | undefined {
  const [whole = ''] = reference.split('@');
  // A mirror of Docker Hub keeps the official images below `library`, whatever its address: `registry:5000/library/redis:7`.
  const official = /\/library\/([a-z0-9][\w.-]*)(?::([^/]*))?$/i.exec(whole);
  if (official) return { name: official[1]!.toLowerCase(), tag: tagOf(official[2] ?? '') };
  const variable = /[$%{]/.exec(whole)?.index ?? whole.length;
  const colon = whole.slice(0, variable).lastIndexOf(':');
  const tagged = colon > whole.slice(0, variable).lastIndexOf('/');
  const path = tagged ? whole.slice(0, colon) : whole;
  if (!tagged && variable < whole.length) return undefined;
  const parts = path.toLowerCase().split('/');
  const registry = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]!) ? parts.shift() : undefined;
  if (registry !== undefined && !registries.test(registry)) return undefined;
  if (parts[0] === 'docker' && parts[1] === 'library') parts.shift();
  if (parts[0] === 'library') parts.shift();
  if (parts.length === 0 || parts.includes('')) return undefined;
  return { name: parts.join('/'), tag: tagOf(tagged ? whole.slice(colon + 1) : '') };
}

/** A tag as it is written; of a variable its fallback. */
const tagOf = (tag: string) => (/[$%{]/.test(tag) ? (/:-([\w.-]+)\}$/.exec(tag)?.[1] ?? '') : tag);

/** What the catalogue knows of an image; undefined where it knows nothing. */
export function knownImage(reference: string, catalogue: Catalogue): KnownImage | undefined {
  const read = imageName(reference);
  const found =
    read &&
    tableOf(catalogue)
      .get(read.name)
      ?.find(({ shape }) => shape.tags?.test(read.tag) ?? true);
  return found && { ...found, tag: read.tag };
}

const plain =
  /^(?:python|node|debian|ubuntu|alpine|pypy|astral\/uv|astral-sh\/uv|nvidia\/cuda|pytorch\/pytorch|continuumio\/(?:mini|ana)conda3?|mambaorg\/micromamba|condaforge\/m(?:iniforge3|ambaforge))$/;

/** Images of systems and languages that many build on, none of which says which port a program takes. */
const widespread =
  /^(?:[^/]+|(?:distroless|chainguard|dotnet|devcontainers|playwright|amd64|arm32v7|arm64v8|balenalib|amazonlinux|tensorflow|nvidia|jupyter|adoptopenjdk|bellsoft|azul|ubi\d+)\/[^/]+|(?:oven\/bun|denoland\/deno|bitnami\/(?:node|python|java|minideb)|nikolaik\/python-nodejs|keymetrics\/pm2|mhart\/alpine-node|puppeteer\/puppeteer|phusion\/baseimage|tiangolo\/(?:node-frontend|uvicorn-gunicorn(?:-\w+)?)|golang\/.*))$/;

/** May an image that others build on set variables for their programs, as those that people make for themselves do? */
export function maySetVariables(reference: string | undefined): boolean {
  const name = reference === undefined ? undefined : imageName(reference)?.name;
  return name === undefined || !(widespread.test(name) || plain.test(name));
}

/** Images of systems, languages and servers that leave the working directory at the root, and those that have another one. */
const atRoot =
  /^(?:scratch|busybox|fedora|centos|rockylinux|almalinux|amazonlinux|archlinux|opensuse\/(?:leap|tumbleweed)|buildpack-deps|rust|ruby|perl|swift|erlang|elixir|haskell|julia|r-base|openjdk|eclipse-temurin|amazoncorretto|ibmjava|sapmachine|maven|gradle|nginx|nginxinc\/nginx-unprivileged|traefik|haproxy|postgres|mysql|mariadb|mongo|rabbitmq|memcached|denoland\/deno|oven\/bun-distroless|dotnet\/(?:aspnet|runtime|runtime-deps|sdk)|bitnami\/minideb)$/;
const elsewhere: Readonly<Record<string, string>> = {
  golang: '/go',
  php: '/var/www/html',
  httpd: '/usr/local/apache2',
  tomcat: '/usr/local/tomcat',
  redis: '/data',
  caddy: '/srv',
  'oven/bun': '/home/bun/app',
};

/** No file is placed there by an absolute path, so what is relative to it is found, and nothing else. */
const unknownDirectory = '/?';

/** The directory in which an image's commands run where nothing is said of it. */
export function workingDirectory(reference: string | undefined): string {
  const name = reference === undefined ? undefined : imageName(reference)?.name;
  if (name === undefined) return unknownDirectory;
  return elsewhere[name] ?? (plain.test(name) || atRoot.test(name) ? '/' : unknownDirectory);
}

/** Is there a language or a system in an image, and no server that is set up? */
export function isPlainImage(reference: string): boolean {
  const name = imageName(reference)?.name;
  return name !== undefined && plain.test(name);
}
