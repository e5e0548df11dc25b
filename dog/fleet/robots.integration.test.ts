import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import type { LoginArgs } from "#lib/protocol/messages.ts";
import { loginArgs as loginArgsSchema } from "#lib/protocol/messages.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { LeashRobot } from "./leash-robot.ts";
import type { DogAct, Identity, Robot, RobotContext } from "./robot.ts";
import { SeedRobot } from "./seed-robot.ts";

/** While a robot waits for an answer over its socket the fake clock stands. */
const ON_THE_WAY = /^(dialing|signing_in)$/;

const YEARS = 10 * 365 * 24 * 3_600_000;
const JUMPS = [YEARS, -YEARS, -3_600_000, 3_600_000, -YEARS];

const KINDS = [
  { what: "a seed robot", Kind: SeedRobot },
  { what: "a Leash robot", Kind: LeashRobot },
] as const;

let clock: FakeClock;
let acts: DogAct[];
let robots: Robot[];
const close: (() => unknown)[] = [];

beforeEach(() => {
  clock = new FakeClock();
  acts = [];
  robots = [];
});

afterEach(async () => {
  for (const robot of robots) {
    const stopped = robot.stop();
    clock.advance(2_000);
    await stopped;
  }
  for (const undo of close.splice(0)) undo();
});

const urlOf = (port: number) => `ws://127.0.0.1:${port}/ws`;

