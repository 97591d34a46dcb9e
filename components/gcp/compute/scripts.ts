/** The shell scripts of an instance. Container-Optimized OS has sh, curl, sed, base64 and docker; nothing is installed.
 *
 * They are run as `sh script`: most folders of that system do not allow programs.
 */
import { inMebibytes, inSeconds } from "../../../src/config/units.ts";
import {
  type Boot,
  type BootMount,
  BRIDGE,
  CONTAINER,
  ETC,
  mountPoint,
  NETWORK,
  quote,
  RUN,
  SECRETS,
  SECRETS_IN_CONTAINER,
} from "./boot.ts";

const METADATA = "http://metadata.google.internal/computeMetadata/v1/instance";
const SECRET_MANAGER = "https://secretmanager.googleapis.com/v1";
/** Whoever runs an image that names nobody, or root. */
const NOBODY = "10001:10001";
/** Google's networks carry 1460 bytes, Docker's own would try 1500. */
const MTU = 1460;

const CURL = "curl --silent --show-error --fail --retry 5 --retry-connrefused --max-time 30";

/** Sets `token` to an access token of the instance's own identity. */
const TOKEN = `token=$(${CURL} --header 'Metadata-Flavor: Google' ${METADATA}/service-accounts/default/token |
  sed -n 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p')
[ -n "$token" ] || { echo 'The metadata server gave no token.' >&2; exit 1; }`;

const script = (...parts: readonly string[]) => `#!/bin/sh\nset -eu\n${parts.join("\n")}\n`;

/** Pulls the images that it is given, with the instance's own identity where the registry is Google's. */
export const pullScript = (): string =>
  script(
    TOKEN,
    `for image in "$@"; do
  docker image inspect "$image" > /dev/null 2>&1 && continue
  registry=\${image%%/*}
  case "$registry" in
    *-docker.pkg.dev | gcr.io | *.gcr.io)
      printf %s "$token" | docker login --username oauth2accesstoken --password-stdin "https://$registry"
      ;;
  esac
  docker pull --quiet "$image"
done`,
    `docker network inspect ${NETWORK} > /dev/null 2>&1 ||
  docker network create --opt com.docker.network.driver.mtu=${MTU} --opt com.docker.network.bridge.name=${BRIDGE} ${NETWORK} > /dev/null`,
  );

/** Writes down who runs the container and whom its secrets belong to: files `user` and `owner`. */
export function userScript({ image, user }: Boot): string {
  return script(
    `image=${quote(image)}`,
    user
      ? `user=${quote(user)}`
      : `user=$(docker image inspect --format '{{.Config.User}}' "$image")
case "$user" in '' | 0 | 0:* | root | root:*) user=${NOBODY} ;; esac`,
    `owner=\${user%%:*}
case "$owner" in
  *[!0-9]*)
    container=$(docker create --network none "$image" true)
    owner=$(docker cp "$container:/etc/passwd" - | tar -xOf - | sed -n "s/^$owner:[^:]*:\\([0-9]*\\):.*/\\1/p")
    docker rm "$container" > /dev/null
    ;;
esac
[ -n "$owner" ] || { echo "The image has no user $user." >&2; exit 1; }
mkdir -p ${RUN}
printf '%s\\n' "$user" > ${RUN}/user
printf '%s\\n' "$owner" > ${RUN}/owner`,
  );
}

/** Reads every secret with the instance's own identity, into memory, for the container's user alone. A value may have
 * any number of lines and any bytes; it is never an argument of a program.
 */
export function secretsScript({ secrets }: Boot): string {
  const entries = Object.entries(secrets);
  return script(
    "umask 077",
    `folder=${SECRETS}`,
    'mkdir -p "$folder"',
    'chmod 755 "$folder"',
    ...(entries.length > 0
      ? [
          `owner=$(cat ${RUN}/owner)`,
          TOKEN,
          `fetch() {
  answer=$(printf 'header = "Authorization: Bearer %s"\\n' "$token" |
    ${CURL} --config - "${SECRET_MANAGER}/$2:access")
  data=$(printf %s "$answer" | tr -d '\\n' | sed -n 's/.*"data" *: *"\\([^"]*\\)".*/\\1/p' |
    sed -e 's/\\\\u003d/=/g' -e 's/\\\\u002[bB]/+/g' -e 's/\\\\\\//\\//g')
  [ -n "$data" ] || { echo "$2 is empty." >&2; exit 1; }
  printf %s "$data" | base64 -d > "$folder/$1.new"
  chown "$owner" "$folder/$1.new"
  chmod 400 "$folder/$1.new"
  mv -f "$folder/$1.new" "$folder/$1"
}`,
          ...entries.map(([name, reference]) => `fetch ${quote(name)} ${quote(reference)}`),
        ]
      : []),
  );
}

