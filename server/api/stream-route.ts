import type { ServerResponse } from "node:http";
import { AppError } from "#lib/errors/app-error.ts";
import type { Api } from "./api-deps.ts";
import type { EventStream, StreamSink } from "./event-stream.ts";

const MOST_STREAMS = 256;

function sinkOf(raw: ServerResponse): StreamSink {
  return {
    get heldBytes() {
      return raw.writableLength;
    },
    write: (frame) => {
      raw.write(frame);
    },
    cut: () => {
      raw.destroy();
    },
  };
}

/** GET /api/events: server-sent events, resumable by `Last-Event-ID`. */
export function streamRoute(api: Api, stream: EventStream): void {
  api.get("/api/events", { schema: { tags: ["fleet"], produces: ["text/event-stream"] } }, (request, reply) => {
    if (stream.size >= MOST_STREAMS) throw new AppError("rate_limited", "too many open streams", { retryAfterS: 5 });
    const lastEventId = request.headers["last-event-id"];
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    raw.on("error", () => raw.destroy());
    try {
      raw.on("close", stream.attach(sinkOf(raw), Array.isArray(lastEventId) ? lastEventId[0] : lastEventId));
    } catch (error) {
      request.log.error({ err: error }, "a browser could not be told the state of the fleet");
      raw.destroy();
    }
  });
}
