import type { Loaders, PublicExplorer } from 'cosmiconfig';

interface ExplorerOptions {
  readonly moduleName: string;
  readonly searchPlaces: string[];
  readonly loaders: Loaders;
  readonly transform: (result: unknown) => unknown;
  readonly packageProp: string;
  readonly ignoreEmptySearchPlaces: boolean;
  readonly cache: boolean;
  readonly mergeImportArrays: boolean;
  readonly mergeSearchPlaces: boolean;
  readonly searchStrategy: 'none';
  readonly metaConfigFilePath: null;
}

interface ExplorerModule {
  readonly Explorer: new (options: ExplorerOptions) => PublicExplorer;
}

/**
 * A cosmiconfig explorer that only reads data. Its public constructor runs `.config/config.js` of the working
 * directory, takes search places from meta settings and keeps loaders for JavaScript; the class behind it does none of this.
 * @param searchPlaces names looked for in the folder that is searched, and in no other
 * @param loaders the only ones there are, by ending; what a loader returns must have no `$import` of its own, or it is followed
 */
export async function dataExplorer(
  searchPlaces: readonly string[],
  loaders: Loaders,
): Promise<Pick<PublicExplorer, 'search' | 'load'>> {
  const loaded = (await import('cosmiconfig/dist/Explorer.js')) as unknown as ExplorerModule & {
    readonly default?: ExplorerModule;
  };
  // Loaders differ in what they make of CommonJS: its names, a default that is the module, or both.
  const { Explorer } = loaded.default ?? loaded;
  return new Explorer({
    moduleName: 'bindlint',
    searchPlaces: [...searchPlaces],
    loaders: Object.assign(Object.create(null), loaders),
    transform: (result) => result,
    packageProp: 'bindlint',
    ignoreEmptySearchPlaces: true,
    cache: false,
    mergeImportArrays: false,
    mergeSearchPlaces: false,
    searchStrategy: 'none',
    metaConfigFilePath: null,
  });
}
