import { api, withQuery } from "#app/_live/api.ts";
import type {
  DogFilter,
  ForceBatchResult,
  ForceRequest,
  ForceResult,
  ForceStopResult,
} from "#lib/contracts/reconnection.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";

const FORCE = "/api/reconnection/force";

const post = <T>(body: ForceRequest) => api<T>(FORCE, { method: "POST", body });
const withNote = (note: string | undefined) => (note ? { note } : {});

export const forceOne = (sn: string, note?: string) => post<ForceResult>({ client_id: sn, ...withNote(note) });

export const forceSome = (sns: readonly string[], note?: string) =>
  post<ForceResult>({ client_ids: [...sns], ...withNote(note) });

/** All that match. `expected` is what the operator was shown; more than 5 % off is a `conflict`. A basic gateway answers with tickets. */
export const forceMatching = (filter: DogFilter, expected: number, note?: string) =>
  post<ForceBatchResult | ForceResult>({ filter, expected, ...withNote(note) });

/** What is still queued is not closed any more. */
export const stopBatch = (batch: string) => api<ForceStopResult>(withQuery(FORCE, { batch }), { method: "DELETE" });

export const fetchTicket = (ticket: string) => api<ForceTicket>(`${FORCE}/${encodeURIComponent(ticket)}`);
