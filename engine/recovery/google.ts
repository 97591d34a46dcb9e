/** Looks in Google Cloud for what a create has made, where Google chose the id: by the lists of its interfaces. */
import { isMap, type Properties, type Value } from "../../rehearsal/values.ts";
import { type Environment, lastWords, run } from "../command.ts";
import type { Begun, Found } from "./model.ts";

interface List {
  /** Where the list is, of the project or of what the inputs name. */
  readonly url: (inputs: Properties, project: string) => string;
  /** Field of the answer that holds them. */
  readonly items: string;
  /** Whether it came of these inputs. */
  readonly matches: (item: Properties, inputs: Properties) => boolean;
  /** Field of an item that is the provider's id. */
  readonly id: string;
  /** Where an item says when it was made. One that does not say so is taken by what matches. */
  readonly created?: (item: Properties) => Value | undefined;
  /** Whether the list leaves out what has to match, so that each has to be asked for. */
  readonly asks?: (id: string) => string;
}

const sameName = (item: Properties, { displayName }: Properties): boolean => item.displayName === displayName;
const monitoring = (items: string, version = "v3"): List => ({
  url: (_, project) =>
    `https://monitoring.googleapis.com/${version}/projects/${project}/${items}?pageSize=500`,
  items,
  matches: sameName,
  id: "name",
  created: ({ creationRecord }) => (isMap(creationRecord) ? creationRecord.mutateTime : undefined),
});

/** By type. From the discovery documents of each interface. */
const LISTS: Readonly<Record<string, List>> = {
  "gcp:billing/budget:Budget": {
    url: ({ billingAccount }) =>
      `https://billingbudgets.googleapis.com/v1/billingAccounts/${text(billingAccount)}/budgets?pageSize=500`,
    items: "budgets",
    matches: sameName,
    id: "name",
  },
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": {
    url: ({ region }, project) =>
      `https://compute.googleapis.com/compute/v1/projects/${project}/regions/${text(region)}/instanceTemplates?orderBy=${encodeURIComponent("creationTimestamp desc")}`,
    items: "items",
    matches: ({ name }, { namePrefix }) => text(namePrefix) !== "" && text(name).startsWith(text(namePrefix)),
    id: "selfLink",
    created: ({ creationTimestamp }) => creationTimestamp,
  },
  "gcp:firebaserules/ruleset:Ruleset": {
    url: (_, project) => `https://firebaserules.googleapis.com/v1/projects/${project}/rulesets?pageSize=100`,
    items: "rulesets",
    matches: (item, inputs) => contentOf(item) !== "" && contentOf(item) === contentOf(inputs),
    id: "name",
    created: ({ createTime }) => createTime,
    asks: (id) => `https://firebaserules.googleapis.com/v1/${id}`,
  },
  "gcp:firestore/backupSchedule:BackupSchedule": {
    url: ({ database }, project) =>
      `https://firestore.googleapis.com/v1/projects/${project}/databases/${text(database) || "(default)"}/backupSchedules`,
    items: "backupSchedules",
    matches: (item, inputs) => "dailyRecurrence" in item === "dailyRecurrence" in inputs,
    id: "name",
  },
  "gcp:monitoring/alertPolicy:AlertPolicy": monitoring("alertPolicies"),
  "gcp:monitoring/dashboard:Dashboard": {
    ...monitoring("dashboards", "v1"),
    matches: ({ displayName }, { dashboardJson }) =>
      (JSON.parse(text(dashboardJson) || "{}") as { displayName?: string }).displayName === displayName,
  },
  "gcp:monitoring/notificationChannel:NotificationChannel": monitoring("notificationChannels"),
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": monitoring("uptimeCheckConfigs"),
  "gcp:secretmanager/secretVersion:SecretVersion": {
    url: ({ secret }) =>
      `https://secretmanager.googleapis.com/v1/${text(secret)}/versions?filter=${encodeURIComponent("state:ENABLED")}`,
    items: "versions",
    // What is in it can't be compared; when it was made can.
    matches: ({ createTime }) => createTime !== undefined,
    id: "name",
    created: ({ createTime }) => createTime,
  },
  "gcp:storage/hmacKey:HmacKey": {
    url: ({ serviceAccountEmail }, project) =>
      `https://storage.googleapis.com/storage/v1/projects/${project}/hmacKeys?serviceAccountEmail=${encodeURIComponent(text(serviceAccountEmail))}`,
    items: "items",
    matches: ({ timeCreated }) => timeCreated !== undefined,
    id: "id",
    created: ({ timeCreated }) => timeCreated,
  },
};

/** Text of a ruleset's one file. */
function contentOf({ source }: Properties): string {
  const files = isMap(source) && Array.isArray(source.files) ? (source.files as readonly Value[]) : [];
  const [first] = files;
  return isMap(first) ? text(first.content) : "";
}

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");

/** One that came of the inputs, that was made since the create began, and that the state does not know. */
export async function findInGoogle(begun: Begun, env: Environment): Promise<Found> {
  const { type, inputs, provider, known, since } = begun;
  const list = LISTS[type];
  if (!list) return { unknown: "how it is found is not known" };
  const token = await tokenOf(env);
  if (token === undefined) return { unknown: "Google can't be asked: gcloud auth login, then try again" };
  const project = text(inputs.project) || text(provider.project);
  const get = (url: string) => ask(url, token, project);
  const answer = await get(list.url(inputs, project));
  if (typeof answer === "string") return { unknown: `Google does not tell: ${answer}` };
  const items = answer[list.items];
  for (const item of Array.isArray(items) ? (items as Properties[]) : []) {
    const id = plainId(text(item[list.id]));
    if (known.some((one) => one.endsWith(id)) || isOlder(list.created?.(item), since)) continue;
    const whole = list.asks ? await get(list.asks(id)) : item;
    if (typeof whole !== "string" && list.matches(whole, inputs)) return { id };
  }
  return "absent";
}

const isOlder = (created: Value | undefined, since: Date): boolean =>
  typeof created === "string" && new Date(created) < since;

/** A self link of Compute Engine is the provider's id with the interface in front. */
const plainId = (id: string): string => id.replace("https://www.googleapis.com/compute/v1/", "");

async function ask(url: string, token: string, project: string): Promise<Properties | string> {
  const headers = { authorization: `Bearer ${token}`, "x-goog-user-project": project };
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
    return response.ok
      ? ((await response.json()) as Properties)
      : `${response.status} ${response.statusText}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Of the environment as the provider takes it, else of gcloud. */
async function tokenOf(env: Environment): Promise<string | undefined> {
  if (env.GOOGLE_OAUTH_ACCESS_TOKEN) return env.GOOGLE_OAUTH_ACCESS_TOKEN;
  const { code, stdout } = await run("gcloud", ["auth", "print-access-token"], { env, timeout: 20_000 });
  return code === 0 ? lastWords(stdout) : undefined;
}
