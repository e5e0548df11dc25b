import type { DogRow, ForceRequest, ForceResult } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { Upstream } from "../upstream.ts";
import { matchesFilter } from "./basic-list.ts";
import type { BasicPoll } from "./basic-poll.ts";
import type { BasicTickets } from "./basic-tickets.ts";

const AT_ONCE = 4;
const MOST_AT_ONCE = 1_000;
/** How far the count may have moved since the operator saw it (DESIGN section 7). */
const COUNT_TOLERANCE = 0.05;

export interface BasicForceOptions {
  readonly upstream: Upstream;
  readonly poll: BasicPoll;
  readonly tickets: BasicTickets;
  readonly rows: () => Promise<readonly DogRow[]>;
}

/** Forces one by one: the seed's endpoint takes one dog and tells no outcome. */
export function createBasicForce({ upstream, poll, tickets, rows }: BasicForceOptions) {
  async function send(request: ForceRequest, actor: string): Promise<ForceResult> {
    const known = await rows();
    const sns = chosen(request, known);
    const out = new Set(known.filter((row) => !row.is_connected).map((row) => row.client_id));
    const result: ForceResult = { tickets: [], errors: [] };
    const queue = [...sns];
    const work = async () => {
      for (let sn = queue.shift(); sn !== undefined; sn = queue.shift())
        await sendOne(sn, out.has(sn), request, actor, result);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    poll.refresh();
    const [single] = "client_id" in request ? result.tickets : [];
    return single === undefined ? result : { client_id: single.client_id, ...result };
  }

  async function sendOne(
    sn: string,
    wasOut: boolean,
    request: ForceRequest,
    actor: string,
    result: ForceResult,
  ): Promise<void> {
    try {
      await upstream.json("/api/reconnection/force", { method: "POST", body: { client_id: sn } });
      const ticket = tickets.sent(sn, actor, request.note, wasOut);
      result.tickets.push({ client_id: sn, ticket: ticket.ticket, status: ticket.status });
    } catch (error) {
      if ("client_id" in request || !(error instanceof AppError)) throw error;
      result.errors.push({ client_id: sn, code: error.code });
    }
  }

  return { send };
}

function chosen(request: ForceRequest, known: readonly DogRow[]): readonly string[] {
  if ("client_id" in request) return [request.client_id];
  if ("client_ids" in request) return [...new Set(request.client_ids)];
  const matching = known.filter((row) => matchesFilter(row, request.filter)).map((row) => row.client_id);
  if (Math.abs(matching.length - request.expected) > request.expected * COUNT_TOLERANCE) {
    throw new AppError("conflict", `${matching.length} dogs match now, not ${request.expected}`);
  }
  if (matching.length <= MOST_AT_ONCE) return matching;
  throw new AppError("invalid_input", `at most ${MOST_AT_ONCE} dogs at once with a basic gateway`);
}
