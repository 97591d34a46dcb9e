/** Containers, networks and images on a Docker host: a good one of each, and for each rule what breaks it alone. */
import type { Break, Fixture } from "./fixtures.ts";

const CONTAINER = "docker:index/container:Container";
const IMAGE = "docker:index/remoteImage:RemoteImage";

export const GOOD_DOCKER: readonly Fixture[] = [
  {
    type: CONTAINER,
    name: "shop-api",
    inputs: {
      name: "shop-api",
      image: `sha256:${"a".repeat(64)}`,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      readOnly: true,
      user: "10001:10001",
      memory: 512,
      cpus: "1.0",
      ports: [
        { external: 443, internal: 8443, ip: "0.0.0.0" },
        { external: 9090, internal: 9090, ip: "127.0.0.1" },
      ],
      healthcheck: { tests: ["CMD", "true"] },
      networkMode: "bridge",
      networksAdvanced: [{ name: "shop-api" }],
      envs: [
        "LOG_LEVEL=info",
        "DB_PASSWORD_FILE=/run/secrets/DB_PASSWORD",
        "USERS_ISSUER=a",
        "USERS_API_KEY=local",
      ],
      logOpts: { "max-size": "10m" },
      restart: "unless-stopped",
      volumes: [
        { containerPath: "/host", hostPath: "/", readOnly: true },
        { containerPath: "/data", volumeName: "shop-db" },
      ],
      labels: [{ label: "atelier.name", value: "api" }],
    },
  },
  { type: IMAGE, name: "redis", inputs: { name: `redis:7.4.5@sha256:${"b".repeat(64)}` } },
  { type: "docker:index/network:Network", inputs: { name: "shop-api", internal: true } },
];

const of = (rule: string, change: NonNullable<Break["change"]>, says: string): Break => ({
  rule,
  type: CONTAINER,
  change,
  says,
});

export const BROKEN_DOCKER: readonly Break[] = [
  of(
    "docker-socket",
    { "volumes.0": { hostPath: "/var/run/docker.sock", containerPath: "/s", readOnly: true } },
    "/var/run/docker.sock is mounted",
  ),
  of("docker-privileged", { privileged: true }, "privileged is true"),
  of("docker-capabilities", { "capabilities.drops": ["NET_RAW"] }, 'capabilities.drops is ["NET_RAW"]'),
  of(
    "docker-capabilities",
    { "capabilities.adds": ["CAP_SYS_ADMIN"] },
    "capabilities.adds has CAP_SYS_ADMIN",
  ),
  of("docker-new-privileges", { securityOpts: undefined }, "securityOpts has no no-new-privileges:true"),
  of("docker-unconfined", { "securityOpts.1": "seccomp=unconfined" }, "securityOpts has seccomp=unconfined"),
  of("docker-read-only", { readOnly: false }, "readOnly is false; allowed: true"),
  of("docker-root", { user: "0:0" }, "user is 0:0"),
  of("docker-host-namespaces", { pidMode: "host" }, "pidMode is host"),
  of("docker-host-folders", { "volumes.0.readOnly": false }, "/ is mounted and can be written to"),
  of("docker-devices", { devices: [{ hostPath: "/dev/mem" }] }, "devices has /dev/mem"),
  of("docker-limits", { memory: undefined }, "memory is not set"),
  of("docker-limits", { cpus: undefined }, "cpus is not set"),
  of("docker-published-ports", { "ports.1.ip": "0.0.0.0" }, "port 9090 is published on 0.0.0.0:9090"),
  of(
    "docker-default-network",
    { networksAdvanced: [] },
    "networksAdvanced is not set: it is on the host's default bridge",
  ),
  of(
    "docker-secret-env",
    { "envs.0": "JWT_SECRET=not for everybody" },
    "envs: JWT_SECRET is named like a secret",
  ),
  of("docker-log-size", { logOpts: undefined }, "logOpts.max-size is not set"),
  of("docker-restart", { restart: "no" }, "restart is no; allowed: unless-stopped, always, on-failure"),
  of("docker-health", { healthcheck: undefined }, "healthcheck is not set"),
  of("docker-image-tag", { image: "redis" }, "redis is whatever was pushed last"),
  {
    rule: "docker-image-tag",
    type: IMAGE,
    change: { name: "redis:latest" },
    says: "redis:latest is whatever was pushed last",
  },
  {
    rule: "docker-image-digest",
    type: IMAGE,
    change: { name: "redis:7.4.5" },
    says: "redis:7.4.5 is named by a tag, which can be moved",
  },
];
