/** package.json of the repository → that of the package. */

export interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** The repository runs its TypeScript as it is, with exact versions. Who installs the package gets what was compiled,
 * and shares the Pulumi SDK with the package: two of them in one program know nothing of each other's resources.
 */
export function published(manifest: Manifest): Record<string, unknown> {
  const { devDependencies: _, scripts: _scripts, main: _main, ...rest } = manifest;
  return {
    ...rest,
    types: "./dist/src/index.d.ts",
    exports: mapValues(manifest.exports, entry),
    typesVersions: { "*": declarations(manifest.exports) },
    bin: mapValues(manifest.bin, (path) => `dist/${path}`),
    dependencies: mapValues(manifest.dependencies, (version, name) =>
      name.startsWith("@pulumi/") ? `^${version}` : version,
    ),
  };
}

/** `./src/index.ts` → its compiled file and its declarations. */
function entry(path: string): string | { readonly types: string; readonly default: string } {
  if (!path.endsWith(".ts")) return path;
  const compiled = path.replace(/^\.\//, "./dist/").slice(0, -".ts".length);
  return { types: `${compiled}.d.ts`, default: `${compiled}.js` };
}

/** The same for TypeScript's older ways of finding modules, which know no `exports`: Pulumi's own template has them. */
function declarations(exports: Manifest["exports"]): Record<string, string[]> {
  const compiled = Object.entries(exports).flatMap(([name, path]): [string, string[]][] => {
    const to = entry(path);
    return typeof to === "string" || name === "." ? [] : [[name.slice(2), [to.types.slice(2)]]];
  });
  return Object.fromEntries(compiled);
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  map: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
