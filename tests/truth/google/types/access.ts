/** Accounts, grants, secrets, logins and what a project switches on. */
import { address, GUARD, like, member, own, PROJECT, renamed, type Service } from "../mapping.ts";

const ACCOUNT = /^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/;
const POOL = /^(?!gcp-)[a-z0-9-]{4,32}$/;
const API = /^[a-z0-9]+\.googleapis\.com$/;

export const access: Service = {
  types: {
    "gcp:serviceaccount/account:Account": {
      document: "iam.v1",
      schema: "ServiceAccount",
      fields: {
        accountId: address(ACCOUNT),
        displayName: like(/^[\s\S]{0,100}$/, "up to 100 bytes, as the schema says"),
        description: like(/^[\s\S]{0,256}$/, "up to 256 bytes, as the schema says"),
      },
    },
    "gcp:serviceaccount/iAMMember:IAMMember": member("iam.v1", "Binding", {
      serviceAccountId: /^projects\/[^/]+\/serviceAccounts\/[^/@]+@[^/]+$/,
    }),
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": {
      document: "iam.v1",
      schema: "WorkloadIdentityPool",
      fields: {
        workloadIdentityPoolId: address(POOL),
        displayName: like(/^[\s\S]{0,32}$/, "up to 32 characters, as the schema says"),
      },
    },
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
      document: "iam.v1",
      schema: "WorkloadIdentityPoolProvider",
      fields: { workloadIdentityPoolId: address(POOL), workloadIdentityPoolProviderId: address(POOL) },
    },
    "gcp:projects/iAMMember:IAMMember": member("cloudresourcemanager.v1", "Binding", {
      project: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    }),
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": {
      document: "cloudresourcemanager.v1",
      schema: "AuditConfig",
      fields: {
        ...PROJECT,
        service: like(/^(allServices|[a-z0-9]+\.googleapis\.com)$/, "as the schema says"),
      },
    },
    "gcp:projects/service:Service": {
      document: "serviceusage.v1",
      schema: "EnableServiceRequest",
      fields: { service: address(API), disableOnDestroy: own("what deleting the resource does") },
    },
    "gcp:projects/serviceIdentity:ServiceIdentity": {
      document: "serviceusage.v1",
      schema: "EnableServiceRequest",
      fields: { service: address(API) },
    },
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": member("cloudkms.v1", "Binding", {
      cryptoKeyId: /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    }),
    "gcp:secretmanager/secret:Secret": {
      document: "secretmanager.v1",
      schema: "Secret",
      fields: { ...GUARD, secretId: address(/^[A-Za-z0-9_-]{1,255}$/) },
    },
    "gcp:secretmanager/secretVersion:SecretVersion": {
      document: "secretmanager.v1",
      schema: "AddSecretVersionRequest",
      fields: {
        secret: address(/^projects\/[^/]+\/secrets\/[A-Za-z0-9_-]{1,255}$/),
        secretData: renamed("payload.data", "the provider encodes it"),
        deletionPolicy: own("what deleting the resource does (r/secret_manager_secret_version)", {
          values: ["DELETE", "DISABLE", "ABANDON"],
        }),
      },
    },
    "gcp:secretmanager/secretIamMember:SecretIamMember": member("secretmanager.v1", "Binding", {
      secretId: /^projects\/[^/]+\/secrets\/[A-Za-z0-9_-]{1,255}$/,
    }),
    "gcp:identityplatform/config:Config": {
      document: "identitytoolkit.v2",
      schema: "GoogleCloudIdentitytoolkitAdminV2Config",
    },
    "gcp:identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig": {
      document: "identitytoolkit.v2",
      schema: "GoogleCloudIdentitytoolkitAdminV2DefaultSupportedIdpConfig",
      fields: {
        idpId: address(
          /^(apple\.com|facebook\.com|gc\.apple\.com|github\.com|google\.com|linkedin\.com|microsoft\.com|playgames\.google\.com|twitter\.com|yahoo\.com)$/,
        ),
      },
    },
    "gcp:projects/apiKey:ApiKey": { document: "apikeys.v2", schema: "V2Key" },
  },
  schemas: {
    Replication: { auto: renamed("automatic", "a word of the provider's own would be reserved") },
  },
};