function robotOn(Kind: typeof SeedRobot | typeof LeashRobot, port: number, ...backups: number[]): Robot {
  const identity: Identity = {
    sn: "D1",
    cohort: "c",
    appId: "app",
    site: "Ningbo yard",
    network: "4G",
    firmware: "2.8.1",
    labels: { team: "night" },
    servers: [urlOf(port), ...backups.map(urlOf)],
  };
  const context: RobotContext = { token: "t", clock, random: () => 0, act: (_sn, act) => acts.push(act) };
  const robot = new Kind(identity, context);
  robots.push(robot);
  return robot;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  close.push(() => server.close());
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

describe("a robot whose wall clock jumps", () => {
  it.each(KINDS)("G23: $what keeps to its backoff: waits come from monotonic time", async ({ Kind }) => {
    let dials = 0;
    const port = await listening(
      createServer((socket) => {
        dials++;
        socket.on("error", () => {});
        socket.resetAndDestroy();
      }),
    );
    const failed = () => acts.filter(({ act }) => act === "refused_dial").length;
    robotOn(Kind, port).start();
    for (const [i, jump] of JUMPS.entries()) {
      await expect.poll(failed).toBe(i + 1);
      clock.jumpWall(jump);
      const wait = 1_000 * 2 ** i;
      clock.advance(wait - 1);
      expect(dials).toBe(i + 1);
      clock.advance(1);
      await expect.poll(() => dials).toBe(i + 2);
    }
  });
});

describe("what a robot says when it signs in", () => {
  const said: LoginArgs[] = [];
  let port: number;

  beforeEach(async () => {
    said.length = 0;
    port = await gateway();
  });

  /** Says yes to everything. */
  async function gateway(): Promise<number> {
    const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    close.push(() => wss.close());
    wss.on("connection", (socket) => {
      socket.on("error", () => {});
      socket.on("message", (data) => {
        const { service, args, request_id } = JSON.parse(String(data)) as {
          service: string;
          args: LoginArgs;
          request_id: string;
        };
        said.push(args);
        const answer = { op: "galbot_response", service, result: true, code: 0, message: "ok", request_id };
        socket.send(JSON.stringify(answer));
      });
    });
    await once(wss, "listening");
    const address = wss.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  const loggedIn = (times: number) => expect.poll(() => acts.filter(({ act }) => act === "login").length).toBe(times);

  it("D3: the seed's client says the seed's four fields and nothing else, twice the first time", async () => {
    const robot = robotOn(SeedRobot, port);
    robot.start();
    await loggedIn(1);
    await expect.poll(() => said.length).toBe(2);
    const timestamp = String(Math.floor(clock.now() / 1_000));
    expect(said[0]).toEqual({ app_id: "app", token: "t", sn: "D1", timestamp });
    robot.cutNetwork("reset", 0);
    await loggedIn(2);
    expect(said).toHaveLength(3);
  });

  it("D3: a Leash robot says who it is and tells of the outage it lived through, as the protocol has it", async () => {
    const robot = robotOn(LeashRobot, port);
    robot.start();
    await loggedIn(1);
    robot.cutNetwork("reset", 5_000);
    await expect.poll(() => acts.some(({ act }) => act === "drop")).toBe(true);
    for (let dial = 0; dial < 20 && said.length < 2; dial++) {
      clock.advance(1_000);
      await expect.poll(() => robot.phase).not.toMatch(ON_THE_WAY);
    }
    await loggedIn(2);
    expect(said.map((args) => loginArgsSchema.safeParse(args).error)).toEqual([undefined, undefined]);
    expect(said[1]).toMatchObject({
      client: "leash-sim/2",
      network: "4G",
      firmware: "2.8.1",
      labels: { site: "Ningbo yard", team: "night" },
      outage: { servers_tried: 1, last_error: expect.stringContaining("ENETUNREACH") },
    });
    expect(said[1]?.outage?.dials).toBeGreaterThanOrEqual(3);
  });

  it("D103: a lost token is the login's alone, for its time, and the dog is in again after it", async () => {
    const robot = robotOn(SeedRobot, port);
    robot.start();
    await loggedIn(1);
    robot.loseToken(5_000);
    await expect.poll(() => said.at(-1)?.token).toBe("expired-token");
    clock.advance(5_000);
    robot.cutNetwork("reset", 0);
    await expect.poll(() => said.at(-1)?.token).toBe("t");
  });

  it("D104: in silence nothing leaves a robot, not even the end of its socket, until its network is back", async () => {
    const robot = robotOn(LeashRobot, port);
    robot.start();
    await loggedIn(1);
    robot.cutNetwork("silence", 120_000);
    expect(robot.phase).toBe("silent");
    clock.advance(46_000);
    expect(acts.some((act) => act.act === "drop" && act.how.includes("45000"))).toBe(true);
    clock.advance(73_999);
    expect([said.length, robot.phase]).toEqual([1, "silent"]);
    clock.advance(1);
    for (let step = 0; step < 400 && said.length < 2; step++) {
      clock.advance(1_000);
      await expect.poll(() => robot.phase).not.toMatch(ON_THE_WAY);
    }
    await loggedIn(2);
  });

  it("D109: one gateway that cannot be reached: a Leash robot moves to its backup, the seed's client waits for the one it knows", async () => {
    const backup = await gateway();
    const [leash, seed] = [robotOn(LeashRobot, port, backup), robotOn(SeedRobot, port, backup)];
    for (const robot of [leash, seed]) robot.start();
    await loggedIn(2);
    for (const robot of [leash, seed]) robot.block(urlOf(port), 60_000);
    await expect.poll(() => acts.filter(({ act }) => act === "drop").length).toBe(2);
    // Both dial the primary at once and find no way; a second later the one dials the backup, the other the primary.
    for (const ms of [0, 20, 1_000]) clock.advance(ms);
    await expect.poll(() => leash.phase).toBe("up");
    expect(seed.phase).toBe("dialing");
    for (let second = 0; second < 65; second++) clock.advance(1_000);
    await expect.poll(() => seed.phase).toBe("up");
  });

  it.each(KINDS)(
    "D113: $what writes down each line it opened, what left on it, how it ended and when it was last heard",
    async ({ Kind }) => {
      const robot = robotOn(Kind, port);
      robot.start();
      await loggedIn(1);
      const heardAt = clock.now();
      clock.advance(3_000);
      robot.cutNetwork("reset", 1_000);
      await expect.poll(() => acts.some(({ act }) => act === "drop")).toBe(true);
      for (let step = 0; step < 40 && said.length < (Kind === SeedRobot ? 3 : 2); step++) {
        clock.advance(500);
        await expect.poll(() => robot.phase).not.toMatch(ON_THE_WAY);
      }
      await loggedIn(2);
      robot.cutNetwork("silence", 50_000);
      clock.advance(50_000);
      const told = acts.map((act) => ("line" in act ? `${act.act} ${act.line}` : act.act));
      const back = acts.findLast(({ act }) => act === "login");
      const line = back && "line" in back ? back.line : 0;
      expect(told.slice(0, 4)).toEqual(["started", "dial 1", "open 1", "login_sent 1"]);
      expect(told).toEqual(expect.arrayContaining(["fault", "left 1", "drop 1", "refused_dial 2", `silence ${line}`]));
      expect(told.indexOf("login 1")).toBeGreaterThan(told.indexOf("login_sent 1"));
      const left = acts.filter((act) => act.act === "left");
      expect(left).toEqual([
        { act: "left", line: 1, how: "reset", heard: [heardAt, expect.any(Number)] },
        { act: "left", line, how: "reset", heard: [expect.any(Number), expect.any(Number)] },
      ]);
      expect(JSON.stringify(acts)).not.toContain("token");
    },
  );

  it.each(KINDS)("D105: stopped, $what leaves no timer and no socket", async ({ Kind }) => {
    const robot = robotOn(Kind, port);
    robot.start();
    await loggedIn(1);
    robot.flap(3);
    const stopped = robot.stop();
    clock.advance(2_000);
    await stopped;
    expect(clock.pending).toBe(0);
  });
});
