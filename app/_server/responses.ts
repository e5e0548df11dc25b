import "server-only";

/** A CSV file under a name that says what it holds and when it was asked for. */
export function csvResponse(body: ReadableStream<Uint8Array>, what: string, at: number): Response {
  const day = new Date(at).toISOString().slice(0, 19).replaceAll(":", "");
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="leash-${what}-${day}Z.csv"`,
    },
  });
}
