/** Who may do what in a bucket: accounts of the gateway and the bucket's policy. */
import type { Access } from "../../../src/config/model.ts";

/** Service names have no underscore, so no service can be called the same. */
export const ADMIN = "atelier_admin";
export const EXPIRY = "atelier_expiry";

const READ = {
  bucket: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
  objects: [
    "s3:GetObject",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAttributes",
    "s3:GetObjectVersionTagging",
  ],
};

/** Versions can't be deleted by a service: they are there for the case that it went wrong. */
const WRITE = {
  bucket: [...READ.bucket, "s3:ListBucketMultipartUploads"],
  objects: [
    ...READ.objects,
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectTagging",
  ],
};

const EXPIRE = { bucket: ["s3:ListBucket"], objects: ["s3:DeleteObject"] };

const ACTIONS = { read: READ, write: WRITE, expire: EXPIRE } as const;

export interface Account {
  readonly key: string;
  readonly secret: string;
  readonly access: Access | "expire";
}

/** The gateway's file of accounts. None of them may create a bucket or see another one. */
export function accountsFile(accounts: readonly Account[]): string {
  const entries = accounts.map(({ key, secret }) => [
    key,
    { access: key, secret, role: "user", userID: 0, groupID: 0, projectID: 0 },
  ]);
  return JSON.stringify({ accessAccounts: Object.fromEntries(entries) });
}

/** Nobody but these accounts gets in; an empty policy would not be one. */
export function bucketPolicy(bucket: string, accounts: readonly Account[]): string {
  const statements = accounts.flatMap(({ key, access }) => {
    const allow = (Action: readonly string[], path: string) => ({
      Effect: "Allow",
      Principal: { AWS: [key] },
      Action,
      Resource: [`arn:aws:s3:::${bucket}${path}`],
    });
    return [allow(ACTIONS[access].bucket, ""), allow(ACTIONS[access].objects, "/*")];
  });
  return statements.length > 0 ? JSON.stringify({ Version: "2012-10-17", Statement: statements }) : "";
}
