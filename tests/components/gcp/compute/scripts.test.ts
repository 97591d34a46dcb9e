/** The scripts of an instance, run for real: against a server that stands in for Google's, and with programs that say
 * what they were called with in place of docker and iptables.
 */
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Boot } from "../../../../components/gcp/compute/boot.ts";
import { cloudInit } from "../../../../components/gcp/compute/cloud-init.ts";
import { cores, mebibytes, seconds } from "../../../../src/config/units.ts";
import { IMAGE, readUserData } from "./fixture.ts";

const run = promisify(execFile);

const boot = (changes: Partial<Boot> = {}): Boot => ({
  image: IMAGE,
  env: {},
  secrets: {},
  secretsAs: "files",
  ports: [8080],
  cpu: cores(0.5),
  memory: mebibytes(512),
  scratch: { "/tmp": mebibytes(64) },
  mounts: [],
  stopGrace: seconds(30),
  gpus: 0,
  mounter: "gke.gcr.io/mounter:1",
  ...changes,
});

const EVERYTHING = boot({
  command: ["serve", "it's"],
  secrets: { KEY: "projects/acme-prod/secrets/key/versions/3" },
  mounts: [
    { type: "nfs", source: "10.10.0.2:/index", path: "/vectors/index", readOnly: true, options: [] },
    {
      type: "bucket",
      source: "shop-media",
      path: "/media",
      readOnly: false,
      options: ["file-mode=666"],
    },
  ],
  gpus: 1,
  gate: { port: 8080, path: "/health/ready" },
  collector: {
    image: "us-docker.pkg.dev/acme/otelcol:1",
    job: "api",
    port: 9092,
    path: "/metrics",
    every: seconds(15),
    labels: { app: "shop", environment: "dev", kind: "web" },
    namespace: "shop-dev",
  },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atelier-instance-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A script of the instance, with its addresses and folders moved here. */
function scriptOf(name: string, what: Boot, google = "http://127.0.0.1:1"): string {
  const { content } = readUserData(cloudInit(what)).files[`/etc/atelier/${name}`] ?? { content: "" };
  const path = join(folder, name);
  writeFileSync(
    path,
    content
      .replaceAll("http://metadata.google.internal", google)
      .replaceAll("https://secretmanager.googleapis.com", google)
      .replaceAll("/run/atelier", join(folder, "run"))
      .replaceAll("--retry 5", "--retry 0"),
  );
  return path;
}

/** Puts a program of that name before all others. */
function program(name: string, body: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  const path = join(folder, "bin", name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

const sh = (script: string, ...args: string[]) =>
  run("sh", [script, ...args], {
    env: { PATH: `${join(folder, "bin")}:${process.env.PATH}`, CALLS: join(folder, "calls") },
    timeout: 20_000,
  });

/** What a program was called with, one list per call. */
const calls = (): string[][] =>
  readFileSync(join(folder, "calls"), "utf8")
    .split("\u0001\n")
    .filter((call) => call !== "")
    .map((call) => call.split("\u0002").slice(0, -1));

const RECORD = `{ printf '%s\\002' "\${0##*/}" "$@"; printf '\\001\\n'; } >> "$CALLS"`;

describe("every script", () => {
  test.each(["sh", "bash"])("is read by %s without complaint", (shell) => {
    const { files } = readUserData(cloudInit(EVERYTHING));
    const scripts = Object.entries(files).filter(([path]) => path.endsWith(".sh"));
    expect(scripts.map(([path]) => path.replace("/etc/atelier/", ""))).toEqual([
      "pull.sh",
      "user.sh",
      "secrets.sh",
      "run.sh",
      "gpu.sh",
      "gate.sh",
      "collector.sh",
      "mount-1.sh",
    ]);
    for (const [, { content }] of scripts) {
      expect(content.startsWith("#!/bin/sh\nset -eu\n")).toBe(true);
      expect(execFileSync(shell, ["-n"], { input: content, encoding: "utf8", stdio: "pipe" })).toBe("");
    }
  });
});

describe("secrets", () => {
  const PEM = "-----BEGIN KEY-----\nline/+one==\n\n'\"$HOME `id`\\\n-----END KEY-----\n\n";
  const BYTES = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  let google: Server;
  let origin: string;
  let asked: { url: string; headers: Record<string, unknown> }[];
  let answers: Record<string, string>;

  beforeEach(async () => {
    asked = [];
    const payload = (value: Buffer | string, slash = false) => {
      const data = Buffer.from(value).toString("base64");
      const text = JSON.stringify({ name: "versions/3", payload: { data, dataCrc32c: "42" } }, null, 2);
      return slash ? text.replaceAll("/", "\\/").replaceAll("=", "\\u003d").replaceAll("+", "\\u002b") : text;
    };
    answers = {
      "/computeMetadata/v1/instance/service-accounts/default/token":
        '{"access_token":"ya29.t0ken","expires_in":3599,"token_type":"Bearer"}',
      "/v1/projects/p/secrets/pem/versions/3:access": payload(PEM),
      "/v1/projects/p/secrets/escaped/versions/1:access": payload(PEM, true),
      "/v1/projects/p/secrets/bytes/versions/1:access": payload(BYTES),
      "/v1/projects/p/secrets/large/versions/1:access": payload("x".repeat(65_536)),
    };
    google = createServer((request, response) => {
      asked.push({ url: request.url ?? "", headers: request.headers });
      const answer = answers[request.url ?? ""];
      response.statusCode = answer === undefined ? 403 : 200;
      response.end(answer ?? '{"error":{"code":403}}');
    });
    await new Promise<void>((resolve) => google.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(google.address() as AddressInfo).port}`;
    mkdirSync(join(folder, "run"));
    writeFileSync(join(folder, "run/owner"), `${process.getuid?.() ?? 0}\n`);
  });
  afterEach(() => new Promise((resolve) => google.close(resolve)));

  const fetched = (names: Record<string, string>) => {
    const secrets = Object.fromEntries(
      Object.entries(names).map(([name, version]) => [name, `projects/p/secrets/${version}`]),
    );
    return sh(scriptOf("secrets.sh", boot({ secrets }), origin));
  };

  const stored = (name: string) => readFileSync(join(folder, "run/secrets", name));

  test("CG-08: arrive byte for byte, whatever is in them", async () => {
    await fetched({
      PEM: "pem/versions/3",
      ESCAPED: "escaped/versions/1",
      BYTES: "bytes/versions/1",
      LARGE: "large/versions/1",
    });
    expect(stored("PEM").toString()).toBe(PEM);
    expect(stored("ESCAPED").toString()).toBe(PEM);
    expect(stored("BYTES").equals(BYTES)).toBe(true);
    expect(stored("LARGE").length).toBe(65_536);
  });

  test("SA-18: are read by version with the instance's own identity", async () => {
    await fetched({ PEM: "pem/versions/3" });
    expect(asked.map(({ url }) => url)).toEqual([
      "/computeMetadata/v1/instance/service-accounts/default/token",
      "/v1/projects/p/secrets/pem/versions/3:access",
    ]);
    expect(asked[0]?.headers).toMatchObject({ "metadata-flavor": "Google" });
    expect(asked[1]?.headers).toMatchObject({ authorization: "Bearer ya29.t0ken" });
  });

  test("are for the container's user alone, in a folder that it may pass", async () => {
    await fetched({ PEM: "pem/versions/3" });
    expect(statSync(join(folder, "run/secrets/PEM")).mode & 0o777).toBe(0o400);
    expect(statSync(join(folder, "run/secrets/PEM")).uid).toBe(process.getuid?.());
    expect(statSync(join(folder, "run/secrets")).mode & 0o777).toBe(0o755);
  });

  test("one that may not be read keeps the service from starting, and no token is printed", async () => {
    const failure = await fetched({ PEM: "pem/versions/3", OTHER: "other/versions/1" }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failure).toMatchObject({ code: 22, stdout: "" });
    expect(failure.stderr).toMatch(/403/);
    expect(failure.stderr).not.toContain("ya29");
    expect(existsSync(join(folder, "run/secrets/OTHER"))).toBe(false);
  });

  test("without a token nothing is asked", async () => {
    delete answers["/computeMetadata/v1/instance/service-accounts/default/token"];
    await expect(fetched({ PEM: "pem/versions/3" })).rejects.toMatchObject({ code: 1 });
    expect(asked).toHaveLength(1);
  });

  test("images are pulled with the token, which no program has among its arguments", async () => {
    program(
      "docker",
      `${RECORD}\ncase "$1 $2" in 'image inspect') exit 1 ;; login*) cat > "$CALLS.password" ;; esac`,
    );
    await sh(scriptOf("pull.sh", boot(), origin), IMAGE, "docker.io/library/redis:7");
    expect(calls().map((call) => call.slice(1).join(" "))).toEqual([
      `image inspect ${IMAGE}`,
      "login --username oauth2accesstoken --password-stdin https://us-central1-docker.pkg.dev",
      `pull --quiet ${IMAGE}`,
      "image inspect docker.io/library/redis:7",
      "pull --quiet docker.io/library/redis:7",
      "network inspect atelier",
    ]);
    expect(readFileSync(join(folder, "calls.password"), "utf8")).toBe("ya29.t0ken");
  });
});

describe("the container's user", () => {
  const userOf = async (inImage: string, changes: Partial<Boot> = {}) => {
    writeFileSync(
      join(folder, "passwd"),
      "root:x:0:0::/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n",
    );
    mkdirSync(join(folder, "etc"), { recursive: true });
    program(
      "docker",
      `case "$1 $2" in
  'image inspect') echo '${inImage}' ;;
  create*) echo c0ffee ;;
  cp*) tar -cf - -C '${folder}' passwd ;;
esac`,
    );
    await sh(scriptOf("user.sh", boot(changes)));
    const read = (name: string) => readFileSync(join(folder, "run", name), "utf8").trim();
    return [read("user"), read("owner")];
  };

  test.each([
    ["", "10001:10001", "10001"],
    ["root", "10001:10001", "10001"],
    ["0:0", "10001:10001", "10001"],
    ["1234", "1234", "1234"],
    ["1234:99", "1234:99", "1234"],
    ["node", "node", "1000"],
  ])("of an image that says %j is %s, and its secrets are %s's", async (inImage, user, owner) => {
    expect(await userOf(inImage)).toEqual([user, owner]);
  });

  test("is the app's where that says one", async () => {
    expect(await userOf("node", { user: "2000:2000" })).toEqual(["2000:2000", "2000"]);
  });

  test("that the image does not have ends the start", async () => {
    await expect(userOf("nobody-here")).rejects.toMatchObject({
      stderr: "The image has no user nobody-here.\n",
    });
  });
});

describe("the container", () => {
  const started = async (changes: Partial<Boot>) => {
    mkdirSync(join(folder, "run/secrets"), { recursive: true });
    writeFileSync(join(folder, "run/user"), "10001:10001\n");
    writeFileSync(join(folder, "run/secrets/KEY"), "two\nlines\n\n");
    program(
      "docker",
      `${RECORD}\n[ "$1" = create ] && printf %s "\${KEY-}" > "$CALLS.key"\n[ "$1 $2" != 'volume inspect' ]`,
    );
    program("iptables", `${RECORD}\ncase "$*" in *-C*) exit 1 ;; esac`);
    await sh(scriptOf("run.sh", boot(changes)));
    const all = calls();
    return { all, create: all.find(([name, verb]) => name === "docker" && verb === "create") ?? [] };
  };

  test("is hardened and limited, and gets its values as they are", async () => {
    const value = 'it\'s "two"\nlines $HOME `id` \\';
    const { create } = await started({ env: { TEXT: value, A: "1" }, command: ["serve", "it's"] });
    expect(create).toEqual([
      ...["docker", "create", "--name", "service", "--user", "10001:10001", "--read-only"],
      ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "atelier"],
      ...["--publish", "8080:8080", "--cpus", "0.5", "--memory", "536870912", "--memory-swap", "536870912"],
      ...["--stop-timeout", "30", "--log-driver", "json-file", "--log-opt", "max-size=50m"],
      ...["--log-opt", "max-file=3", "--tmpfs", "/tmp:rw,nosuid,nodev,mode=1777,size=64m"],
      ...["--env", "A=1", "--env", `TEXT=${value}`, IMAGE, "serve", "it's"],
    ]);
  });

  test("finds its secrets as files that variables name", async () => {
    const { create } = await started({ secrets: { KEY: "projects/p/secrets/key/versions/1" } });
    expect(create).toContain(`type=bind,source=${folder}/run/secrets,target=/run/secrets,readonly`);
    expect(create).toContain("KEY_FILE=/run/secrets/KEY");
    expect(readFileSync(join(folder, "calls.key"), "utf8")).toBe("");
  });

  test("gets them as variables where it asks for that, with every line and in no argument", async () => {
    const { create } = await started({
      secrets: { KEY: "projects/p/secrets/key/versions/1" },
      secretsAs: "environment",
    });
    expect(create.join(" ")).not.toMatch(/lines|KEY=|KEY_FILE|run\/secrets/);
    expect(create.slice(create.indexOf("KEY") - 1, create.indexOf("KEY") + 1)).toEqual(["--env", "KEY"]);
    expect(readFileSync(join(folder, "calls.key"), "utf8")).toBe("two\nlines\n\n");
  });

  test("sees a share that the kernel mounts, because the system has no mount.nfs", async () => {
    const { all, create } = await started({
      mounts: [
        { type: "nfs", source: "10.10.0.2:/index", path: "/vectors/index", readOnly: true, options: [] },
      ],
    });
    expect(all).toContainEqual([
      ...["docker", "volume", "create", "--opt", "type=nfs", "--opt"],
      ...["o=addr=10.10.0.2,nfsvers=3,nolock,hard,ro", "--opt", "device=:/index", "mount-0"],
    ]);
    expect(create).toContain("type=volume,source=mount-0,target=/vectors/index,readonly");
  });

  test("gets gpus by device and library: Docker there knows neither --gpus nor a runtime for them", async () => {
    const { create } = await started({ gpus: 2 });
    const text = create.join(" ");
    expect(text).toContain(
      "--device /dev/nvidia0 --device /dev/nvidia1 --device /dev/nvidiactl --device /dev/nvidia-uvm",
    );
    expect(text).toContain("--volume /var/lib/nvidia/lib64:/usr/local/nvidia/lib64:ro");
    expect(text).toContain("--env LD_LIBRARY_PATH=/usr/local/nvidia/lib64 --shm-size 134217728");
    expect(text).not.toMatch(/--gpus|--runtime/);
  });

  test("is closed to the world before it starts, where readiness is asked apart, and only the first time", async () => {
    const gate = { port: 8080, path: "/ready" };
    const { all } = await started({ gate });
    const names = all.map((call) => call.join(" "));
    const rule = "DOCKER-USER -o atelier0 ! -i atelier0 -p tcp --dport 8080 -j DROP";
    expect(names).toContain(`iptables -w -I ${rule}`);
    expect(names.indexOf(`iptables -w -I ${rule}`)).toBeLessThan(
      names.indexOf("docker start --attach service"),
    );
    rmSync(join(folder, "calls"));
    writeFileSync(join(folder, "run/ready"), "");
    const again = await started({ gate });
    expect(again.all.filter(([name]) => name === "iptables")).toEqual([]);
  });
});

test("the port opens when readiness passed once, not before", async () => {
  mkdirSync(join(folder, "run"));
  let times = 0;
  const service = createServer((request, response) => {
    times += 1;
    response.statusCode = request.url === "/ready" && times > 1 ? 200 : 503;
    response.end();
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const { port } = service.address() as AddressInfo;
  program("docker", "echo 127.0.0.1");
  program("iptables", RECORD);
  await sh(scriptOf("gate.sh", boot({ gate: { port, path: "/ready" } })));
  await new Promise((resolve) => service.close(resolve));
  expect(times).toBe(2);
  expect(existsSync(join(folder, "run/ready"))).toBe(true);
  expect(calls().map((call) => call.join(" "))).toEqual([
    `iptables -w -D DOCKER-USER -o atelier0 ! -i atelier0 -p tcp --dport ${port} -j DROP`,
  ]);
});

test("a bucket is mounted by Google's own gcsfuse, for the container's user", async () => {
  mkdirSync(join(folder, "run"));
  writeFileSync(join(folder, "run/owner"), "10001\n");
  program("docker", RECORD);
  await sh(scriptOf("mount-1.sh", EVERYTHING));
  const mounted = calls().at(-1)?.join(" ");
  expect(mounted).toContain(
    "--entrypoint /gcsfuse gke.gcr.io/mounter:1 --foreground --uid 10001 --gid 10001",
  );
  expect(mounted).toContain("--implicit-dirs -o allow_other --file-mode=666 shop-media");
  expect(mounted).toContain("bind-propagation=rshared");
});
