import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { GatewayDesk } from "#server/testing/gateway-desk.ts";
import { createMemoryJournal } from "../journal/memory-journal.ts";

/** A gateway whose journal throws for one event of one dog, which no journal may do. */
function deskWithPoison(type: string) {
  const clock = new FakeClock();
  const inner = createMemoryJournal({ clock, epoch: "E" });
  const journal = {
    ...inner,
    append(body: Parameters<typeof inner.append>[0]) {
      if (body.type === type && "sn" in body && body.sn === "POISON") throw new Error("poison");
      return inner.append(body);
    },
  };
  const errors: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: (_fields: object, message: string) => errors.push(message) };
  return { desk: new GatewayDesk({ clock, journal, log }), errors };
}

describe("one dog that fails", () => {
  it("G123: what throws on the wheel closes that socket 1011; the others are looked at all the same", async () => {
    const { desk, errors } = deskWithPoison("dog.silent");
    const dogs = [await desk.enter("D1"), await desk.enter("POISON"), await desk.enter("D2")];
    for (const dog of dogs) dog.answersPings = false;
    desk.clock.advance(50_000);
    expect(dogs.map(({ closes }) => closes)).toEqual([[], [1011], []]);
    expect(errors).toEqual(["a dog's socket was closed: serving it failed"]);
    desk.clock.advance(30_000);
    expect(dogs.map(({ closes }) => closes)).toEqual([[4100], [1011], [4100]]);
  });

  it("G123: where even the end throws, the pipe is cut", async () => {
    const { desk } = deskWithPoison("dog.disconnected");
    const dog = await desk.enter("POISON");
    dog.answersPings = false;
    const { terminate } = dog;
    // As the transport does: what throws behind a socket's end stays there.
    dog.terminate = () => expect(() => terminate.call(dog)).toThrow("poison");
    desk.clock.advance(80_000);
    expect(dog.terminated).toBe(true);
    expect(desk.gateway.sizes()).toMatchObject({ sessions: 0, wheel: 0 });
  });

  it("G123: one that cannot be closed holds up no drain", async () => {
    const { desk, errors } = deskWithPoison("dog.disconnected");
    const dogs = [await desk.enter("D1"), await desk.enter("POISON"), await desk.enter("D2")];
    for (const dog of dogs) {
      const { terminate } = dog;
      dog.terminate = () => {
        // As the transport does: what throws behind a socket's end stays there.
        if (dog === dogs[1]) expect(() => terminate.call(dog)).toThrow("poison");
        else terminate.call(dog);
      };
    }
    const done = desk.gateway.drain();
    desk.clock.advance(30_000);
    await done;
    expect(dogs.map(({ closes }) => closes)).toEqual([[1012], [], [1012]]);
    expect([dogs[1]?.terminated, desk.gateway.sizes().connections, errors.length]).toEqual([true, 0, 1]);
  });

  it("G123: what throws after the commit of a login closes that socket 1011", async () => {
    const { desk, errors } = deskWithPoison("none");
    const dog = desk.dial();
    dog.send = () => {
      throw new Error("poison");
    };
    dog.login("D1");
    await desk.settle();
    expect([dog.closes, errors.length]).toEqual([[1011], 1]);
  });

  it("P13: more than 500 frames between two ticks end the socket with 1008; as many over time do not", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 450; i++) dog.pong();
      desk.clock.advance(1_000);
    }
    expect([dog.closes, dog.terminated]).toEqual([[], false]);
    for (let i = 0; i < 501; i++) dog.pong();
    expect([dog.closes, dog.terminated]).toEqual([[1008], true]);
    expect(desk.events.at(-1)).toMatchObject({ type: "dog.disconnected", closeCode: 1008, initiator: "gateway" });
  });
});
