import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createCertificate } from "./certificate.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import { startTlsFront } from "./tls-front.ts";

const WINDOW_BYTES = 256 * 1024;

/** One end of a line: what came, how it ended. */
class Line {
  readonly socket: Socket;
  /** The first of it. */
  text = "";
  receivedBytes = 0;
  isEnded = false;
  error: string | null = null;
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes) => {
      this.receivedBytes += bytes.length;
      if (this.text.length < 4_096) this.text += bytes.toString();
    });
    socket.on("end", () => {
      this.isEnded = true;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.error = error.code ?? error.message;
    });
    socket.on("close", () => {
      this.isClosed = true;
    });
  }
}

let clock: FakeClock;
let server: Server;
let far: Line[];
let near: Line[];
let proxy: ChaosProxy;

beforeEach(async () => {
  clock = new FakeClock();
  far = [];
  near = [];
  server = createServer({ noDelay: true }, (socket) => far.push(new Line(socket)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await ChaosProxy.start({ target: { host: "127.0.0.1", port: portOf(server) }, clock });
});

afterEach(async () => {
  await proxy.close();
  for (const line of [...near, ...far]) line.socket.destroy();
  server.close();
  expect([proxy.connections, clock.pending]).toEqual([0, 0]);
});

function portOf(listening: Server): number {
  const address = listening.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function dial(): Line {
  const line = new Line(connect({ port: proxy.port, host: "127.0.0.1", noDelay: true }));
  near.push(line);
  return line;
}

/** Both ends of a new connection. */
async function connected(): Promise<[Line, Line]> {
  const before = far.length;
  const dog = dial();
  await expect.poll(() => far.length).toBe(before + 1);
  const gateway = far[before];
  if (gateway === undefined) throw new Error("no connection reached the target");
  return [dog, gateway];
}

async function exchange(dog: Line, gateway: Line, up: string, down: string): Promise<void> {
  const [before, after] = [gateway.text, dog.text];
  dog.socket.write(up);
  await expect.poll(() => gateway.text).toBe(before + up);
  gateway.socket.write(down);
  await expect.poll(() => dog.text).toBe(after + down);
}

describe("the chaos proxy without a toxic", () => {
  it("D80: passes bytes both ways and each FIN on its own", async () => {
    const [dog, gateway] = await connected();
    await exchange(dog, gateway, "hello", "hello yourself");
    dog.socket.end("bye");
    await expect.poll(() => gateway.isEnded && gateway.text).toBe("hellobye");
    await expect.poll(() => [dog.isClosed, gateway.isClosed, dog.error]).toEqual([true, true, null]);
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it("D80: passes an RST on as one", async () => {
    const [dog, gateway] = await connected();
    gateway.socket.resetAndDestroy();
    await expect.poll(() => dog.error).toBe("ECONNRESET");
    const [other, itsGateway] = await connected();
    other.socket.resetAndDestroy();
    await expect.poll(() => itsGateway.error).toBe("ECONNRESET");
  });

  it("D80: a target that is gone resets the dial", async () => {
    server.close();
    const dog = dial();
    await expect.poll(() => dog.error).toBe("ECONNRESET");
  });

  it("D81: holds no more than a window for a reader that does not read", async () => {
    const [dog, gateway] = await connected();
    gateway.socket.pause();
    const chunk = Buffer.alloc(1024 * 1024, 1);
    for (let i = 0; i < 32; i++) dog.socket.write(chunk);
    let most = 0;
    for (let round = 0; round < 3; round++) {
      await othersServed();
      most = Math.max(most, proxy.bytesWaiting);
    }
    expect(dog.socket.writableLength).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(WINDOW_BYTES + 128 * 1024);
    gateway.socket.resume();
    dog.socket.end();
    await expect.poll(() => gateway.isEnded, { timeout: 10_000 }).toBe(true);
    expect(gateway.receivedBytes).toBe(32 * chunk.length);
  });
});

describe("toxics of a line", () => {
  it("D82: latency keeps every byte for its time, in order, whatever the jitter", async () => {
    const [dog, gateway] = await connected();
    await proxy.add({ type: "latency", delayMs: 100, jitterMs: 80, direction: "up" });
    for (const part of ["a", "b", "c", "d"]) {
      const pending = proxy.bytesWaiting;
      dog.socket.write(part);
      await expect.poll(() => proxy.bytesWaiting).toBe(pending + 1);
    }
    expect(gateway.text).toBe("");
    clock.advance(19);
    expect(proxy.bytesWaiting).toBe(4);
    clock.advance(161);
    await expect.poll(() => gateway.text).toBe("abcd");
    gateway.socket.write("at once");
    await expect.poll(() => dog.text).toBe("at once");
  });

  it("D82: a FIN takes as long as a byte", async () => {
    const [dog, gateway] = await connected();
    await proxy.add({ type: "latency", delayMs: 100, direction: "up" });
    dog.socket.end("last");
    await expect.poll(() => clock.pending).toBe(1);
    clock.advance(99);
    expect(gateway.text).toBe("");
    clock.advance(1);
    await expect.poll(() => gateway.isEnded).toBe(true);
    expect(gateway.text).toBe("last");
  });

  it("D83: a slow line carries its bytes per second, and holds a window at most", async () => {
    const [dog, gateway] = await connected();
    await proxy.add({ type: "slow", bytesPerSecond: 1_000, direction: "up" });
    dog.socket.write(Buffer.alloc(2_000, 1));
    await expect.poll(() => proxy.bytesWaiting).toBe(1_950);
    clock.advance(1_000);
    await expect.poll(() => gateway.receivedBytes).toBeGreaterThanOrEqual(1_000);
    expect(gateway.receivedBytes).toBeLessThanOrEqual(1_050);
    clock.advance(950);
    await expect.poll(() => gateway.receivedBytes).toBe(2_000);
    dog.socket.write(Buffer.alloc(4 * WINDOW_BYTES, 1));
    await expect.poll(() => proxy.bytesWaiting).toBeGreaterThanOrEqual(WINDOW_BYTES);
    expect(proxy.bytesWaiting).toBeLessThanOrEqual(WINDOW_BYTES + 64 * 1024);
  });

  it("D84: a blackhole passes nothing, no end either; lifted, what was sent arrives late", async () => {
    const [dog, gateway] = await connected();
    await exchange(dog, gateway, "1", "2");
    const hole = await proxy.add({ type: "blackhole" });
    dog.socket.write("into the hole");
    gateway.socket.write("likewise");
    await othersServed();
    expect([gateway.text, dog.text]).toEqual(["1", "2"]);
    await hole.remove();
    await expect.poll(() => [gateway.text, dog.text]).toEqual(["1into the hole", "2likewise"]);
  });

  it("D84: an RST inside the blackhole is heard when it lifts", async () => {
    const [dog, gateway] = await connected();
    const hole = await proxy.add({ type: "blackhole" });
    dog.socket.resetAndDestroy();
    await othersServed();
    expect([gateway.error, gateway.isClosed]).toEqual([null, false]);
    await hole.remove();
    await expect.poll(() => gateway.error).toBe("ECONNRESET");
  });

  it("D84: a dial into the blackhole is answered by nobody, and reset when it lifts", async () => {
    const hole = await proxy.add({ type: "blackhole" });
    const dog = dial();
    dog.socket.write("GET / HTTP/1.1");
    await expect.poll(() => proxy.accepted).toBe(1);
    expect([far.length, dog.isClosed]).toEqual([0, false]);
    await hole.remove();
    await expect.poll(() => dog.error).toBe("ECONNRESET");
    expect(far.length).toBe(0);
  });

  it("D85: half-open: one direction alone is swallowed", async () => {
    const [dog, gateway] = await connected();
    await proxy.add({ type: "blackhole", direction: "up" });
    dog.socket.write("unheard");
    gateway.socket.write("heard");
    await expect.poll(() => dog.text).toBe("heard");
    expect(gateway.text).toBe("");
    dog.socket.destroy();
    gateway.socket.write("to nobody");
    await othersServed();
    expect([gateway.isEnded, gateway.error]).toEqual([false, null]);
  });

  it("D86: a limit ends both sides by FIN after its bytes", async () => {
    const [dog, gateway] = await connected();
    await exchange(dog, gateway, "before", "before");
    await proxy.add({ type: "limit", bytes: 5, direction: "up" });
    dog.socket.write("123");
    await expect.poll(() => gateway.text).toBe("before123");
    dog.socket.write("456789");
    await expect.poll(() => [gateway.isEnded, dog.isEnded, gateway.text]).toEqual([true, true, "before12345"]);
    expect([dog.error, gateway.error]).toEqual([null, null]);
  });

  it("D87: truncation ends what is sent next one byte short", async () => {
    const [dog, gateway] = await connected();
    await proxy.add({ type: "truncate", direction: "down" });
    gateway.socket.write("a whole frame");
    await expect.poll(() => [dog.isEnded, dog.text]).toEqual([true, "a whole fram"]);
  });

  it("D88: reset ends both sides by RST, at once or after its bytes", async () => {
    const [dog, gateway] = await connected();
    await proxy.add({ type: "reset", afterBytes: 4, direction: "up" });
    dog.socket.write("12");
    await expect.poll(() => gateway.text).toBe("12");
    dog.socket.write("345");
    await expect.poll(() => [dog.error, gateway.error]).toEqual(["ECONNRESET", "ECONNRESET"]);
    await proxy.removeAll();
    const [other, itsGateway] = await connected();
    await proxy.add({ type: "reset" });
    await expect.poll(() => [other.error, itsGateway.error]).toEqual(["ECONNRESET", "ECONNRESET"]);
  });

  it("D88: one cut ends what is there and lets the next dial in", async () => {
    const [dog, gateway] = await connected();
    proxy.cut("fin");
    await expect.poll(() => [dog.isEnded, gateway.isEnded, dog.error]).toEqual([true, true, null]);
    await exchange(...(await connected()), "a", "b");
    proxy.cut("reset");
    await expect.poll(() => near[1]?.error).toBe("ECONNRESET");
  });
});

describe("toxics of a dial", () => {
  it("D89: refuse resets dials, not listening refuses them; who is connected stays; lifted, the port is the same", async () => {
    const [dog, gateway] = await connected();
    const refusal = await proxy.add({ type: "refuse" });
    const reset = dial();
    await expect.poll(() => reset.error).toBe("ECONNRESET");
    await refusal.remove();
    const { port } = proxy;
    const absence = await proxy.add({ type: "not_listening" });
    const refused = dial();
    await expect.poll(() => refused.error).toBe("ECONNREFUSED");
    await exchange(dog, gateway, "still", "here");
    await absence.remove();
    expect(proxy.port).toBe(port);
    await exchange(...(await connected()), "in", "again");
  });

  it("D90: a ClientHello is answered with garbage, or with a certificate nobody trusts", async () => {
    const tls = async () => {
      const socket = connectTls({ port: proxy.port, host: "127.0.0.1", servername: "gateway.test" });
      const [error] = await once(socket, "error");
      socket.destroy();
      return (error as NodeJS.ErrnoException).code;
    };
    const garbage = await proxy.add({ type: "tls", answer: "garbage" });
    expect(await tls()).toMatch(/^ERR_SSL/);
    await garbage.remove();
    await proxy.add({ type: "tls", answer: "wrong_certificate" });
    expect(await tls()).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect([far.length, proxy.wronglyTrusted]).toEqual([0, 0]);
  });

  it("D90: a trusted certificate passes, by name and by address, and a dog without its own is refused where one is asked for", async () => {
    const root = { commonName: "root", ...createCertificate({ commonName: "root" }) };
    const certificate = createCertificate({ commonName: "gw", names: ["gateway.test", "127.0.0.1"], issuer: root });
    const own = createCertificate({ commonName: "dog", issuer: root });
    const front = await startTlsFront({ target: proxy.target, certificate, clientCa: root.cert });
    const ask = async (options: object) => {
      const socket = connectTls({ port: front.port, host: "127.0.0.1", ca: root.cert, ...options });
      const line = new Line(socket);
      near.push(line);
      await expect.poll(() => far.length > 0 || line.error !== null).toBe(true);
      return line.error;
    };
    expect(await ask({ servername: "gateway.test" })).not.toBeNull();
    expect(await ask({ servername: "gateway.test", ...own })).toBeNull();
    expect(front.names).toEqual(["gateway.test"]);
    await front.close();
  });
});

/** Other sockets were served meanwhile, five times over: what was written before had its chance to arrive. */
async function othersServed(): Promise<void> {
  const witness = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  witness.listen(0, "127.0.0.1");
  await once(witness, "listening");
  for (let round = 0; round < 5; round++) {
    const socket = connect(portOf(witness), "127.0.0.1");
    socket.write("x");
    await once(socket, "data");
    socket.destroy();
  }
  witness.close();
}
