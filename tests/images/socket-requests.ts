/** What nobody may ask the container engine through the proxy. */

/** The list of the deployment's containers, as the keeper asks for it. */
export const LIST = (stack: string): string =>
  `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label: [`atelier.stack=${stack}`] }))}`;

/** `[method, target]`; `own` is a container of the deployment. */
export const FORBIDDEN = (stack: string, own: string): [string, string][] => [
  ["GET", "/containers/json"],
  ["GET", "/containers/json?all=1"],
  ["GET", LIST("other-prod")],
  ["GET", `${LIST(stack)}&filters={}`],
  ["GET", LIST(stack).replace("filters", "%66ilters=x&filters")],
  ["GET", "/events"],
  ["GET", "/images/json"],
  ["GET", "/info"],
  ["GET", "/volumes"],
  ["GET", "/networks"],
  ["GET", "/v1.41/containers/json"],
  ["GET", "/containers/other-prod-db/json"],
  ["GET", `/containers/${own}/../other-prod-db/json`],
  ["GET", `/containers/${own}%2f..%2fother-prod-db/json`],
  ["GET", `/containers/${own}/archive?path=/`],
  ["GET", `/containers/${own}/export`],
  ["GET", `/containers/${own}/stats`],
  ["GET", `/containers/${own}/top`],
  ["GET", `/containers/${own}/attach/ws`],
  ["HEAD", "/_ping"],
  ["POST", "/containers/create"],
  ["POST", "/build"],
  ["POST", "/images/create?fromImage=x"],
  ["POST", "/volumes/create"],
  ["POST", "/commit"],
  ["POST", "/containers/other-prod-db/start"],
  ["POST", `/containers/${own}/exec`],
  ["POST", `/containers/${own}/attach`],
  ["POST", `/containers/${own}/update`],
  ["POST", `/containers/${own}/rename?name=x`],
  ["POST", `/containers/${own}/pause`],
  ["POST", `/containers/${own}/start?detachKeys=x`],
  ["POST", `/v1.22/containers/${own}/start`],
  ["POST", `/containers/${own}/stop?t=-1`],
  ["PUT", `/containers/${own}/archive?path=/`],
  ["DELETE", `/containers/${own}`],
];
