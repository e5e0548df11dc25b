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
    per_browser: { says: "the difference per browser; below 0 it is lost in the noise", unit: "ms", better: "lower" },
    lag_p99: { says: "50 browsers watch: event-loop delay, p99", unit: "ms", better: "lower" },
    messages: { says: "messages a second to one browser", unit: "/s", better: "lower" },
    bytes: { says: "bytes a second to one browser", unit: "B/s", better: "lower" },
  },
  async run(name, context) {
    const seconds = context.quick ? 2 : 4;
    return withDogs(
      name,
      DROPS_PER_SECOND * seconds * 2,
      context,
      async (scene) => {
        await scene.enter(DROPS_PER_SECOND * seconds * 2);
        const browsers = startDriver(context.pin);
        try {
          return samplesOf(await watchBetween(browsers, name, scene, seconds), seconds);
        } finally {
          await browsers.stop();
        }
      },
      { broadcast: true },
    );
  },
};

/** Storms with nobody watching before and after the one that is watched: a process that gets faster, or slower, favours neither. */
async function watchBetween(browsers: Driver, name: PeerName, scene: Scene, seconds: number) {
  const churn = (times: number) => ({ do: "churn", perSecond: DROPS_PER_SECOND, seconds: times * seconds }) as const;
  await watchedBy(browsers, name, scene, () => scene.driver.order(churn(1)));
  const before = await scene.observe(churn(1));
  const { acted: watched, received } = await watchedBy(browsers, name, scene, () => scene.observe(churn(2)));
  const after = await scene.observe(churn(1));
  return { before, watched, after, received };
}

/** By the seconds the storms were meant to take: the work is the same where the machine stretched it. */
function samplesOf(
  { before, watched, after, received }: Awaited<ReturnType<typeof watchBetween>>,
  seconds: number,
): Sample[] {
  const aloneMs = ((before.cpuSeconds + after.cpuSeconds) * 1e3) / (2 * seconds);
  const watchedMs = (watched.cpuSeconds * 1e3) / (2 * seconds);
  const listenedSeconds = received.wallMs / 1_000;
  return [
    { metric: "alone", value: aloneMs },
    { metric: "watched", value: watchedMs },
    { metric: "per_browser", value: (watchedMs - aloneMs) / BROWSERS },
    { metric: "lag_p99", value: watched.after.lag.p99 },
    { metric: "messages", value: received.answers / BROWSERS / listenedSeconds },
    { metric: "bytes", value: received.answerBytes / BROWSERS / listenedSeconds },
  ];
}

async function watchedBy<T>(browsers: Driver, name: PeerName, { peer }: Scene, act: () => Promise<T>) {
  await browsers.order({ do: "watch", port: peer.port, how: HOW[name], browsers: BROWSERS });
  const acted = await act();
  const received = await browsers.order({ do: "unwatch" });
  assertDone(received.answers >= BROWSERS * 4, `every browser is told, ${received.answers} messages came`);
  return { acted, received };
}
