/** The end of a commit that a journal's writer was told of. */
export interface Acked {
  readonly epoch: string;
  readonly seq: number;
}

/** The last whole line `journal-writer` wrote before it died; undefined where it wrote none. */
export function lastAck(output: string): Acked | undefined {
  const line = output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1);
  const [epoch, seq] = line?.split(" ") ?? [];
  return epoch && seq ? { epoch, seq: Number(seq) } : undefined;
}
