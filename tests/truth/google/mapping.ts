/** How the provider's words for a resource lead to Google's own. Most are the same; what is not stands in the tables. */
import type { DocumentName } from "./documents.ts";

/** What is different about one field of the provider's. */
export interface Rule {
  /** Google's field where it has another name, with dots where it lies deeper. */
  readonly api?: string;
  /** Google's interface has no such field: the value stands in the address of a call, or the provider alone knows it. */
  readonly provider?: true;
  /** The provider has one where Google has a list (`one`), or a list where Google has a map (`entries`). */
  readonly shape?: "one" | "entries";
  /** The value is Google's object as JSON text. */
  readonly json?: true;
  /** Every allowed text, where Google's schema has no enum. */
  readonly values?: readonly string[];
  /** Form of every text, where Google's schema has none. */
  readonly format?: RegExp;
  /** Why, and where that stands: a page of the provider (`r/redis_instance` is website/docs/r/redis_instance.html.markdown
   * of hashicorp/terraform-provider-google), or of Google's.
   */
  readonly why: string;
}

/** Field of the provider's → what is different. */
export type Rules = Readonly<Record<string, Rule>>;

export interface Mapping {
  readonly document: DocumentName;
  /** Name of the schema. One that is written inside another is named by its path: `Policy.bindings`. */
  readonly schema: string;
  /** Of the resource's own fields. */
  readonly fields?: Rules;
}

/** One service of Google's: its types, and what is different about objects that several of them share. */
export interface Service {
  readonly types: Readonly<Record<string, Mapping>>;
  /** Schema, or path of one that is written inside another → field → what is different. */
  readonly schemas?: Readonly<Record<string, Rules>>;
}

export const PLURAL = "Pulumi names lists in the plural";
export const FLAT = "Pulumi gives a list of one as the one itself";
const ADDRESS = "stands in the address of the call";

export const plural = (api: string): Rule => ({ api, why: PLURAL });
export const one = (api?: string): Rule => ({ ...(api !== undefined && { api }), shape: "one", why: FLAT });
export const renamed = (api: string, why: string): Rule => ({ api, why });
/** Part of the call's address. */
export const address = (format?: RegExp): Rule => ({
  provider: true,
  ...(format && { format }),
  why: ADDRESS,
});
/** Known to the provider alone. */
export const own = (why: string, more: Pick<Rule, "values" | "format"> = {}): Rule => ({
  provider: true,
  ...more,
  why,
});
export const oneOf = (why: string, ...values: readonly string[]): Rule => ({ values, why });
export const like = (format: RegExp, why: string): Rule => ({ format, why });

/** What nearly every type has. */
export const PROJECT = { project: address(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/) } as const;
export const LOCATION = { location: address(/^[a-z]+[a-z0-9-]*$/) } as const;
export const REGION = { region: address(/^[a-z]+-[a-z]+\d+$/) } as const;
export const GUARD = { deletionProtection: own("the provider refuses to delete") } as const;

const PRINCIPAL =
  /^(allUsers|allAuthenticatedUsers|(user|group|serviceAccount):[^\s@:]+@[^\s@:]+|domain:[^\s@:]+|principal(Set)?:\/\/(iam|firestore)\.googleapis\.com\/\S+)$/;

/** One member of one role: the provider reads the policy, adds it and writes the policy back. */
export const member = (
  document: DocumentName,
  schema: string,
  on: Readonly<Record<string, RegExp>>,
): Mapping => ({
  document,
  schema,
  fields: {
    ...Object.fromEntries(Object.entries(on).map(([key, format]) => [key, address(format)])),
    role: like(
      /^(roles\/[a-zA-Z]+(\.[a-zA-Z]+)+(\.v\d+)?|(projects|organizations)\/[^/]+\/roles\/[\w.]+)$/,
      "Google's predefined roles, or one of the project's",
    ),
    member: {
      api: "members",
      shape: "one",
      format: PRINCIPAL,
      why: "one member alone; forms as in the schema's own description",
    },
  },
});
