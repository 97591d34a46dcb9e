/** How each provider is configured so that it checks resources and reaches nobody: one entry per package.
 *
 * Settings of a provider that say where things run (project, region) stay as planned, for providers check inputs against
 * them; settings that say who asks are replaced.
 */
import { join } from "node:path";
import type { Properties } from "../../rehearsal/values.ts";

export interface Dummy {
  /** Variables of the plugin's process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Settings of the plan that are left out: accounts, and files that only a real account has. */
  readonly without: readonly string[];
  /** Settings that hold whatever the plan says. As everywhere in a provider's configuration, what is not a text is JSON.
   * @param folder an empty one, which is removed afterwards
   */
  settings(folder: string): Properties;
  /** Settings where the plan has none. */
  readonly otherwise: Properties;
  /** Inputs that hold for every resource of a type, so that a preview of it does nothing. */
  readonly inputs: Readonly<Record<string, Properties>>;
  /** Who finds keys that a type does not have: the provider by itself, or a comparison with its schema. */
  readonly keys: "provider" | "schema";
}

/** A port that nobody can listen on without being root, and nobody does. */
const NOWHERE = "127.0.0.1:1";

/** Every plugin's process has these, and beyond them nothing of this process's environment but PATH: no credentials. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  // Without them, the provider of Google Cloud waits for a network for minutes where there is none.
  HTTPS_PROXY: `http://${NOWHERE}`,
  HTTP_PROXY: `http://${NOWHERE}`,
  NO_PROXY: "127.0.0.1,localhost",
};

const PLAIN: Dummy = {
  environment: {},
  without: [],
  settings: () => ({}),
  otherwise: {},
  inputs: {},
  keys: "schema",
};

const DUMMIES: Readonly<Record<string, Partial<Dummy>>> = {
  aws: {
    environment: { AWS_EC2_METADATA_DISABLED: "true" },
    without: [
      "allowedAccountIds",
      "assumeRoleWithWebIdentity",
      "assumeRoles",
      "customCaBundle",
      "forbiddenAccountIds",
      "httpProxy",
      "httpsProxy",
      "noProxy",
      "profile",
      "sharedConfigFiles",
      "sharedCredentialsFiles",
      "token",
    ],
    settings: () => ({
      accessKey: "AKIAIOSFODNN7EXAMPLE",
      secretKey: "dummy",
      skipCredentialsValidation: "true",
      skipMetadataApiCheck: "true",
      skipRegionValidation: "true",
      skipRequestingAccountId: "true",
    }),
    otherwise: { region: "us-east-1" },
    keys: "provider",
  },
  docker: {
    without: ["caMaterial", "certMaterial", "certPath", "context", "keyMaterial", "registryAuth", "sshOpts"],
    settings: () => ({ host: `tcp://${NOWHERE}` }),
    keys: "provider",
  },
  "docker-build": {
    environment: { DOCKER_HOST: `tcp://${NOWHERE}` },
    without: ["registries"],
    settings: () => ({ host: `tcp://${NOWHERE}` }),
    // A preview builds by default.
    inputs: { "docker-build:index:Image": { buildOnPreview: false } },
    keys: "provider",
  },
  gcp: {
    environment: {
      GOOGLE_OAUTH_ACCESS_TOKEN: "fake",
      // Or regions are asked for.
      PULUMI_GCP_SKIP_REGION_VALIDATION: "true",
    },
    without: ["accessToken", "credentials", "externalCredentials", "impersonateServiceAccount"],
    otherwise: { project: "atelier-verify" },
    keys: "provider",
  },
  kubernetes: {
    // Then no cluster is asked, and a preview writes nothing either.
    settings: (folder) => ({ renderYamlToDirectory: join(folder, "manifests") }),
    without: ["cluster", "clusterIdentifier", "context", "kubeconfig"],
    // Without a cluster it has nothing to compare with.
    keys: "schema",
  },
};

/** Of a package that is not in the table, the provider is configured as planned, without any account's variables. */
export function dummyOf(name: string): Dummy {
  return { ...PLAIN, ...(Object.hasOwn(DUMMIES, name) ? DUMMIES[name] : {}) };
}

/** What the provider is configured with in place of what the plan says. */
export function settingsFor(dummy: Dummy, planned: Properties, folder: string): Properties {
  const kept = Object.entries(planned).filter(([key]) => !dummy.without.includes(key));
  return { ...dummy.otherwise, ...Object.fromEntries(kept), ...dummy.settings(folder) };
}
