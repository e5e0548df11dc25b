import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// Loaded before the gateway under test. On SIGUSR2 it collects its garbage, so that what is left is what it holds, and
// complains on standard error where a prototype that everything shares is not what it was at the start.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const SHARED: Readonly<Record<string, object>> = {
  Object: Object.prototype,
  Array: Array.prototype,
  String: String.prototype,
  Function: Function.prototype,
  Map: Map.prototype,
  Error: Error.prototype,
};
const shapeOf = (prototype: object) => Reflect.ownKeys(prototype).map(String).join();
const shapes = Object.entries(SHARED).map(([name, prototype]) => ({ name, prototype, shape: shapeOf(prototype) }));

process.on("SIGUSR2", () => {
  collect();
  for (const { name, prototype, shape } of shapes) {
    if (shapeOf(prototype) !== shape) process.stderr.write(`the prototype of ${name} changed\n`);
  }
});
