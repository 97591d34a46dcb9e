/** Causes are found by planning again: here with programs of a few lines, whose connections are known. */
import { describe, expect, it } from "vitest";
import { hide } from "../../rehearsal/values.ts";
import type { App } from "../../src/config/model.ts";
import type { Plan } from "../../src/plan/model.ts";
import { findCauses, type Question } from "../../src/verify/causes.ts";
import { makeApp, makePostgres, makeService } from "../helpers/app.ts";
import { planOf, resource } from "./resources.ts";

const app = makeApp({
  services: { api: makeService({ env: { COLOUR: "red", SIZE: "L" } }), web: makeService({ port: 80 }) },
  data: { db: makePostgres() },
});
const settings = { region: "us-central1", zones: ["a", "b"] };

type Program = (app: App, settings: { region: string; zones: string[] }) => Parameters<typeof resource>[0];

/** A plan of one resource, and the answer to where one of its inputs comes from. */
async function causesOf(program: Program, input: Question["input"], part: Question["part"], time = 10_000) {
  const plans: Plan[] = [];
  const replan = async (other: App, chosen: unknown) => {
    const plan = planOf([resource(program(other, chosen as typeof settings))]);
    plans.push(plan);
    return plan;
  };
  const plan = await replan(app, settings);
  const [one] = plan.resources;
  if (!one) throw new Error("no resource");
  const question = { resource: one, input, part };
  const { of, nowhere } = await findCauses(plan, [question], { app, settings, replan }, time);
  return {
    causes: of.get(question)?.map((path) => path.join(".")),
    nowhere: nowhere.has(question),
    plans: plans.length - 1,
  };
}

const memory = (from: App) => from.services.api?.memory ?? 0;

describe("where an input comes from", () => {
  it("is one key of the part", async () => {
    const { causes } = await causesOf(
      (from) => ({ type: "a:b:C", name: "api", inputs: { limits: { memory: `${memory(from)}Mi` } } }),
      ["limits", "memory"],
      ["services", "api"],
    );
    expect(causes).toEqual(["app.services.api.memory"]);
  });

  it("is one variable among others", async () => {
    const { causes } = await causesOf(
      (from) => ({
        type: "a:b:C",
        name: "api",
        inputs: { envs: Object.values(from.services.api?.env ?? {}) },
      }),
      ["envs", 1],
      ["services", "api"],
    );
    expect(causes).toEqual(["app.services.api.env.SIZE"]);
  });

  it("is several keys together", async () => {
    const { causes } = await causesOf(
      (from) => {
        const db = from.data.db as ReturnType<typeof makePostgres>;
        return { type: "a:b:C", name: "db", inputs: { tier: `custom-${db.cpu}-${db.memory}` } };
      },
      ["tier"],
      ["data", "db"],
    );
    expect(causes).toEqual(["app.data.db.cpu", "app.data.db.memory"]);
  });

  it("is a key outside of the part, or a setting of the target", async () => {
    const program: Program = (from, { region, zones }) => ({
      type: "a:b:C",
      name: "api",
      inputs: { host: from.edge.domain, zone: `${region}-${zones[1]}` },
    });
    expect((await causesOf(program, ["host"], ["services", "api"])).causes).toEqual(["app.edge.domain"]);
    expect((await causesOf(program, ["zone"], ["services", "api"])).causes).toEqual([
      "settings.region",
      "settings.zones.1",
    ]);
  });

  it("is found inside a secret, and when the resource's name changes with it", async () => {
    const { causes } = await causesOf(
      (from) => ({ type: "a:b:C", name: `api-${memory(from)}`, inputs: { size: hide(memory(from)) } }),
      ["size"],
      ["services", "api"],
    );
    expect(causes).toEqual(["app.services.api.memory"]);
  });

  it("is found around an input that is missing", async () => {
    const { causes } = await causesOf(
      (from) => ({
        type: "a:b:C",
        name: "api",
        inputs: { ports: [{ external: from.services.web?.port ?? 0 }] },
      }),
      ["ports", 0, "internal"],
      ["services", "web"],
    );
    expect(causes).toEqual(["app.services.web.port"]);
  });

  it("is nowhere when the program always writes the same", async () => {
    const constant: Program = () => ({ type: "a:b:C", name: "api", inputs: { mode: "weird" } });
    expect(await causesOf(constant, ["mode"], ["services", "api"])).toEqual({
      causes: undefined,
      nowhere: true,
      plans: 2,
    });
  });

  it("is not looked for where the input is not there at all", async () => {
    const nothing: Program = () => ({ type: "a:b:C", name: "api" });
    expect(await causesOf(nothing, ["image"], ["services", "api"])).toEqual({
      causes: undefined,
      nowhere: false,
      plans: 0,
    });
  });

  it("is found although the program lives with some values only", async () => {
    const { causes } = await causesOf(
      (from) => {
        if (from.services.api?.rollout.strategy !== "blue-green") throw new Error("no such strategy");
        return { type: "a:b:C", name: "api", inputs: { memory: memory(from) } };
      },
      ["memory"],
      ["services", "api"],
    );
    expect(causes).toEqual(["app.services.api.memory"]);
  });

  it("takes a few plans, not one per key", async () => {
    const { plans } = await causesOf(
      (from) => ({ type: "a:b:C", name: "api", inputs: { memory: memory(from) } }),
      ["memory"],
      ["services", "api"],
    );
    expect(plans).toBeLessThanOrEqual(10);
  });

  it("is asked for several parts at once, and nowhere for most of them", async () => {
    const names = ["api", "web"];
    let plans = 0;
    const replan = async (from: App) => {
      plans++;
      return planOf(
        names.map((name) => resource({ type: "a:b:C", name, inputs: { cpu: from.services.api?.cpu ?? 0 } })),
      );
    };
    const plan = await replan(app);
    const questions = plan.resources.map((one) => ({
      resource: one,
      input: ["cpu"],
      part: ["services", one.name],
    }));
    plans = 0;
    const { of } = await findCauses(plan, questions, { app, settings, replan }, 10_000);
    expect(questions.map((one) => of.get(one))).toEqual([
      [["app", "services", "api", "cpu"]],
      [["app", "services", "api", "cpu"]],
    ]);
    expect(plans).toBeLessThanOrEqual(24);
  });

  it("is given up after a time, and that is said", async () => {
    const late = await causesOf(
      (from) => ({ type: "a:b:C", name: "api", inputs: { memory: memory(from) } }),
      ["memory"],
      ["services", "api"],
      -1,
    );
    expect(late).toEqual({ causes: undefined, nowhere: false, plans: 0 });
  });
});
