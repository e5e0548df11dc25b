import { TOKEN } from "../peers/token.ts";
import { clientFrame, TEXT } from "./wire.ts";

/** What a text frame from the server is to a dog. */
export type Heard = "open" | "ready" | "answer" | "ping" | "other";

/** How dogs of the bench speak to one kind of server. Frames are built once. */
export interface Dialect {
  readonly target: string;
  /** More lines of the upgrade request, each with its end. */
  readonly headers: string;
  /** Said once the server opened; null where the login comes first, right after the upgrade. */
  readonly join: Buffer | null;
  readonly heartbeat: Buffer;
  /** Answer to the server's ping in a text frame; WebSocket pings are answered everywhere. */
  readonly pong: Buffer | null;
  login(sn: string): Buffer;
  classify(bytes: Buffer, start: number, end: number): Heard;
}

export type DialectName = "leash" | "socket.io";

/** Both say the same request; the heartbeat is written as our own dog writes it. */
const HEARTBEAT = { op: "galbot_request", service: "/api/heartbeat", args: {}, request_id: "heartbeat_7" };

/** The login of a Leash dog that is in no outage. */
const loginRequest = (sn: string) => ({
  op: "galbot_request",
  service: "/api/user/login",
  args: {
    app_id: "dog_app_001",
    token: TOKEN,
    sn,
    timestamp: "1700000000",
    client: "leash/0.1.0",
    network: "5g",
    firmware: "1.4.2",
    labels: { site: "plant-a" },
  },
  request_id: "login_1",
});

/** As our own dog says who it is at the handshake; every kind of server is sent it, whether or not it reads it. */
const AUTHORIZATION = `Authorization: Bearer ${TOKEN}\r\n`;

const leash: Dialect = {
  target: "/ws",
  headers: AUTHORIZATION,
  join: null,
  heartbeat: clientFrame(TEXT, JSON.stringify(HEARTBEAT)),
  pong: null,
  login: (sn) => clientFrame(TEXT, JSON.stringify(loginRequest(sn))),
  classify: () => "answer",
};

const ZERO = 0x30;
const TWO = 0x32;
const THREE = 0x33;
const FOUR = 0x34;

/** Engine.IO 4 over its websocket transport, spoken by hand: a client library would cost the driver more than the server. */
const socketIo: Dialect = {
  target: "/socket.io/?EIO=4&transport=websocket",
  headers: AUTHORIZATION,
  /** Joins the default namespace. */
  join: clientFrame(TEXT, "40"),
  heartbeat: clientFrame(TEXT, `427["galbot_request",${JSON.stringify(HEARTBEAT)}]`),
  pong: clientFrame(TEXT, "3"),
  login: (sn) => clientFrame(TEXT, `421["galbot_request",${JSON.stringify(loginRequest(sn))}]`),
  classify(bytes, start) {
    const type = bytes[start];
    if (type === ZERO) return "open";
    if (type === TWO) return "ping";
    if (type !== FOUR) return "other";
    const kind = bytes[start + 1];
    return kind === ZERO ? "ready" : kind === THREE ? "answer" : "other";
  },
};

export const DIALECT: Readonly<Record<DialectName, Dialect>> = { leash, "socket.io": socketIo };
