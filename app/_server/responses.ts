import "server-only";

import type { ExportFormat } from "./fleet-source.ts";

const TYPE_OF = { csv: "text/csv; charset=utf-8", json: "application/json; charset=utf-8" } as const;

/** A file under a name that says what it holds and when it was asked for. Its bytes pass as they come. */
export function fileResponse(
  body: ReadableStream<Uint8Array>,
  file: { readonly what: string; readonly format: ExportFormat; readonly at: number },
): Response {
  const day = new Date(file.at).toISOString().slice(0, 19).replaceAll(":", "");
  return new Response(body, {
    headers: {
      "content-type": TYPE_OF[file.format],
      "content-disposition": `attachment; filename="leash-${file.what}-${day}Z.${file.format}"`,
    },
  });
}
