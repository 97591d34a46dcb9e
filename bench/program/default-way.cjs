/** Runs program.ts the way `runtime: nodejs` does by default: through the SDK's own ts-node, with type check, as
 * CommonJS. TypeScript is the repository's; `import.meta`, which CommonJS does not have, is put as what it means there.
 */
const { dirname } = require("node:path");
const typescript = require.resolve("typescript");
const ts = require(typescript);

/** `import.meta.dirname` → `__dirname`. */
const withoutImportMeta = (context) => (file) => {
  const visit = (node) => {
    if (ts.isPropertyAccessExpression(node) && ts.isMetaProperty(node.expression)) {
      if (node.name.text === "dirname") return context.factory.createIdentifier("__dirname");
      const url = ts.parseJsonText("url.json", JSON.stringify(`file://${file.fileName}`));
      return context.factory.createStringLiteral(url.statements[0].expression.text);
    }
    return ts.visitEachChild(node, visit, context);
  };
  return ts.visitNode(file, visit);
};

require("@pulumi/pulumi/vendor/ts-node@7.0.1").register({
  compiler: typescript,
  typeCheck: true,
  cache: true,
  skipProject: true,
  // `import.meta` and the endings of imports are settled here; the rest is checked.
  ignoreDiagnostics: [1343, 5096, 1378],
  transformers: { before: [withoutImportMeta] },
  compilerOptions: {
    target: "es2023",
    lib: ["es2024"],
    module: "commonjs",
    moduleResolution: "bundler",
    types: ["node"],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    esModuleInterop: true,
    resolveJsonModule: true,
  },
});

process.chdir(dirname(dirname(__dirname)));
require("./program.ts");
