declare module 'picomatch' {
  interface Options {
    readonly dot?: boolean;
    readonly noextglob?: boolean;
  }
  interface Picomatch {
    (globs: string[], options?: Options): (path: string) => boolean;
    makeRe(glob: string, options?: Options): RegExp;
  }
  const picomatch: Picomatch;
  export default picomatch;
}
