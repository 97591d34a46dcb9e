/** Writes the tables of components in README.md, from the classes' own documentation and the schema of app.yaml.
 *
 * `node packaging/components.ts` writes them, `--check` fails when they are not current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { z } from "zod";
import { DATA_KINDS, dataKeys } from "../src/config/schema/data.ts";

const ROOT = join(import.meta.dirname, "..");
const README = join(ROOT, "README.md");
const BEGIN = "<!-- components: node packaging/components.ts -->\n";
const END = "<!-- /components -->";

/** One public class. */
export interface Component {
  readonly name: string;
  /** `atelier/gcp/postgres`. */
  readonly entry: string;
  /** What it makes: the first sentence of its documentation. */
  readonly makes: string;
  readonly costs: string | undefined;
  readonly example: string | undefined;
  readonly arguments: readonly Argument[];
  /** What it offers to the program, without what every Pulumi component has. */
  readonly outputs: readonly Argument[];
}

export interface Argument {
  readonly name: string;
  readonly optional: boolean;
  readonly type: string;
  readonly documentation: string;
  readonly default: string | undefined;
}

/** Every class that `components/<target>/index.ts` exports. */
export function componentsOf(...targets: readonly string[]): Record<string, Component[]> {
  const roots = targets.map((target) => join(ROOT, "components", target, "index.ts"));
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const program = ts.createProgram(roots, options);
  const checker = program.getTypeChecker();
  return Object.fromEntries(
    targets.map((target, index) => [target, exportedClasses(program, checker, roots[index] ?? "", target)]),
  );
}

function exportedClasses(
  program: ts.Program,
  checker: ts.TypeChecker,
  root: string,
  target: string,
): Component[] {
  const file = program.getSourceFile(root);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${root} exports nothing`);
  return checker
    .getExportsOfModule(module)
    .flatMap((symbol): Component[] => {
      const found = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const declaration = found.declarations?.find(ts.isClassDeclaration);
      return declaration ? [describe(checker, symbol.name, found, declaration, target)] : [];
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function describe(
  checker: ts.TypeChecker,
  name: string,
  symbol: ts.Symbol,
  declaration: ts.ClassDeclaration,
  target: string,
): Component {
  const folder = join(ROOT, "components", target);
  const path = declaration.getSourceFile().fileName.slice(folder.length + 1, -".ts".length);
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const example = symbol.getJsDocTags(checker).find((tag) => tag.name === "example");
  const [signature] = checker.getTypeOfSymbolAtLocation(symbol, declaration).getConstructSignatures();
  const args = signature?.parameters.find(
    (parameter) => parameter.name !== "name" && parameter.name !== "opts",
  );
  const members = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
  return {
    name,
    entry: `atelier/${target}/${path}`,
    makes: firstSentence(text),
    costs: costsIn(text),
    example: example && ts.displayPartsToString(example.text),
    arguments: args
      ? checker
          .getPropertiesOfType(checker.getTypeOfSymbolAtLocation(args, declaration))
          .map((property) => argumentOf(checker, property, declaration))
      : [],
    outputs: members
      .filter((member) =>
        member.declarations?.every((one) => one.getSourceFile().fileName.startsWith(folder)),
      )
      .filter((member) => !member.name.startsWith("__#") && !member.declarations?.some(isPrivate))
      .map((member) => argumentOf(checker, member, declaration)),
  };
}

const isPrivate = (declaration: ts.Declaration): boolean => {
  const name = ts.getNameOfDeclaration(declaration);
  return name !== undefined && ts.isPrivateIdentifier(name);
};

function argumentOf(checker: ts.TypeChecker, property: ts.Symbol, at: ts.Node): Argument {
  const byDefault = property.getJsDocTags(checker).find((tag) => tag.name === "default");
  return {
    name: property.name,
    optional: (property.flags & ts.SymbolFlags.Optional) !== 0,
    type: checker.typeToString(checker.getTypeOfSymbolAtLocation(property, at)),
    documentation: ts.displayPartsToString(property.getDocumentationComment(checker)),
    default: byDefault && ts.displayPartsToString(byDefault.text),
  };
}

/** Up to a period that ends a sentence, not one in `app.yaml` or `$0.20`. */
function firstSentence(text: string): string {
  const flat =
    text
      .split(/\n\s*\n/)[0]
      ?.replaceAll(/\s+/g, " ")
      .trim() ?? "";
  return /^.*?[.:](?= [A-Z`$]|$)/.exec(flat)?.[0].replace(/[.:]$/, "") ?? flat;
}

