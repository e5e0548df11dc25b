import type { Dog } from "./dog.ts";

/** What history groups dogs by. One object for all dogs that share all five. */
export interface Traits {
  readonly network: string | null;
  readonly gateway: string | null;
  readonly app: string;
  readonly firmware: string | null;
  readonly site: string | null;
}

export const SITE_LABEL = "site";

export function siteOf(dog: Dog): string | null {
  return dog.labels[SITE_LABEL] ?? null;
}

/** True where these are still the dog's. */
export function hasTraits(dog: Dog, { network, gateway, app, firmware, site }: Traits): boolean {
  return (
    dog.network === network &&
    dog.gateway === gateway &&
    dog.appId === app &&
    dog.firmware === firmware &&
    siteOf(dog) === site
  );
}

export function traitsOf(dog: Dog): Traits {
  return { network: dog.network, gateway: dog.gateway, app: dog.appId, firmware: dog.firmware, site: siteOf(dog) };
}
