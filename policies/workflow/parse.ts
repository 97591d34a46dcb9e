/** A workflow of GitHub Actions or a pipeline of GitLab CI as rules read it. */
import { parseDocument } from "yaml";
import { type Fields, fields, isFields, list, word } from "./fields.ts";

export interface Step {
  readonly job: string;
  /** Action with its version; empty for a step that runs a script. */
  readonly uses: string;
  /** Script; empty for a step that uses an action. */
  readonly run: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Container images that it runs in or beside. */
  readonly images: readonly string[];
  readonly written: Readonly<Record<string, unknown>>;
}

export interface Workflow {
  /** As it is called in messages. */
  readonly file: string;
  readonly kind: "github" | "gitlab";
  readonly jobs: readonly Job[];
  /** Everything as it is written. */
  readonly written: Readonly<Record<string, unknown>>;
  /** Why it can't be read. */
  readonly unreadable?: string;
}

/** @param kind by the file's name where it is not given: `.gitlab-ci.yml` is GitLab's */
export function parseWorkflow(file: string, content: string, kind = kindOf(file)): Workflow {
  const document = parseDocument(content, { merge: true });
  const [error] = document.errors;
  if (error)
    return { file, kind, jobs: [], written: {}, unreadable: error.message.split("\n")[0] ?? "is no YAML" };
  const written = fields(document.toJS() as unknown);
  return { file, kind, written, jobs: kind === "github" ? githubJobs(written) : gitlabJobs(written) };
}

const kindOf = (file: string): Workflow["kind"] =>
  /(^|\/)[^/]*gitlab-ci[^/]*\.ya?ml$/.test(file) ? "gitlab" : "github";

function githubJobs({ jobs, runs }: Fields): Job[] {
  const composite = isFields(runs) ? [["runs", runs] as const] : [];
  return [...Object.entries(fields(jobs)), ...composite].map(([name, value]) => {
    const written = fields(value);
    const called = word(written.uses);
    const steps = [...list(written.steps), ...(called === "" ? [] : [written])].map((step) =>
      stepOf(name, fields(step)),
    );
    const images = [written.container, ...Object.values(fields(written.services))]
      .map(imageOf)
      .filter((image) => image !== "");
    return { name, written, images, steps };
  });
}

const stepOf = (job: string, { uses, run, with: given, env }: Fields): Step => ({
  job,
  uses: word(uses),
  run: word(run),
  with: fields(given),
  env: fields(env),
});

const imageOf = (value: unknown): string => word(isFields(value) ? (value.image ?? value.name) : value);

/** Keys of a pipeline that are no jobs. */
const GLOBAL = [
  "default",
  "include",
  "stages",
  "variables",
  "workflow",
  "spec",
  "image",
  "services",
  "before_script",
  "after_script",
  "cache",
  "pages",
];

function gitlabJobs(written: Fields): Job[] {
  const usual = { ...written, ...fields(written.default) };
  return Object.entries(written)
    .filter(([name, value]) => !GLOBAL.includes(name) && isFields(value))
    .map(([name, value]) => {
      const job = fields(value);
      const scripts = ["before_script", "script", "after_script"]
        .flatMap((key) => list(job[key] ?? usual[key]))
        .flatMap((line) => list(line))
        .map(word);
      const images = [job.image ?? usual.image, ...list(job.services ?? usual.services)]
        .map(imageOf)
        .filter((image) => image !== "");
      const run = scripts.join("\n");
      return {
        name,
        written: job,
        images,
        steps: run === "" ? [] : [stepOf(name, { run, env: job.variables })],
      };
    });
}
