/** `uses` is the only wire: what is not linked can't even be resolved. */
import { describe, expect, it } from "vitest";
import { docker } from "../../helpers/docker.ts";
import { type FlashFit, STACK } from "./context.ts";

/** Who may resolve whom, as app.yaml has it; everything else may not. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  frontend: ["api", "frontend"],
  api: ["api", "db", "cache", "media", "encoder", "api-egress"],
  encoder: ["encoder"],
  db: ["db"],
  cache: ["cache"],
  edge: ["frontend", "api", "waf", "edge", "prometheus", "grafana"],
};
const NAMES = [
  "frontend",
  "api",
  "encoder",
  "db",
  "cache",
  "media",
  "edge",
  "waf",
  "prometheus",
  "socket-proxy",
];

export function describeNetwork(flashfit: () => FlashFit): void {
  describe("the network", () => {
    it("lets each part resolve its own links only", async () => {
      // All at once: Docker takes five seconds to say that a name is unknown.
      const seen = await Promise.all(
        Object.keys(LINKS).map(async (from) => [from, await resolvable(flashfit(), from)] as const),
      );
      const allowed = Object.entries(LINKS).map(([from, names]) => [
        from,
        NAMES.filter((name) => names.includes(name)),
      ]);
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(allowed));
    });

    it("has no way out but the allow-list", async () => {
      expect(await reaches(flashfit(), "frontend", "http://198.51.100.1/")).toBe(false);
      const proxy = (await flashfit().inside("api", ["sh", "-c", "echo $HTTPS_PROXY"])).trim();
      const refused = await connectVia(flashfit(), proxy, "example.com:443");
      expect(refused).toContain("403");
      const allowed = await connectVia(flashfit(), proxy, "api.openai.com:443");
      expect(allowed).not.toContain("403 Filtered");
    });

    it("cuts small subnets that touch nobody else's", async () => {
      const { stdout } = await docker(
        "network",
        "ls",
        "--filter",
        `label=atelier.stack=${STACK}`,
        "--format={{.Name}}",
      );
      const names = stdout.split("\n").filter(Boolean);
      const subnets = await docker(
        "network",
        "inspect",
        ...names,
        "--format={{(index .IPAM.Config 0).Subnet}}",
      );
      const all = subnets.stdout.split("\n").filter(Boolean);
      expect(new Set(all).size).toBe(names.length);
      expect(all.every((subnet) => subnet.endsWith("/27"))).toBe(true);
    });
  });
}

const BUSYBOX = "/atelier/bin/busybox";

async function resolvable(flashfit: FlashFit, from: string): Promise<string[]> {
  const found = await Promise.all(NAMES.map((name) => resolves(flashfit, from, name)));
  return NAMES.filter((_, index) => found[index]);
}

function resolves(flashfit: FlashFit, from: string, name: string): Promise<boolean> {
  return flashfit.inside(from, [BUSYBOX, "nslookup", name, "127.0.0.11"]).then(
    (text) => /Address.*: *\d+\.\d+\.\d+\.\d+\s*$/m.test(text.split("Name:")[1] ?? ""),
    () => false,
  );
}

function reaches(flashfit: FlashFit, from: string, url: string): Promise<boolean> {
  return flashfit.inside(from, [BUSYBOX, "wget", "-q", "-T", "3", "-O", "-", url]).then(
    () => true,
    () => false,
  );
}

/** What the forward proxy says to a CONNECT. */
async function connectVia(flashfit: FlashFit, proxy: string, target: string): Promise<string> {
  const { hostname, port } = new URL(proxy);
  const line = `CONNECT ${target} HTTP/1.1\\r\\nHost: ${target}\\r\\n\\r\\n`;
  return flashfit.inside("api", [
    "sh",
    "-c",
    `printf '${line}' | ${BUSYBOX} nc -w 5 ${hostname} ${port} || true`,
  ]);
}
