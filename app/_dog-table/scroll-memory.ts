/** Where each list was left, in px, so that Back from a dog's page lands on the same row. Lives as long as the tab. */
const offsets = new Map<string, number>();
const MOST_LISTS = 50;

export function rememberOffset(list: string, offset: number): void {
  offsets.delete(list);
  offsets.set(list, offset);
  const [oldest] = offsets.keys();
  if (offsets.size > MOST_LISTS && oldest !== undefined) offsets.delete(oldest);
}

export function recallOffset(list: string): number {
  return offsets.get(list) ?? 0;
}
