/** How a plan looks in a browser and on paper. Every text has a contrast of at least 4.5 : 1 against its ground. */
export const STYLE = `
:root { color-scheme: light; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #f6f8fa; --bad: #a40e26; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem 4rem; color: var(--ink); background: #fff;
  font: 16px/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
header p { margin: 0; color: var(--soft); }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.2rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; }
@media (min-width: 45rem) {
  td:first-child { white-space: nowrap; }
  td:nth-child(2):not(:last-child) { min-width: 15rem; }
}
td p { margin: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: .85em/1.5 ui-monospace, "Liberation Mono", Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { background: var(--ground); padding: .75rem; }
small { color: var(--soft); }
ul { padding-left: 1.25rem; }
li { overflow-wrap: anywhere; }
details { margin: .25rem 0; }
summary { cursor: pointer; }
figure { margin: 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
.loss, .bad h2 { color: var(--bad); }
.loss { font-weight: 600; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  section { break-inside: auto; }
  tr, figure, li { break-inside: avoid; }
  details > :not(summary) { display: block; }
  details::details-content { content-visibility: visible; display: block; }
}
`;
