/** Apps that the bench plans: the shop of ten services that cdk/lib/shop-stack.ts has as well, and rows of any length. */

const image = (name: string) => `us-central1-docker.pkg.dev/acme-prod/shop/${name}:1.0.0`;

const web = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  kind: "web",
  image: image(name),
  port: 8080,
  health: "/health",
  cpu: 1,
  memory: "1Gi",
  secrets: ["JWT_SECRET"],
  env: { LOG_LEVEL: "info" },
  metrics: { port: 9090 },
  scale: { min: 2, max: 6, on: { cpu: "70%" } },
  ...more,
});

/** Ten services, Postgres, Redis, a bucket, two secrets, a door with a firewall, alerts, dashboards and a budget. */
export const shop = {
  name: "shop",
  services: {
    frontend: web("frontend", { uses: ["api"] }),
    api: web("api", {
      uses: {
        db: "write",
        cache: "write",
        catalogue: "read",
        search: "read",
        recommend: "read",
        stylist: "read",
        media: "read",
        orders: "read",
        accounts: "read",
      },
      secrets: ["JWT_SECRET", "OPENAI_API_KEY"],
      egress: ["api.openai.com"],
      scale: { min: 2, max: 10, on: { cpu: "70%" } },
    }),
    catalogue: web("catalogue", { uses: { db: "read", cache: "write" } }),
    search: web("search", { uses: { cache: "write" } }),
    recommend: web("recommend", {
      uses: { cache: "write" },
      secrets: ["JWT_SECRET", "OPENAI_API_KEY"],
      egress: ["api.openai.com"],
    }),
    stylist: web("stylist", { secrets: ["JWT_SECRET", "OPENAI_API_KEY"], egress: ["api.openai.com"] }),
    media: web("media", { uses: { pictures: "write" } }),
    orders: web("orders", { uses: { db: "write" } }),
    accounts: web("accounts", { uses: { db: "write" } }),
    worker: {
      kind: "worker",
      image: image("worker"),
      cpu: 1,
      memory: "1Gi",
      uses: { db: "write", pictures: "write" },
      secrets: ["JWT_SECRET"],
    },
  },
  data: {
    db: { kind: "postgres", version: 16 },
    cache: { kind: "redis" },
    pictures: { kind: "bucket", cdn: true },
  },
  secrets: { OPENAI_API_KEY: "required", JWT_SECRET: { generate: "hex", bytes: 32 } },
  routes: { "/": "frontend", "/api": "api", "/media": { bucket: "pictures" } },
  edge: { domain: "shop.example", waf: "block" },
  budget: { monthly: 900 },
};

/** So many web services, each with a route and each using the one before it. */
export function row(count: number) {
  const name = (index: number) => `service-${index}`;
  const services = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      name(index),
      web("api", { ...(index > 0 && { uses: [name(index - 1)] }) }),
    ]),
  );
  return {
    name: "row",
    services,
    secrets: { JWT_SECRET: { generate: "hex", bytes: 32 } },
    routes: Object.fromEntries(Object.keys(services).map((service) => [`/${service}`, service])),
    edge: { domain: "row.example" },
  };
}
