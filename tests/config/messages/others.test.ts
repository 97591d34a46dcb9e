/** What is said about one wrong value at a time, word for word: monitoring, budget and the rest. */
import { expect, it } from "vitest";
import { messageOf, type Row } from "./message-of.ts";

const rows: readonly Row[] = [
  [
    "budget.monthly",
    "€300",
    "budget.monthly: €300 is not an amount of money; allowed: US dollars such as 300 or $300; write $300 for instance",
  ],
  [
    "budget.monthly",
    "$0",
    "budget.monthly: $0 is no amount of money: it is zero; allowed: US dollars such as 300 or $300; write more than zero",
  ],
  ["budget.openai.dayly", 3, "budget.openai.dayly: dayly is not a key here; did you mean daily?"],
  [
    "budget.OpenAI",
    { daily: 3 },
    "budget.OpenAI: OpenAI is not a provider's name; allowed: lower-case letters, digits and hyphens; write openai for instance",
  ],
  ["monitoring.retention", "10m", "monitoring.retention: 10m is too short; allowed: 1h–3650d; write 1h"],
  [
    "monitoring.alerts.smtp",
    null,
    "app.yaml:66:12: monitoring.alerts.email: nothing says how mail is sent; add smtp: { host: smtp.example.com, from: alerts@flashfit.example }",
  ],
  [
    "monitoring.alerts.smtp.user",
    null,
    "app.yaml:68:90: monitoring.alerts.smtp.password: stands without user; add user or remove password",
  ],
  [
    "monitoring.alerts.email",
    "oncall",
    "monitoring.alerts.email: oncall is not a mail address; allowed: name@host; write oncall@flashfit.example for instance",
  ],
  [
    "monitoring.alerts.webhooks",
    ["hooks.example"],
    "monitoring.alerts.webhooks.0: hooks.example is not a URL; allowed: https://… or http://…; write https://hooks.example/T1 for instance",
  ],
  [
    "regions",
    ["US"],
    "regions.0: US is not a region; allowed: lower-case letters, digits and hyphens; write us-central1 for instance",
  ],
  ["regions", "us-central1", "regions: us-central1 is not a list; write [us-central1] for instance"],
  ["protect", "yes", "protect: yes is not true or false; write true for instance"],
  [
    "preset",
    "production",
    "preset: production is not one of the allowed words; allowed: dev, staging, prod; did you mean prod?",
  ],
  [
    "foo",
    1,
    "foo: foo is not a key here; allowed: preset, services, data, secrets, routes, edge, monitoring, budget, usage, regions, protect, development; correct or remove it",
  ],
  ["services", [], "services: a list is not a map; write api: { kind: web } for instance"],
  [
    "monitoring.grafana",
    false,
    "app.yaml:53:26: routes./grafana.operators: grafana is switched off; remove the route, or set monitoring.grafana: true",
  ],
];

it.each(rows)("%s: %j", (key, value, message) => {
  expect(messageOf(key, value)).toBe(message);
});
