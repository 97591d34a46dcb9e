/** The written form of monitoring and budget. */
import { z } from "zod";
import { show, Unreadable } from "../unreadable.ts";
import {
  durationWithin,
  flag,
  host,
  keys,
  line,
  list,
  money,
  pattern,
  port,
  shorthand,
  text,
  variableName,
} from "./leaf.ts";

const mailbox = () =>
  pattern(
    "a mail address",
    "name@host",
    "oncall@flashfit.example",
    /^[^\s@<>"(),:;\\]{1,64}@[A-Za-z0-9.-]{1,253}$/,
  );

const webhook = text("a URL such as https://hooks.example/T1", (written) => {
  if (/^https?:\/\/[^\s/"\\]+[^\s"\\\p{Cc}]*$/u.test(written) && URL.canParse(written)) return written;
  throw new Unreadable(`${show(written)} is not a URL`, {
    allowed: "https://… or http://…",
    remedy: "write https://hooks.example/T1 for instance",
  });
});

export const monitoring = keys({
  grafana: flag().meta({ description: "Run Grafana with the generated dashboards. Without it: true." }),
  retention: durationWithin("1h", "3650d").meta({
    description: "How long metrics are kept. Without it: 15d; 2d in the dev preset, 30d in prod.",
  }),
  logs: shorthand(
    durationWithin("1h", "3650d"),
    keys({
      retention: durationWithin("1h", "3650d").meta({
        description: "How long logs are kept. Without it: 14d; 2d in the dev preset, 30d in prod.",
      }),
    }),
    (retention) => ({ retention }),
    "a length of time such as 14d",
  ).meta({ description: "Logs of all services.", examples: [{ retention: "14d" }] }),
  alerts: keys({
    email: shorthand(
      mailbox(),
      list("a list such as [oncall@flashfit.example]", mailbox()),
      (address) => [address],
      "a mail address such as oncall@flashfit.example",
    ).meta({ description: "Who is mailed. Needs smtp.", examples: ["oncall@flashfit.example"] }),
    webhooks: list("a list such as [https://hooks.example/T1]", webhook).meta({
      description: "URLs that alerts are posted to.",
    }),
    smtp: keys({
      host: host().meta({ description: "Mail server. Needed." }),
      port: port().meta({ description: "Its port. Without it: 587." }),
      from: mailbox().meta({ description: "Sender. Needed." }),
      user: line("a login such as alerts").meta({ description: "Login. No login without it." }),
      password: variableName().meta({ description: "Name of a secret." }),
    }).meta({
      description: "The mail server.",
      examples: [
        {
          host: "smtp.example.com",
          from: "alerts@flashfit.example",
          user: "alerts",
          password: "SMTP_PASSWORD",
        },
      ],
    }),
  }).meta({ description: "Who hears of alerts. Nobody without it." }),
}).meta({ id: "Monitoring", description: "Metrics, logs, dashboards and alerts." });

const provider = keys({
  daily: money().meta({
    description: "Highest spend per day in US dollars; above it an alert is raised.",
    examples: [100],
  }),
}).meta({ description: "An AI provider's budget." });

export const budget = z
  .object(
    {
      monthly: money().meta({ description: "US dollars per month for all infrastructure." }).optional(),
    },
    { error: "a map such as { monthly: 300 }" },
  )
  .catchall(provider)
  .superRefine((written, ctx) => {
    for (const name of Object.keys(written)) {
      if (/^[a-z][a-z0-9-]{0,29}$/.test(name)) continue;
      ctx.addIssue({
        code: "custom",
        path: [name],
        message: `${show(name)} is not a provider's name`,
        params: {
          allowed: "lower-case letters, digits and hyphens",
          remedy: "write openai for instance",
          concerns: "key",
        },
      });
    }
  })
  .meta({
    id: "Budget",
    description: "What it may cost: `monthly` for infrastructure, and per AI provider a `daily` limit.",
    examples: [{ monthly: 300, openai: { daily: 100 } }],
  });

export const regions = list(
  "a list such as [us-central1]",
  pattern("a region", "lower-case letters, digits and hyphens", "us-central1", /^[a-z][a-z0-9-]{1,40}$/),
).meta({
  description:
    "Regions in the words of the target, the first one is the main one. Without it the target chooses.",
  examples: [["us-central1", "europe-west1"]],
});
