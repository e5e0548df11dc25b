import "server-only";

/** The console server's clock: the one edge file of app/ for timers and wall time outside the browser. */
export { systemClock } from "#lib/clock/system-clock.ts";
