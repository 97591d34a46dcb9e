import { describe, expect, it } from "vitest";
import type { App } from "../../src/config/model.ts";
import { describeTopology } from "../../src/graph/describe.ts";
import type { Connection, Topology } from "../../src/graph/model.ts";
import { topologyOf } from "../../src/graph/topology.ts";
import { makeApp, makeBucket, makePostgres, makeService, makeWeb } from "../helpers/app.ts";
import { EXAMPLES, example, planOf } from "./apps.ts";

const route = (to: App["routes"][string]["to"]): App["routes"][string] => ({
  to,
  strip: false,
  rateLimit: { paths: {} },
  bodyLimit: 0 as App["routes"][string]["bodyLimit"],
});

const wires = ({ connections }: Topology) =>
  connections.map(({ from, to, kind, label }) => `${from} -${kind}-> ${to}${label && ` ${label}`}`);

const node = (topology: Topology, id: string) => {
  const found = topology.nodes.find((each) => each.id === id);
  if (!found)
    throw new Error(`${id} is not there; there are: ${topology.nodes.map((each) => each.id).join(", ")}`);
  return found;
};

describe("connections", () => {
  it("are those of FlashFit, each once", () => {
    expect(wires(topologyOf(example("flashfit-ai")))).toEqual([
      "edge -login-> monitoring /grafana, /prometheus",
      "edge -login-> service api /metrics",
      "edge -request-> service api /api",
      "edge -request-> service frontend /app",
      "operators -login-> edge log in",
      "service api -write-> data cache",
      "service api -write-> data db",
      "service api -read-> data index",
      "service api -write-> data media",
      "service api -egress-> host api.openai.com",
      "service api -call-> service encoder",
      "service first-index -read-> data db",
      "service first-index -write-> data index",
      "service first-index -after-> service api",
      "service first-index -call-> service encoder",
      "service frontend -call-> service api",
      "service reindex -read-> data db",
      "service reindex -write-> data index",
      "service reindex -call-> service encoder",
      "users -request-> edge HTTPS",
    ]);
  });

  it("lead from and to nodes that are there", () => {
    for (const name of EXAMPLES) {
      const { nodes, connections } = topologyOf(example(name));
      const ids = new Set(nodes.map(({ id }) => id));
      const loose = connections.filter(({ from, to }) => !ids.has(from) || !ids.has(to));
      expect(loose, name).toEqual([]);
      expect(ids.size, name).toBe(nodes.length);
    }
  });

  it("say where users come in only when something is routed", () => {
    const topology = topologyOf(makeApp({ services: { api: makeWeb() } }));
    expect(wires(topology)).toEqual([]);
    expect(topology.nodes.map(({ id }) => id)).toEqual(["edge", "monitoring", "service api"]);
  });

  it("lead to a routed bucket, and leave a redirect on the edge", () => {
    const topology = topologyOf(
      makeApp({
        data: { media: makeBucket() },
        routes: {
          "/media": route({ type: "bucket", bucket: "media" }),
          "/old": route({ type: "redirect", location: "/new", permanent: true }),
        },
      }),
    );
    expect(wires(topology)).toEqual(["edge -request-> data media /media", "users -request-> edge HTTPS"]);
    expect(node(topology, "edge").details).toContain("redirects /old → /new");
  });

  it("name three prefixes and count the others", () => {
    const to = { type: "service", service: "api" } as const;
    const routes = Object.fromEntries(["/a", "/b", "/c", "/d", "/e"].map((prefix) => [prefix, route(to)]));
    const topology = topologyOf(makeApp({ services: { api: makeWeb() }, routes }));
    expect(topology.connections.find(({ from }) => from === "edge")?.label).toMatch(/^\/., \/., \/. \+2$/);
  });

  it("join services that call one host at one node", () => {
    const services = {
      a: makeService({ egress: ["api.example.com"] }),
      b: makeService({ egress: ["api.example.com", "db.example.com:5432"] }),
    };
    const { nodes, connections } = topologyOf(makeApp({ services }));
    expect(nodes.filter(({ zone }) => zone === "external").map(({ name, what }) => [name, what])).toEqual([
      ["api.example.com", "outside, HTTPS"],
      ["db.example.com:5432", "outside"],
    ]);
    expect(connections.filter(({ kind }) => kind === "egress")).toHaveLength(3);
  });

  it("do not depend on the order in which app.yaml is written", () => {
    const app = example("flashfit-ai");
    const reversed = (record: object) => Object.fromEntries(Object.entries(record).reverse());
    const turned: App = {
      ...app,
      services: reversed(app.services),
      data: reversed(app.data),
      routes: reversed(app.routes),
    };
    expect(topologyOf(turned)).toEqual(topologyOf(app));
  });
});

