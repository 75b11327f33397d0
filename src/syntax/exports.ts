/**
 * The name under which a module of JavaScript keeps what it exports; no identifier has a space.
 * @param name as others import it; `=` is the whole of `module.exports`
 */
export const exportName = (name: string): string => `export ${name}`;