/** The first sentence about money, or about what else it takes. */
function costsIn(text: string): string | undefined {
  const flat = text.split(/\n\s*\n/).map((paragraph) => paragraph.replaceAll(/\s+/g, " ").trim());
  const paragraph = flat.find((one) => /\b(costs?|is paid)\b/i.test(one));
  const sentences = paragraph?.split(/(?<=\.) (?=[A-Z`])/) ?? [];
  return sentences.find((sentence) => /\b(costs?|is paid)\b/i.test(sentence))?.replace(/\.$/, "");
}

/** What `shop.part(…)` and its siblings give, so that a row names the call instead of its fruits. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  "service(name)": ["deployment", "app", "name", "spec", "consumers", "grants", "secrets", "after"],
  "part(name)": ["deployment", "app", "spec", "consumers"],
  "secrets({ seed })": ["app", "readers", "values", "seed"],
  "network()": ["deployment", "app", "links"],
};

function asked({ arguments: args }: Component): string {
  const names = args.map(({ name }) => name);
  const call = Object.entries(CALLS).find(
    ([key, given]) =>
      given.every((name) => names.includes(name)) || (key.startsWith("secrets") && names.includes("seed")),
  );
  const covered = call ? [...call[1], "deployment"] : [];
  const rest = args.filter(({ name }) => !covered.includes(name));
  return [...(call ? [`\`${call[0]}\``] : []), ...rest.map(argument)].join(", ");
}

const argument = ({ name, optional, default: byDefault }: Argument): string =>
  optional ? `\`${name}\` (${byDefault ?? "absent"})` : `\`${name}\``;

const row = (...cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

function componentTable(title: string, components: readonly Component[]): string[] {
  return [
    row(title, "makes", "arguments", "costs"),
    "|---|---|---|---|",
    ...components.map((component) => {
      const entry = component.entry.split("/").slice(2).join("/");
      return row(
        `\`${component.name}\` from \`${entry}\``,
        component.makes,
        asked(component),
        component.costs ?? "nothing",
      );
    }),
  ];
}

/** Keys of one kind of data with what holds without them. */
function dataTable(): string[] {
  return [
    row("`kind`", "arguments, and what holds without them"),
    "|---|---|",
    ...DATA_KINDS.map((kind) =>
      row(
        `\`${kind}\``,
        Object.entries<z.ZodType>(dataKeys[kind])
          .map(([key, schema]) => `\`${key}\` (${without(schema)})`)
          .join(", "),
      ),
    ),
  ];
}

function without(schema: z.ZodType): string {
  const description = schema.meta()?.description ?? "";
  if (/\bNeeded\.$/.test(description)) return "needed";
  const said = /Without it:? (.*?)\.?(?= `none`|$)/.exec(description)?.[1];
  return said?.replace(/\.$/, "") ?? "none";
}

/** The tables as they stand in the README. */
export function tables({ gcp = [], docker = [] }: Readonly<Record<string, readonly Component[]>>): string {
  return [
    ...dataTable(),
    "",
    ...componentTable("`atelier/gcp`", gcp),
    "",
    ...componentTable("`atelier/docker`", docker),
    "",
  ].join("\n");
}

if (process.argv[1] === import.meta.filename) {
  const text = readFileSync(README, "utf8");
  const [before = "", rest = ""] = text.split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  const current = `${before}${BEGIN}${tables(componentsOf("gcp", "docker"))}${after}`;
  if (!process.argv.includes("--check")) writeFileSync(README, current);
  else if (current !== text) {
    process.stderr.write("README.md is not current; run node packaging/components.ts\n");
    process.exitCode = 1;
  }
}
