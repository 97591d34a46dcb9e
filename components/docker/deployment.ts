/** One deployment of one app on one Docker host: what every part of it needs to know.
 *
 * Names are `<app>-<environment>-<part>`; every object carries labels, so that what belongs to a deployment can
 * be found without its state.
 */
import type { App } from "../../src/config/model.ts";
import type { Host } from "./host.ts";
import type { Images } from "./image.ts";
import { stackOf } from "./names.ts";
import type { Settings } from "./settings.ts";

export { stackOf } from "./names.ts";

export interface Deployment {
  readonly app: App;
  readonly settings: Settings;
  readonly host: Host;
  readonly images: Images;
}

/** Label that every container, network and volume of a deployment carries, with `stackOf` as its value. */
export const STACK_LABEL = "atelier.stack";
export const PART_LABEL = "atelier.part";
export const NAME_LABEL = "atelier.name";
/** Remembers which image source a deployment was made with. */
export const IMAGES_LABEL = "atelier.images";
/** Of a volume: the major version that wrote its data first. */
export const VERSION_LABEL = "atelier.version";

/** `flashfit-dev-api`. Docker allows 255 characters; app and service names together stay under 100. */
export function nameOf({ app }: Pick<Deployment, "app">, part: string): string {
  return `${stackOf(app)}-${part}`;
}

export function labelsOf(
  deployment: Pick<Deployment, "app" | "host">,
  part: string,
  name: string,
): Record<string, string> {
  return {
    [STACK_LABEL]: stackOf(deployment.app),
    [PART_LABEL]: part,
    [NAME_LABEL]: name,
    [IMAGES_LABEL]: deployment.host.images,
  };
}

/** The provider's spelling of labels, in a stable order. */
export function asLabels(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([label, value]) => ({ label, value }));
}

/** Address of the door, without a slash at the end: `https://localhost:8443`, `https://flashfit.example`. */
export function originOf({ app, settings }: Pick<Deployment, "app" | "settings">): string {
  const { https } = settings.ports;
  const host = app.development ? "localhost" : app.edge.domain;
  return https === 443 ? `https://${host}` : `https://${host}:${https}`;
}
