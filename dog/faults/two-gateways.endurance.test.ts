import { afterEach, beforeEach, expect, it } from "vitest";
import { SpeedClock } from "#dog/testing/speed-clock.ts";
import { WatchedDog } from "#dog/testing/watched-dog.ts";
import { RETURN_AFTER_MS } from "#lib/link/server-choice.ts";
import { leashSchedule } from "#lib/reconnection/schedule.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { GatewayRig, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";

const DOGS = 50;
const schedule = { ...leashSchedule(), dialTimeoutMs: 60_000 };
/**
 * The policy's own bound: a wait before the first dial (at the dead primary, refused at once), one step of the backoff with its
 * jitter, and the dial that follows is at the backup.
 */
const MOVED_WITHIN_MS = schedule.firstDelayMs[1] + schedule.baseDelayMs * (1 + schedule.jitter);
/** What 50 dials, logins and two gateways on a busy machine take on top. */
const SLACK_MS = 3_000;
/** A look at the primary a minute, healthy for three, then spread over a minute. */
const RETURNED_WITHIN_MS = 60_000 + RETURN_AFTER_MS + 60_000 + 60_000;
const SPEED = 20;
/** Without a ping: a pause of this process is minutes of its clock. */
const WATCHDOG_MS = 600_000;

let primary: GatewayRig;
let backup: GatewayRig;
const dogs: WatchedDog[] = [];

beforeEach(async () => {
  primary = await GatewayRig.create();
  backup = await GatewayRig.create();
});

afterEach(async () => {
  await Promise.all(dogs.splice(0).map((dog) => dog.client.stop()));
  await Promise.all([primary.close(), backup.close()]);
});

const sessionsOn = (rig: GatewayRig) => rig.metric('leash_size{of="sessions"}');

it(`D99: a gateway killed with -9: all ${DOGS} dogs are on the other within their policy's bound; it comes back: so do they, each once`, async () => {
  const env = { APP_PINT_TIME: "200ms" };
  const { child } = await primary.start(env);
  await backup.start(env);
  const clock = new SpeedClock();
  const random = seededRandom(7);
  const servers = [primary.wsUrl, backup.wsUrl];
  for (let n = 0; n < DOGS; n++) {
    dogs.push(
      new WatchedDog({
        servers,
        appId: "app",
        token: RIG_TOKEN,
        sn: `D${n}`,
        clock,
        random,
        schedule: { dialTimeoutMs: 60_000 },
        watchdogMs: WATCHDOG_MS,
      }),
    );
  }
  await Promise.all(dogs.map((dog) => dog.client.start()));
  expect(await sessionsOn(primary)).toBe(DOGS);

  child.kill("SIGKILL");
  const killedAt = performance.now();
  const moved = (dog: WatchedDog) => dog.all("connected").some(({ server }) => server === backup.wsUrl);
  await until("every dog is on the backup", MOVED_WITHIN_MS + SLACK_MS, () => dogs.every(moved));
  const tookMs = dogs.map((dog) => (dog.all("connected")[1]?.at ?? Number.POSITIVE_INFINITY) - killedAt);
  expect(Math.max(...tookMs)).toBeLessThanOrEqual(MOVED_WITHIN_MS + SLACK_MS);
  expect(await sessionsOn(backup)).toBe(DOGS);

  await primary.start({ ...env, GATEWAY_PORT: new URL(primary.url).port });
  clock.setSpeed(SPEED);
  const returned = (dog: WatchedDog) => dog.client.getStatus().server === primary.wsUrl && dog.isUp;
  await until("every dog is back on the primary", RETURNED_WITHIN_MS / SPEED + SLACK_MS, () => dogs.every(returned));
  const settledAt = clock.monotonic() + 2 * 60_000;
  await until("two minutes pass", 10_000, () => clock.monotonic() >= settledAt);
  const journeys = dogs.map((dog) =>
    dog
      .all("connected")
      .map(({ server }) => servers.indexOf(server))
      .join(),
  );
  expect(new Set(journeys)).toEqual(new Set(["0,1,0"]));
  expect(await sessionsOn(primary)).toBe(DOGS);
}, 180_000);
