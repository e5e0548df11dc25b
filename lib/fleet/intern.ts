import type { Dog } from "./dog.ts";
import type { FleetEvent } from "./event.ts";

/** Beyond this many different values sharing is not worth its memory. */
const VALUES_KEPT = 10_000;

/** Makes equal schedules, labels and words of many dogs the same object: 100,000 dogs share a handful. */
export class Intern {
  readonly #objects = new Map<string, object>();
  readonly #words = new Map<string, string>();

  event<E extends FleetEvent>(event: E): E {
    if (event.type !== "dog.connected") return event;
    return {
      ...event,
      schedule: this.object(event.schedule),
      labels: this.object(event.labels),
      appId: this.word(event.appId),
      network: this.word(event.network),
      firmware: this.word(event.firmware),
      client: this.word(event.client),
    };
  }

  dog(dog: Dog): Dog {
    const { outage } = dog;
    return {
      ...dog,
      schedule: this.object(dog.schedule),
      labels: this.object(dog.labels),
      appId: this.word(dog.appId),
      network: this.word(dog.network),
      firmware: this.word(dog.firmware),
      client: this.word(dog.client),
      gateway: this.word(dog.gateway),
      outage:
        outage === null
          ? null
          : {
              ...outage,
              schedule: this.object(outage.schedule),
              gateway: this.word(outage.gateway),
              network: this.word(outage.network),
              appId: this.word(outage.appId),
              firmware: this.word(outage.firmware),
              site: this.word(outage.site),
            },
    };
  }

  /** Objects of one JSON text have one type: labels and schedules have no text in common. */
  object<T extends object>(value: T): T {
    return share(this.#objects, JSON.stringify(value), value) as T;
  }

  word<T extends string | null>(value: T): T {
    return value === null ? value : (share(this.#words, value, value) as T);
  }
}

function share<T>(held: Map<string, T>, key: string, value: T): T {
  const known = held.get(key);
  if (known !== undefined) return known;
  if (held.size < VALUES_KEPT) held.set(key, value);
  return value;
}
