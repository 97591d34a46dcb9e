/** Ways to sign in, and the registrations that some of them need. */
import type { App } from "../model.ts";
import type { Find } from "./find.ts";

export function checkAuth(app: App): Find[] {
  return Object.entries(app.data).flatMap(([name, data]): Find[] => {
    if (data.kind !== "auth") return [];
    const path = ["data", name];
    const none: Find = {
      path: [...path, "signIn"],
      what: "is empty, so that nobody can sign in",
      remedy: "write signIn: email for instance",
    };
    const unused = Object.keys(data.clients)
      .filter((way) => !data.signIn.includes(way))
      .map(
        (way): Find => ({
          path: [...path, "clients", way],
          what: `${way} is not a way to sign in here`,
          ...(data.signIn.length > 0 && { allowed: data.signIn.join(", ") }),
          remedy: `add ${way} to signIn, or remove the client`,
        }),
      );
    const twice = data.signIn.flatMap((way, index): Find[] =>
      data.signIn.indexOf(way) === index
        ? []
        : [
            {
              path: [...path, "signIn", index],
              what: `${way} stands in the list twice`,
              remedy: "remove one",
            },
          ],
    );
    return [...(data.signIn.length === 0 ? [none] : []), ...unused, ...twice];
  });
}
