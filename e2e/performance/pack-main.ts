// Thousands of dogs in a process of their own, told what to do over IPC (pack.ts): pack-main.ts URL TOKEN
import type { DogSocket } from "#dog/transport/dial.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import { LOGIN_SERVICE, type ReportedSchedule } from "#lib/protocol/messages.ts";
import type { PackAnswer, PackOrder } from "./pack.ts";

const [url = "", token = ""] = process.argv.slice(2);

/** One source address has some 28,000 ports; eight leave room for those still closing. */
const ADDRESSES = 8;
const MOST_DIALING = 200;
/** Under the gateway's 1,000 handshakes a second. */
const DIALS_PER_SLOT = 45;
const SLOT_MS = 50;
const RETRY_MS = 1_000;

const SCHEDULE: ReportedSchedule = {
  max_retries: 10,
  base_delay_ms: 1_000,
  max_delay_ms: 30_000,
  first_delay_ms: [0, 1_000],
  dial_timeout_ms: 10_000,
  jitter: 0.2,
  probe_ms: 300_000,
};
const NETWORKS = ["4G", "5G", "Wi-Fi"];

/** Sockets of the dogs that are in; a dog that is dialing or away has none. */
const sockets = new Map<string, DogSocket>();
const dialing: string[] = [];
let dialsOpen = 0;
/** Orders to connect that are not done: the dogs still missing of each. */
const waiting = new Map<number, Set<string>>();

const answer = (message: PackAnswer) => process.send?.(message);

const loginOf = (sn: string, index: number): string =>
  JSON.stringify({
    op: "galbot_request",
    service: LOGIN_SERVICE,
    request_id: "1",
    args: {
      app_id: "e2e",
      token,
      sn,
      timestamp: String(Math.floor(Date.now() / 1_000)),
      client: "leash-e2e/1",
      schedule: SCHEDULE,
      network: NETWORKS[index % NETWORKS.length],
      firmware: "3.2.1",
      labels: { site: `site-${index % 20}` },
    },
  });

function dial(sn: string): void {
  const index = Number(/\d+$/.exec(sn)?.[0] ?? 0);
  let isOver = false;
  const over = () => {
    if (!isOver) dialsOpen--;
    isOver = true;
  };
  let mine: DogSocket | undefined;
  dialsOpen++;
  dialWebSocket(
    { url, handshakeTimeoutMs: 10_000, localAddress: `127.0.0.${2 + (index % ADDRESSES)}` },
    {
      opened: (socket) => {
        mine = socket;
        socket.send(loginOf(sn, index));
      },
      heard: () => {},
      message: () => {
        if (isOver || mine === undefined) return;
        over();
        sockets.set(sn, mine);
        for (const [id, missing] of waiting) {
          if (!missing.delete(sn) || missing.size > 0) continue;
          waiting.delete(id);
          answer({ id, dropped: [] });
        }
      },
      ended: () => {
        const wasIn = isOver;
        over();
        if (mine !== undefined && sockets.get(sn) === mine) sockets.delete(sn);
        if (!wasIn) setTimeout(() => dialing.push(sn), RETRY_MS);
      },
    },
  );
}

setInterval(() => {
  for (let n = 0; n < DIALS_PER_SLOT && dialsOpen < MOST_DIALING; n++) {
    const sn = dialing.shift();
    if (sn === undefined) return;
    dial(sn);
  }
}, SLOT_MS);

function drop(sns: readonly string[]): [string, number][] {
  const dropped: [string, number][] = [];
  for (const sn of sns) {
    const socket = sockets.get(sn);
    if (socket === undefined) continue;
    sockets.delete(sn);
    dropped.push([sn, Date.now()]);
    socket.reset();
  }
  return dropped;
}

function connect(id: number, sns: readonly string[]): void {
  const missing = sns.filter((sn) => !sockets.has(sn));
  if (missing.length === 0) return void answer({ id, dropped: [] });
  waiting.set(id, new Set(missing));
  // A few do not wait behind the thousands that come back from a storm.
  if (missing.length <= DIALS_PER_SLOT) dialing.unshift(...missing);
  else dialing.push(...missing);
}

/** A prime: every dog has its turn. */
const STRIDE = 7_919;
let churning: NodeJS.Timeout | undefined;

/** Drops `perSecond` dogs a second, one after the other through the pack; each dials again a second later. */
function churn(perSecond: number): void {
  clearInterval(churning);
  if (perSecond === 0) return;
  let next = 0;
  churning = setInterval(() => {
    const all = [...sockets.keys()];
    next += STRIDE;
    const sn = all[next % Math.max(1, all.length)];
    if (sn === undefined) return;
    drop([sn]);
    setTimeout(() => dialing.push(sn), RETRY_MS);
  }, 1_000 / perSecond);
}

process.on("message", (order: PackOrder) => {
  switch (order.type) {
    case "connect":
      return connect(order.id, order.sns);
    case "drop":
      return void answer({ id: order.id, dropped: drop(order.sns) });
    case "churn":
      churn(order.perSecond);
      return void answer({ id: order.id, dropped: [] });
  }
});
process.on("disconnect", () => process.exit(0));
