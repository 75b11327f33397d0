declare module 'picomatch' {
  interface Options {
    readonly dot?: boolean;
    readonly noextglob?: boolean;
  }
  export default function picomatch(globs: string[], options?: Options): (path: string) => boolean;
}
