import { z } from "zod";

/** `up` is from the dog to the gateway, `down` from the gateway to the dog. */
export type Direction = "up" | "down";

const direction = z.enum(["up", "down", "both"]).default("both");
const bytes = z.number().int().min(0).max(1e12);
const ms = z.number().min(0).max(3_600_000);

/** One fault of a line, as the control port takes it. Every field but `type` and the sizes may be left out. */
export const toxicSchema = z.discriminatedUnion("type", [
  /** Every byte, FIN too, arrives so much later; order is kept whatever the jitter. */
  z.strictObject({ type: z.literal("latency"), delayMs: ms, jitterMs: ms.default(0), direction }),
  z.strictObject({ type: z.literal("slow"), bytesPerSecond: z.number().min(1).max(1e9), direction }),
  /**
   * Nothing passes, no end either: both sides keep their socket. One direction alone is half-open. Lifted, what was sent
   * meanwhile arrives late, as TCP has it; a dial from in there is reset.
   */
  z.strictObject({ type: z.literal("blackhole"), direction }),
  /** FIN to both sides once so many more bytes have passed. */
  z.strictObject({ type: z.literal("limit"), bytes, direction }),
  /** FIN to both sides one byte before the end of what is sent next: in the midst of a frame. */
  z.strictObject({ type: z.literal("truncate"), direction }),
  /** RST to both sides once so many more bytes have passed; 0 is at once. */
  z.strictObject({ type: z.literal("reset"), afterBytes: bytes.default(0), direction }),
  /** A dial is accepted and answered with RST; connections live on. */
  z.strictObject({ type: z.literal("refuse") }),
  /** A dial is refused by the kernel (ECONNREFUSED); connections live on. */
  z.strictObject({ type: z.literal("not_listening") }),
  /** A ClientHello is answered with text, or with a certificate nobody should trust. Nothing is passed on. */
  z.strictObject({ type: z.literal("tls"), answer: z.enum(["garbage", "wrong_certificate"]) }),
]);

export type Toxic = z.infer<typeof toxicSchema>;
/** As it is written down: what has a default may be left out. */
export type ToxicInput = z.input<typeof toxicSchema>;
export type PipeToxic = Extract<Toxic, { direction: unknown }>;

export const isPipeToxic = (toxic: Toxic): toxic is PipeToxic => "direction" in toxic;

export const concerns = (toxic: PipeToxic, way: Direction): boolean =>
  toxic.direction === "both" || toxic.direction === way;
