import { type Driver, startDriver } from "../clients/driver.ts";
import type { Watching } from "../clients/orders.ts";
import { PEERS, type PeerName } from "../peers/peer.ts";
import { type Scene, withDogs } from "./with-dogs.ts";
import { assertDone, type Sample, type Work } from "./work.ts";

const BROWSERS = 50;
const DROPS_PER_SECOND = 300;
const HOW: Readonly<Record<PeerName, Watching>> = { leash: "sse", bare: "ws", "socket.io": "socket.io" };

/** Dogs that drop and come back while 50 browsers watch. */
export const stream: Work = {
  name: "stream",
  title: "Live feed to 50 browsers, 300 dogs a second dropping and coming back",
  peers: PEERS,
  bareIs: "a bare ws server that sends each browser one message a change",
  rounds: { full: 2, quick: 1 },
  metrics: {
    alone: { says: "nobody watches: server CPU per second of storm", unit: "ms", better: "lower" },
    watched: { says: "50 browsers watch: server CPU per second of storm", unit: "ms", better: "lower" },
    per_browser: { says: "the difference per browser", unit: "ms", better: "lower" },
    lag_p99: { says: "50 browsers watch: event-loop delay, p99", unit: "ms", better: "lower" },
    messages: { says: "messages a second to one browser", unit: "/s", better: "lower" },
    bytes: { says: "bytes a second to one browser", unit: "B/s", better: "lower" },
  },
  async run(name, context) {
    const seconds = context.quick ? 4 : 8;
    const churn = { do: "churn", perSecond: DROPS_PER_SECOND, seconds } as const;
    return withDogs(
      name,
      DROPS_PER_SECOND * seconds,
      context,
      async (scene) => {
        await scene.enter(DROPS_PER_SECOND * seconds);
        const alone = await scene.observe(churn);
        // By the seconds the storm was meant to take: the work is the same where the machine stretched it.
        const perSecond = ({ cpuSeconds }: typeof alone) => cpuSeconds / seconds;
        const browsers = startDriver(context.pin);
        try {
          const { watched, received } = await watchedBy(browsers, name, scene, () => scene.observe(churn));
          const listenedSeconds = received.wallMs / 1_000;
          return [
            { metric: "alone", value: perSecond(alone) * 1e3 },
            { metric: "watched", value: perSecond(watched) * 1e3 },
            { metric: "per_browser", value: (Math.max(0, perSecond(watched) - perSecond(alone)) * 1e3) / BROWSERS },
            { metric: "lag_p99", value: watched.after.lag.p99 },
            { metric: "messages", value: received.answers / BROWSERS / listenedSeconds },
            { metric: "bytes", value: received.answerBytes / BROWSERS / listenedSeconds },
          ] satisfies Sample[];
        } finally {
          await browsers.stop();
        }
      },
      { broadcast: true },
    );
  },
};

async function watchedBy<T>(browsers: Driver, name: PeerName, { peer }: Scene, act: () => Promise<T>) {
  await browsers.order({ do: "watch", port: peer.port, how: HOW[name], browsers: BROWSERS });
  const watched = await act();
  const received = await browsers.order({ do: "unwatch" });
  assertDone(received.answers >= BROWSERS * 4, `every browser is told, ${received.answers} messages came`);
  return { watched, received };
}
