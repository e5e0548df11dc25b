const encoder = new TextEncoder();

/** One server-sent frame as bytes. `data` must be JSON; newlines cannot occur in it. */
export function sseFrame(event: string, data: unknown, id?: string): Uint8Array {
  const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), `data: ${JSON.stringify(data)}`];
  return encoder.encode(`${lines.join("\n")}\n\n`);
}
