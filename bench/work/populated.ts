import { scratchFolder } from "../measure/scratch.ts";
import { runTask } from "./task.ts";

const made = new Map<number, Promise<string>>();

/** A data folder whose journal holds `dogs` dogs that dropped over the last two hours (two events each). Made once a run. */
export function populated(dogs: number): Promise<string> {
  const known = made.get(dogs);
  if (known) return known;
  const dir = scratchFolder().path;
  const script = new URL("../peers/populate-main.ts", import.meta.url);
  const making = runTask<{ events: number }>(script, [dir, String(dogs)]).then(({ events }) => {
    if (events !== 2 * dogs) throw new Error(`${events} events were written for ${dogs} dogs`);
    return dir;
  });
  made.set(dogs, making);
  return making;
}
