// The dogs' side of the bench: a process that does one order after the other.
import type { Order, Report } from "./orders.ts";
import { Pack } from "./pack.ts";
import { getPages } from "./pages.ts";
import { Watchers } from "./watchers.ts";

let pack = new Pack(0, "leash", 0);
let watchers: Watchers | undefined;

function perform(order: Order): Promise<Report> {
  switch (order.do) {
    case "pack":
      pack = new Pack(order.port, order.dialect, order.dogs);
      return pack.drop();
    case "enter":
      return pack.enter(order.dogs, order.window, order.perSecond);
    case "flood":
      return pack.flood(order);
    case "pace":
      return pack.pace(order);
    case "drop":
      return pack.drop();
    case "storm":
      return pack.storm(order.redial, order.withinMs);
    case "churn":
      return pack.churn(order.perSecond, order.seconds);
    case "get":
      return getPages(order);
    case "watch":
      watchers = new Watchers(order);
      return watchers.open();
    case "unwatch":
      if (!watchers) return Promise.reject(new Error("nobody watches"));
      return watchers.close();
  }
}

process.on("message", (order: Order) => {
  perform(order).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