/** Starts the container and stays with it. Its output goes to Docker's log files, which the logging agent reads. */
export function runScript(boot: Boot): string {
  const { image, command = [], mounts } = boot;
  return script(
    `user=$(cat ${RUN}/user)`,
    `docker rm --force ${CONTAINER} > /dev/null 2>&1 || true`,
    ...mounts.flatMap(({ type, source, readOnly }, index) =>
      type === "nfs" ? [volume(index, source, readOnly)] : [waitForMount(index)],
    ),
    ...(boot.secretsAs === "environment" ? Object.keys(boot.secrets).map(exported) : []),
    `docker create --name ${CONTAINER} \\\n  ${[...flags(boot), quote(image), ...command.map(quote)].join(" \\\n  ")} > /dev/null`,
    ...(boot.gate ? [closed(boot.gate.port)] : []),
    `exec docker start --attach ${CONTAINER} > /dev/null 2>&1`,
  );
}

/** Keeps everybody outside away from the port. The machine itself does not pass through this chain. */
const rule = (port: number) => `DOCKER-USER -o ${BRIDGE} ! -i ${BRIDGE} -p tcp --dport ${port} -j DROP`;

const closed = (port: number) =>
  `[ -e ${RUN}/ready ] || iptables -w -C ${rule(port)} 2> /dev/null || iptables -w -I ${rule(port)}`;

/** Opens the port once the container was ready for the first time. A group takes an instance whose liveness check
 * passes for a good one and lets an old one go: one that lives but never gets ready would end with nobody serving.
 */
export function gateScript({ port, path }: { readonly port: number; readonly path: string }): string {
  return script(
    `[ -e ${RUN}/ready ] && exit 0
while :; do
  address=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${CONTAINER} 2> /dev/null || true)
  [ -n "$address" ] && curl --silent --fail --max-time 5 --output /dev/null "http://$address:${port}"${quote(path)} && break
  sleep 1
done
iptables -w -D ${rule(port)}
: > ${RUN}/ready`,
  );
}

/** Reads a value with its last line breaks, which \`$(…)\` alone would drop. */
const exported = (name: string) =>
  `${name}=$(cat ${SECRETS}/${name}; echo .)\nexport ${name}="\${${name}%.}"`;

/** The kernel mounts the share itself: the system has no mount.nfs. */
function volume(index: number, source: string, readOnly: boolean): string {
  const [address = "", share = ""] = splitShare(source);
  const options = [`addr=${address}`, "nfsvers=3", "nolock", "hard", readOnly ? "ro" : "rw"].join(",");
  const name = `mount-${index}`;
  return `docker volume inspect ${name} > /dev/null 2>&1 ||
  docker volume create --opt type=nfs --opt ${quote(`o=${options}`)} --opt ${quote(`device=:${share}`)} ${name} > /dev/null`;
}

function splitShare(source: string): [address: string, share: string] {
  const at = source.indexOf(":");
  return [source.slice(0, at), source.slice(at + 1)];
}

const waitForMount = (index: number) => `for _ in $(seq 60); do
  mountpoint -q ${mountPoint(index)} && break
  sleep 1
done
mountpoint -q ${mountPoint(index)}`;

function flags(boot: Boot): string[] {
  const { env, secrets, secretsAs, ports, cpu, memory, scratch, mounts, stopGrace } = boot;
  const names = Object.keys(secrets);
  const files = secretsAs === "files";
  const variables = { ...env, ...(files && Object.fromEntries(names.map(fileVariable))) };
  return [
    '--user "$user"',
    "--read-only",
    "--cap-drop ALL",
    "--security-opt no-new-privileges",
    `--network ${NETWORK}`,
    ...ports.map((port) => `--publish ${port}:${port}`),
    `--cpus ${cpu}`,
    `--memory ${memory}`,
    `--memory-swap ${memory}`,
    `--stop-timeout ${Math.ceil(inSeconds(stopGrace))}`,
    "--log-driver json-file --log-opt max-size=50m --log-opt max-file=3",
    ...Object.entries(scratch).map(
      ([path, size]) => `--tmpfs ${quote(`${path}:rw,nosuid,nodev,mode=1777,size=${inMebibytes(size)}m`)}`,
    ),
    ...(files && names.length > 0
      ? [`--mount type=bind,source=${SECRETS},target=${SECRETS_IN_CONTAINER},readonly`]
      : []),
    ...mounts.map((mount, index) => mountFlag(mount, index)),
    ...gpuFlags(boot),
    ...Object.entries(variables)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `--env ${quote(`${name}=${value}`)}`),
    ...(files ? [] : names.map((name) => `--env ${quote(name)}`)),
  ];
}

