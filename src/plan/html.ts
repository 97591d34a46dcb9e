/** A plan as one HTML file: no scripts, nothing fetched, fit for print. */
import { formatProblem } from "../config/problem.ts";
import { inNumbers as changesInNumbers, inWords, SIGNS } from "./change-text.ts";
import type { ResourceChange } from "./difference.ts";
import { STYLE } from "./html-style.ts";
import type { Change, CostSummary, Picture, PolicySummary, Report } from "./report.ts";
import { inNumbers } from "./text.ts";
import { count, type Node, shortType, treeOf } from "./tree.ts";
import { masked, secretPaths } from "./values.ts";
import { costInWords, dollars } from "./words.ts";

export function planAsHtml(report: Report): string {
  const { plan, refusals, warnings, differences, cost, policies, change, picture } = report;
  const { app, environment, target } = plan.subject;
  const title = `${app} in ${environment} on ${target}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plan: ${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><p>Plan</p><h1>${escaped(title)}</h1><p>${escaped(inNumbers(count(plan)))}</p></header>
<main>
${[
  list("Refused by the target", refusals.map(formatProblem), "bad"),
  change ? changeSection(change) : "",
  picture ? pictureSection(picture) : "",
  cost ? costSection(cost) : "",
  list("Over budget", cost?.overruns ?? [], "bad"),
  policies ? policySection(policies) : "",
  list("Warnings", warnings.map(formatProblem)),
  resourceSection(treeOf(plan)),
  outputSection(plan.outputs),
  list("Different on this target", differences),
]
  .filter((part) => part !== "")
  .join("\n")}
</main>
</body>
</html>
`;
}

const section = (title: string, body: string, kind = ""): string =>
  `<section${kind ? ` class="${kind}"` : ""}><h2>${escaped(title)}</h2>\n${body}\n</section>`;

const list = (title: string, texts: readonly string[], kind = ""): string =>
  texts.length === 0
    ? ""
    : section(title, `<ul>${texts.map((text) => `<li>${escaped(text)}</li>`).join("\n")}</ul>`, kind);

function changeSection({ against, difference }: Change): string {
  const rows = difference.changes.map(changeRow);
  const numbers = `<p>${escaped(changesInNumbers(difference))}</p>`;
  const body = rows.length === 0 ? "" : table(["Step", "Resource", "What changes"], rows);
  return section(`Against ${against}`, numbers + body);
}

function changeRow({ kind, type, name, inputs, loses, protect }: ResourceChange): string {
  const guarded = protect && (kind === "replace" || kind === "delete");
  const said = [
    ...(loses ? [`<p class="loss">Loses ${escaped(loses)}</p>`] : []),
    ...(guarded ? ["<p>Protected: Pulumi refuses it</p>"] : []),
    ...inputs.map((input) => `<p><code>${escaped(inWords(input))}</code></p>`),
  ];
  return `<tr class="${loses ? "loss" : kind}"><td><span aria-hidden="true">${SIGNS[kind]}</span> ${kind}</td><td>${resource(type, name)}</td><td>${said.join("")}</td></tr>`;
}

const resource = (type: string, name: string): string =>
  `<b>${escaped(shortType(type))}</b> ${escaped(name)}`;

/** The picture carries its own description for readers that can't see it; the words below it are for everybody. */
const pictureSection = ({ svg, text }: Picture): string =>
  section(
    "Picture",
    `<figure>${svg.replace(/^<\?xml[^>]*>\s*/, "")}</figure>\n<details><summary>The same in words</summary><pre>${escaped(text)}</pre></details>`,
  );

function costSection(cost: CostSummary): string {
  const rows = cost.items.map(
    ({ name, expected }) => `<tr><td>${escaped(name)}</td><td class="number">${dollars(expected)}</td></tr>`,
  );
  return section("Cost", `<p>${escaped(costInWords(cost))}</p>${table(["Part", "A month"], rows)}`);
}

function policySection({ rules, findings, waived }: PolicySummary): string {
  const found = findings.length === 0 ? "nothing found" : `${findings.length} found`;
  const numbers = `<p>${rules} rules: ${found}${waived > 0 ? `, ${waived} waived` : ""}</p>`;
  const rows = findings.map(
    (one) =>
      `<tr><td>${escaped(one.severity)}</td><td>${escaped(one.rule)}</td><td>${escaped(one.resource)}</td><td>${escaped(one.message)}; ${escaped(one.remedy)}</td></tr>`,
  );
  const body = rows.length === 0 ? "" : table(["Severity", "Rule", "Resource", "What and what to do"], rows);
  return section("Policies", numbers + body, findings.length > 0 ? "bad" : "");
}

const table = (head: readonly string[], rows: readonly string[]): string =>
  `<table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join("")}</tr></thead>\n<tbody>${rows.join("\n")}</tbody></table>`;

function resourceSection(nodes: readonly Node[]): string {
  const parts = nodes.flatMap((node) => (/:App$/.test(node.resource.type) ? node.children : [node]));
  return section("Resources", parts.map(part).join("\n"));
}

function part(node: Node): string {
  const { type, name } = node.resource;
  const leaves = flat(node.children);
  if (leaves.length === 0) return "";
  const items = leaves.map(({ resource: one }) => `<li>${resource(one.type, one.name)}${marks(one)}</li>`);
  return `<details><summary>${resource(type, name)} <small>${leaves.length}</small></summary><ul>${items.join("\n")}</ul></details>`;
}

const flat = (nodes: readonly Node[]): Node[] =>
  nodes.flatMap((node) => [...(node.resource.custom ? [node] : []), ...flat(node.children)]);

function marks({ protect, inputs }: Node["resource"]): string {
  const secrets = secretPaths(inputs).length;
  const words = [
    ...(protect ? ["protected"] : []),
    ...(secrets > 0 ? [`${secrets} secret${secrets === 1 ? "" : "s"}`] : []),
  ];
  return words.map((word) => ` <small>${word}</small>`).join("");
}

function outputSection(outputs: Report["plan"]["outputs"]): string {
  const rows = Object.entries(outputs)
    .filter(([key]) => key !== "differences")
    .map(([key, value]) => {
      const shown = masked(value);
      const text = typeof shown === "string" ? shown : JSON.stringify(shown);
      return `<tr><td>${escaped(key)}</td><td><code>${escaped(text)}</code></td></tr>`;
    });
  return rows.length === 0 ? "" : section("Outputs", table(["Name", "Value"], rows));
}

const SIGNS_OF_HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Texts come from app.yaml, which is not ours. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS_OF_HTML[sign] ?? sign);