describe("nodes", () => {
  it("say how big a service is and how it answers", () => {
    const api = node(topologyOf(example("flashfit-ai")), "service api");
    expect(api).toMatchObject({ zone: "private", what: "web service, port 8080", forms: [] });
    expect(api.details).toEqual(["3–6 × 2 CPU, 2 GiB", "streams events"]);
  });

  it("say when a scheduled job runs", () => {
    expect(node(topologyOf(example("flashfit-ai")), "service reindex").details).toContain(
      "at 0 3 * * * (UTC)",
    );
  });

  it("are protected where the app's data is", () => {
    const app = makeApp({ data: { db: makePostgres() }, services: { api: makeWeb() } });
    const isProtected = (id: string, protect: boolean) => node(topologyOf({ ...app, protect }), id).protected;
    expect(isProtected("data db", true)).toBe(true);
    expect(isProtected("data db", false)).toBe(false);
    expect(isProtected("service api", true)).toBe(false);
  });
});

describe("a plan", () => {
  it("says what FlashFit becomes on Cloud Run", async () => {
    const app = example("flashfit-ai");
    const topology = topologyOf(app, await planOf(app, "gcp-cloud-run"));
    expect(node(topology, "service api").forms).toEqual([
      "Cloud Run service",
      expect.stringMatching(/^us-central1 · \d+ resources$/),
    ]);
    expect(node(topology, "service reindex").forms[0]).toBe("Cloud Run job + Cloud Scheduler");
    expect(node(topology, "data db").forms[0]).toMatch(/Cloud SQL, db-/);
    expect(node(topology, "data cache").forms[0]).toBe("Memorystore, STANDARD_HA");
    expect(node(topology, "edge").forms[0]).toContain("HTTPS load balancer");
    expect(node(topology, "data db").protected).toBe(true);
    expect(topology.subtitle).toMatch(
      /^gcp-cloud-run · us-central1 · 5 services · 4 data parts · \d+ resources$/,
    );
  });

  it("counts the containers of one Docker host", async () => {
    const app = example("flashfit-ai");
    const topology = topologyOf(app, await planOf(app, "docker"));
    expect(node(topology, "service encoder").forms).toEqual(["2 × container", "4 resources"]);
    expect(node(topology, "service first-index").forms[0]).toBe("one-off container");
    expect(node(topology, "service reindex").forms[0]).toBe("container on a schedule");
  });

  it("names the machines of an instance group", async () => {
    const app = example("closetgpt");
    const topology = topologyOf(app, await planOf(app, "gcp-compute"));
    expect(node(topology, "service backend").forms[0]).toMatch(
      /^managed instance group \+ \S+ machines$|^\S+ machines \+ managed instance group$/,
    );
    expect(node(topology, "data users").forms[0]).toBe("Identity Platform");
  });

  it("names every region of a service that stands in several", async () => {
    const app = example("ai-shopping-assistant");
    const topology = topologyOf(app, await planOf(app, "gcp-cloud-run"));
    expect(node(topology, "service middleware").forms).toEqual([
      "2 × Cloud Run service",
      expect.stringMatching(/^europe-west1 · us-central1 · \d+ resources$/),
    ]);
  });

  it("adds nothing to who talks to whom", async () => {
    const app = example("closetgpt");
    const planned = topologyOf(app, await planOf(app, "gcp-compute"));
    expect(planned.connections).toEqual(topologyOf(app).connections);
  });
});

describe("the description", () => {
  it("has a sentence for every node and connection", () => {
    const topology = topologyOf(example("flashfit-ai"));
    const lines = describeTopology(topology).split("\n");
    expect(lines).toHaveLength(1 + topology.nodes.length + topology.connections.length);
    expect(lines).toContain("first-index must succeed before the start of api.");
    expect(lines).toContain("api reads index.");
    expect(lines).toContain(
      "flashfit.example leads logged-in operators to Monitoring (/grafana, /prometheus).",
    );
  });

  it("says each kind of connection in other words", () => {
    const kinds: Connection["kind"][] = ["request", "login", "call", "read", "write", "after", "egress"];
    const sentences = kinds.map((kind) =>
      describeTopology({
        title: "",
        subtitle: "",
        nodes: [],
        connections: [{ from: "a", to: "b", kind, label: "" }],
      }),
    );
    expect(new Set(sentences).size).toBe(kinds.length);
  });
});
