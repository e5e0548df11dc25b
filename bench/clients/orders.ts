import type { Spread } from "../measure/statistics.ts";
import type { DialectName } from "./dialect.ts";

/** How dogs come back after a drop. `seed` dials at once, `leash` after U(0..5 s); both back off and both heed Retry-After. */
export type Redial = "seed" | "leash";

/** What the bench asks of the driver, one order at a time. */
export type Order =
  | { readonly do: "pack"; readonly port: number; readonly dialect: DialectName; readonly dogs: number }
  /** Logs the first `dogs` in: at most `window` at once, at most `perSecond`. */
  | { readonly do: "enter"; readonly dogs: number; readonly window: number; readonly perSecond: number }
  /** `count` requests, `window` in flight, each dog in its turn. */
  | { readonly do: "flood"; readonly op: "heartbeat" | "ping"; readonly count: number; readonly window: number }
  /** A fixed rate, whether or not the answers come. */
  | { readonly do: "pace"; readonly op: "heartbeat" | "ping"; readonly perSecond: number; readonly seconds: number }
  /** Every pipe is reset at once; nobody comes back. */
  | { readonly do: "drop" }
  /** Every pipe is reset at once and every dog comes back by itself. */
  | { readonly do: "storm"; readonly redial: Redial; readonly withinMs: number }
  /** `perSecond` dogs are reset and log in again, for `seconds`. */
  | { readonly do: "churn"; readonly perSecond: number; readonly seconds: number }
  /** `times` pages over one kept connection, each followed by a pause: `walk` pages by cursor from each path in its turn. */
  | {
      readonly do: "get";
      readonly port: number;
      readonly paths: readonly string[];
      readonly times: number;
      readonly pauseMs: number;
      readonly walk: number;
    }
  /** Browsers that listen, until the next `unwatch`, which tells what they received. */
  | { readonly do: "watch"; readonly port: number; readonly how: Watching; readonly browsers: number }
  | { readonly do: "unwatch" };

/** How a browser of the bench listens: server-sent events, a bare WebSocket, a Socket.IO room. */
export type Watching = "sse" | "ws" | "socket.io";

/** What came of it. Latencies in ms; for `enter`, `storm` and `churn` from the dial to the login's answer. */
export interface Report {
  readonly answers: number;
  readonly answerBytes: number;
  readonly wallMs: number;
  readonly latency: Spread | null;
  /** Dials refused with 503. */
  readonly refusals: number;
  /** CPU the driver itself took, seconds. */
  readonly driverCpuSeconds: number;
  /** The last body of a `get`. */
  readonly body?: string;
}
