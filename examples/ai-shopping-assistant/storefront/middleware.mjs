/** Calls to the middleware. Where it asks for one, with an identity token that the metadata server makes. */
const { MIDDLEWARE_URL = "http://127.0.0.1:4000", MIDDLEWARE_AUDIENCE } = process.env;
const IDENTITY =
  "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity";

/** @param host as the browser called the shop; links to pictures are signed for it */
export async function products(host) {
  const login = MIDDLEWARE_AUDIENCE ? { authorization: `Bearer ${await identityToken()}` } : {};
  const headers = { ...login, "x-forwarded-host": host };
  const answer = await fetch(`${MIDDLEWARE_URL}/api/products`, {
    headers,
    signal: AbortSignal.timeout(2000),
  });
  if (!answer.ok) throw new Error(`the middleware answered ${answer.status}`);
  return (await answer.json()).products;
}

async function identityToken() {
  const url = `${IDENTITY}?audience=${encodeURIComponent(MIDDLEWARE_AUDIENCE)}`;
  const answer = await fetch(url, {
    headers: { "Metadata-Flavor": "Google" },
    signal: AbortSignal.timeout(2000),
  });
  if (!answer.ok) throw new Error(`no identity token: ${answer.status}`);
  return answer.text();
}
