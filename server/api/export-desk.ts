import type { FastifyReply } from "fastify";
import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { type ExportFormat, exportStream } from "./export-stream.ts";

/** Each holds a page, a socket and a question to the past. */
const MOST_EXPORTS = 16;

/** Hands out files, a bounded number at a time. */
export interface ExportDesk {
  readonly size: number;
  /** Answers with the pages as a file named `leash-<what>`. */
  send<T>(
    reply: FastifyReply,
    what: string,
    pages: AsyncIterable<readonly T[]>,
    format: ExportFormat<T>,
  ): Promise<FastifyReply>;
}

export function createExportDesk(clock: Clock): ExportDesk {
  let size = 0;
  return {
    get size() {
      return size;
    },
    async send(reply, what, pages, format) {
      if (size >= MOST_EXPORTS) throw new AppError("rate_limited", "too many exports at once", { retryAfterS: 5 });
      size++;
      let isOpen = true;
      const onEnd = () => {
        if (isOpen) size--;
        isOpen = false;
      };
      const stream = await exportStream(pages, format, { clock, onEnd });
      return reply
        .type(format.type)
        .header("Content-Disposition", `attachment; filename="leash-${what}.${format.extension}"`)
        .send(stream);
    },
  };
}
