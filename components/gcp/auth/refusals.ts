/** What Identity Platform can't do for an app's users. */
import type { App, Auth } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { ALL_WAYS, isOther } from "./ways.ts";

export function refuseAuth(name: string, spec: Auth, app: App): Problem[] {
  return [
    ...refuseSecond(name, app),
    ...spec.signIn.flatMap((way, index) => refuseWay(name, way, index, spec)),
    ...Object.entries(spec.clients).flatMap(([way, { secret }]) => refuseClient(name, way, secret, app)),
  ];
}

export function differencesOfAuth(name: string): string[] {
  return [
    `data.${name}: Identity Platform stands once in a project, and stays when the app goes; environments with users of their own need projects of their own`,
  ];
}

function refuseSecond(name: string, app: App): Problem[] {
  const [first] = Object.keys(app.data).filter((other) => app.data[other]?.kind === "auth");
  if (first === undefined || first === name) return [];
  return [
    {
      path: ["data", name],
      what: `a project has one Identity Platform, and it is ${first}'s`,
      remedy: `remove it and let services use ${first}`,
    },
  ];
}

function refuseWay(name: string, way: string, index: number, { clients }: Auth): Problem[] {
  const path = ["data", name, "signIn", index];
  if (!ALL_WAYS.includes(way)) {
    return [
      {
        path,
        what: `${way} is not a way to sign in that Identity Platform has`,
        allowed: ALL_WAYS.join(", "),
        remedy: "write one of them",
      },
    ];
  }
  if (!isOther(way) || Object.hasOwn(clients, way)) return [];
  return [
    {
      path,
      what: `${way} needs the app's registration there`,
      remedy: `add clients: { ${way}: { id: …, secret: NAME_OF_A_SECRET } }`,
    },
  ];
}

function refuseClient(name: string, way: string, secret: string, app: App): Problem[] {
  const path = ["data", name, "clients", way];
  if (ALL_WAYS.includes(way) && !isOther(way)) {
    return [{ path, what: `${way} leads nowhere else and has no client`, remedy: "remove it" }];
  }
  if (app.secrets[secret]?.source !== "existing") return [];
  return [
    {
      path: [...path, "secret"],
      what: `Identity Platform wants to be told the value itself, and ${secret} lies in the store alone`,
      allowed: "required, generate",
      remedy: `declare secrets: { ${secret}: required }`,
    },
  ];
}
