/** How far what a compiler puts in front reaches. */
const head = 2000;

/**
 * What webpack, TypeScript, Babel and esbuild write at the beginning of what they make. https://webpack.js.org/configuration/output/#outputpathinfo
 * https://esbuild.github.io/content-types/#javascript-caveats
 */
const marks =
  /^\/\*{6}\/ |\bwebpackBootstrap\b|Object\.defineProperty\(exports, ["']__esModule["']|^var __(?:create|defProp|commonJS|toESM|getOwnPropNames) = /m;

/** Is a file of JavaScript made from others? What is written there is gone when they are compiled again. */
export const isCompiled = (file: string, text: string): boolean =>
  /\.[cm]?js$/.test(file) && marks.test(text.slice(0, head));