const fileVariable = (name: string) => [`${name}_FILE`, `${SECRETS_IN_CONTAINER}/${name}`] as const;

function mountFlag({ type, path, readOnly }: Boot["mounts"][number], index: number): string {
  const source =
    type === "nfs"
      ? `type=volume,source=mount-${index}`
      : `type=bind,source=${mountPoint(index)},bind-propagation=rslave`;
  return `--mount ${quote(`${source},target=${path}${readOnly ? ",readonly" : ""}`)}`;
}

/** Docker knows neither \`--gpus\` nor an nvidia runtime there: devices and libraries are handed in by name. */
function gpuFlags({ gpus, memory }: Boot): string[] {
  if (gpus === 0) return [];
  const devices = [
    ...Array.from({ length: gpus }, (_, index) => `nvidia${index}`),
    "nvidiactl",
    "nvidia-uvm",
  ];
  return [
    ...devices.map((device) => `--device /dev/${device}`),
    "--volume /var/lib/nvidia/lib64:/usr/local/nvidia/lib64:ro",
    "--volume /var/lib/nvidia/bin:/usr/local/nvidia/bin:ro",
    "--env LD_LIBRARY_PATH=/usr/local/nvidia/lib64",
    // Loaders of training frameworks pass tensors through it; Docker's own 64 MiB end in a bus error.
    `--shm-size ${Math.round(memory / 4)}`,
  ];
}

/** The driver that belongs to the running kernel. It is signed, so that Secure Boot takes it. */
export const gpuScript = (): string =>
  script(
    `[ -e ${RUN}/gpu ] && exit 0
cos-extensions install gpu
mountpoint -q /var/lib/nvidia || mount --bind /var/lib/nvidia /var/lib/nvidia
mount -o remount,exec /var/lib/nvidia
/var/lib/nvidia/bin/nvidia-smi
mkdir -p ${RUN}
: > ${RUN}/gpu`,
  );

/** The collector, with the instance's name as value of \`instance\`. */
export function collectorScript(image: string): string {
  return script(
    `instance=$(${CURL} --header 'Metadata-Flavor: Google' ${METADATA}/name)`,
    "docker rm --force collector > /dev/null 2>&1 || true",
    `docker create --name collector --user ${NOBODY} --read-only --cap-drop ALL --security-opt no-new-privileges \\
  --network ${NETWORK} --cpus 0.2 --memory 256m --memory-swap 256m \\
  --log-driver json-file --log-opt max-size=10m --log-opt max-file=2 \\
  --env "INSTANCE=$instance" \\
  --mount type=bind,source=${ETC}/collector.yaml,target=/etc/otelcol-google/config.yaml,readonly \\
  ${quote(image)} --config=/etc/otelcol-google/config.yaml > /dev/null`,
    "exec docker start --attach collector > /dev/null 2>&1",
  );
}

/** Mounts a bucket for the container's user, and stays with it. */
export function mounterScript(
  image: string,
  { source, readOnly, options }: BootMount,
  index: number,
): string {
  const flags = [
    "--implicit-dirs",
    "-o allow_other",
    ...(readOnly ? ["-o ro"] : []),
    ...options.map((option) => quote(`--${option}`)),
  ];
  const point = mountPoint(index);
  return script(
    `owner=$(cat ${RUN}/owner)`,
    `mkdir -p ${point}`,
    `docker rm --force mount-${index} > /dev/null 2>&1 || true`,
    `exec docker run --rm --name mount-${index} --privileged --network ${NETWORK} \\
  --mount type=bind,source=${point},target=${point},bind-propagation=rshared \\
  --log-driver json-file --log-opt max-size=10m --log-opt max-file=2 \\
  --entrypoint /gcsfuse ${quote(image)} \\
  --foreground --uid "$owner" --gid "$owner" ${flags.join(" ")} \\
  ${quote(source)} ${point} > /dev/null 2>&1`,
  );
}
