/** Which request does what: the paths of Identity Toolkit and Secure Token, with and without the host in front that
 * Google's libraries put there for an emulator.
 */
import { Refusal } from "./http.mjs";
import { LIFETIME } from "./tokens.mjs";

/** Where Google publishes the keys of Firebase's tokens. */
export const JWKS_PATH = "/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";
const HOST = /^\/(identitytoolkit|securetoken)\.googleapis\.com(?=\/)/;
/** Wrong passwords for one address within a minute, before even the right one has to wait. */
const MOST_FAILURES = 10;

export function routes({ config, accounts, tokens }) {
  const failures = new Map();

  const post = {
    "/v1/accounts:signUp": signUp,
    "/v1/accounts:signInWithPassword": signIn,
    "/v1/accounts:lookup": ({ body }) => ({ users: [describe(owner(body))] }),
    "/v1/accounts:delete": ({ body }) => {
      accounts.remove(owner(body).id);
      return {};
    },
    "/v1/token": refresh,
  };
  const admin = `/v1/projects/${config.project}/accounts`;

  return (request) => {
    const path = request.path.replace(HOST, "");
    if (request.method === "GET" && path === "/health") return { status: "ok" };
    if (request.method === "GET" && path === JWKS_PATH) return tokens.jwks();
    if (request.method === "POST" && path === admin) return create(request);
    if (request.method !== "POST" || !Object.hasOwn(post, path)) throw new Refusal("NOT_FOUND", 404);
    if (request.query.get("key") !== config.apiKey) {
      throw new Refusal("API key not valid. Please pass a valid API key.");
    }
    return post[path](request);
  };

  async function signUp({ body: { email, password } }) {
    if (config.signUp === "closed") throw new Refusal("ADMIN_ONLY_OPERATION");
    const anonymous = email === undefined && password === undefined;
    if (!config.signIn.includes(anonymous ? "anonymous" : "email"))
      throw new Refusal("OPERATION_NOT_ALLOWED");
    const account = await make(anonymous ? {} : { email, password });
    return { kind: "identitytoolkit#SignupNewUserResponse", ...session(account) };
  }

  /** For services, which Google's libraries sign in as `owner` here. A browser's request never says that. */
  async function create({ headers, body: { email, password, localId } }) {
    if (headers.authorization !== "Bearer owner") throw new Refusal("PERMISSION_DENIED", 403);
    const { id } = await make({ email, password, id: localId });
    return {
      kind: "identitytoolkit#SignupNewUserResponse",
      localId: id,
      ...(email !== undefined && { email }),
    };
  }

  async function make({ email, password, id }) {
    const login = email === undefined ? {} : { email: addressOf(email), password: passwordOf(password) };
    const account = await accounts.create({ ...login, ...(id !== undefined && { id: String(id) }) });
    if (!account) throw new Refusal(email === undefined ? "DUPLICATE_LOCAL_ID" : "EMAIL_EXISTS");
    return account;
  }

  async function signIn({ body: { email, password } }) {
    if (!config.signIn.includes("email")) throw new Refusal("OPERATION_NOT_ALLOWED");
    const address = addressOf(email);
    if (typeof password !== "string" || password === "") throw new Refusal("MISSING_PASSWORD");
    const recent = (failures.get(address) ?? []).filter((at) => at > Date.now() - 60_000);
    if (recent.length >= MOST_FAILURES) throw new Refusal("TOO_MANY_ATTEMPTS_TRY_LATER");
    const account = await accounts.check(address, password);
    if (!account) {
      if (failures.size > 10_000) failures.clear();
      failures.set(address, [...recent, Date.now()]);
      throw new Refusal("INVALID_LOGIN_CREDENTIALS");
    }
    failures.delete(address);
    return { kind: "identitytoolkit#VerifyPasswordResponse", registered: true, ...session(account) };
  }

  function refresh({ body: { grant_type: grant, refresh_token: token } }) {
    if (grant !== "refresh_token") throw new Refusal("INVALID_GRANT_TYPE");
    const account = tokens.refreshed(token, (id) => accounts.byId(id));
    if (!account) throw new Refusal("INVALID_REFRESH_TOKEN");
    const idToken = tokens.idToken(account);
    return {
      access_token: idToken,
      expires_in: String(LIFETIME),
      token_type: "Bearer",
      refresh_token: tokens.refreshToken(account),
      id_token: idToken,
      user_id: account.id,
      project_id: config.project,
    };
  }

  function session(account) {
    return {
      idToken: tokens.idToken(account),
      ...(account.email !== undefined && { email: account.email }),
      refreshToken: tokens.refreshToken(account),
      expiresIn: String(LIFETIME),
      localId: account.id,
    };
  }

  function owner({ idToken }) {
    const id = tokens.subject(idToken);
    if (id === undefined) throw new Refusal("INVALID_ID_TOKEN");
    const account = accounts.byId(id);
    if (!account) throw new Refusal("USER_NOT_FOUND");
    return account;
  }
}

function describe({ id, email, created, signedIn }) {
  return {
    localId: id,
    ...(email !== undefined && {
      email,
      emailVerified: false,
      providerUserInfo: [{ providerId: "password", email, federatedId: email, rawId: email }],
    }),
    createdAt: String(created),
    lastLoginAt: String(signedIn),
  };
}

function addressOf(email) {
  if (typeof email !== "string" || email === "") throw new Refusal("MISSING_EMAIL");
  if (!/^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/.test(email)) throw new Refusal("INVALID_EMAIL");
  return email.toLowerCase();
}

function passwordOf(password) {
  if (typeof password !== "string" || password === "") throw new Refusal("MISSING_PASSWORD");
  if (password.length < 6) throw new Refusal("WEAK_PASSWORD : Password should be at least 6 characters");
  return password;
}
