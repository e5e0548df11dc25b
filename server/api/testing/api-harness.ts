import { type DogFilter, type DogQueryInput, dogQuery } from "#lib/contracts/reconnection.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type Cleanup, createCleanup } from "#server/fleet/cleanup.ts";
import { createReadModel, type ReadModel } from "#server/fleet/read-model.ts";
import { createForce } from "#server/force/create-force.ts";
import type { Force } from "#server/force/force.ts";
import { createMemoryJournal, type MemoryJournal } from "#server/journal/memory-journal.ts";
import type { MemoryStore } from "#server/journal/memory-store.ts";
import type { Api, ApiDeps } from "../api-deps.ts";
import { createApi } from "../create-api.ts";
import { FakeDogs } from "./fake-dogs.ts";
import { FakeHistory } from "./fake-history.ts";

export interface World {
  readonly clock: FakeClock;
  readonly journal: MemoryJournal;
  readonly readModel: ReadModel;
  readonly dogs: FakeDogs;
  readonly force: Force;
  readonly cleanup: Cleanup;
  page(query?: DogQueryInput, scope?: "active" | "all"): ReturnType<ReadModel["page"]>;
  matching(filter?: DogFilter): readonly string[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly clock?: FakeClock;
  readonly store?: MemoryStore;
  readonly ratePerSecond?: number;
}

/** One run of a gateway without sockets, on a clock that moves when told. */
export async function startWorld({
  clock = new FakeClock(),
  store,
  ratePerSecond = 50,
}: WorldOptions = {}): Promise<World> {
  const journal = createMemoryJournal({ clock, gateway: "gw-1", ...(store ? { store } : {}) });
  const settings = { forceDeadlineMs: 300_000, forceRate: ratePerSecond };
  const policies = { pushed: PUSHED_POLICY, assumed: SEED_POLICY };
  const readModel = createReadModel({ journal, clock, settings, policies });
  await readModel.start();
  const dogs = new FakeDogs(journal, readModel, clock);
  const limits = { deadlineMs: settings.forceDeadlineMs, ratePerSecond, stableAfterMs: 60_000 };
  const force = createForce({ journal, fleet: readModel, dogLine: dogs, clock, ...limits });
  const cleanup = createCleanup({ fleet: readModel, journal, clock, recordTtlMs: 86_400_000 });
  journal.append({ type: "gateway.started", gateway: "gw-1", previous: journal.previous });
  force.resume();
  return {
    clock,
    journal,
    readModel,
    dogs,
    force,
    cleanup,
    page: (query = {}, scope = "active") => readModel.page(dogQuery.parse(query), scope),
    matching: (filter = {}) => readModel.matching(filter),
    async close() {
      force.close();
      cleanup.close();
      readModel.close();
      await journal.close();
    },
  };
}

export interface ApiWorld extends World {
  readonly api: Api;
  /** What answers for the past, unless another was given. */
  readonly history: FakeHistory;
  /** As `api.inject` with a local Host. */
  call(method: "GET" | "POST" | "PUT" | "DELETE", url: string, payload?: object): ReturnType<ApiWorld["send"]>;
  send(request: {
    readonly method: "GET" | "POST" | "PUT" | "DELETE";
    readonly url: string;
    readonly headers?: Record<string, string>;
    readonly payload?: object | string;
  }): Promise<{
    statusCode: number;
    headers: Record<string, unknown>;
    body: string;
    json<T = Record<string, unknown>>(): T;
  }>;
}

export async function startApi(options: WorldOptions & Partial<ApiDeps> = {}): Promise<ApiWorld> {
  const world = await startWorld(options);
  const history = new FakeHistory();
  const api = await createApi({
    history,
    fleet: world.readModel,
    force: world.force,
    cleanup: world.cleanup,
    journal: world.journal,
    dogLine: world.dogs,
    clock: world.clock,
    access: { token: null, tokenRequired: false },
    version: "0.1.0",
    readiness: () => ({ ready: true, reason: "ok" }),
    metrics: async () => ({ contentType: "text/plain", text: "up 1\n" }),
    ...options,
  });
  const send: ApiWorld["send"] = async ({ headers = {}, ...request }) =>
    api.inject({ ...request, headers: { host: "localhost:8080", ...headers } });
  return {
    ...world,
    api,
    history,
    send,
    call: (method, url, payload) => send({ method, url, ...(payload ? { payload } : {}) }),
    async close() {
      await api.close();
      await world.close();
    },
  };
}
