import type { Clock } from "#lib/clock/clock.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import type { Journal } from "#server/journal/journal.ts";
import type { DogConnection } from "./connection.ts";
import type { LoginRequest } from "./connection-state.ts";
import type { GatewayConfig, GatewayMetrics } from "./gateway-options.ts";
import type { Wheel } from "./wheel.ts";

/** What a connection asks of the gateway that holds it. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly wheel: Wheel;
  readonly config: GatewayConfig;
  readonly journal: Pick<Journal, "append">;
  readonly metrics: GatewayMetrics;
  /** `args` are unparsed. */
  login(connection: DogConnection, args: unknown, request: LoginRequest): void;
  /** A held login's time has come. */
  release(connection: DogConnection): void;
  /** A duplicate spoke up: where its sn has no session, it becomes the session. */
  promote(connection: DogConnection): void;
  /** Something threw while this connection was served: it ends, everybody else goes on. */
  fault(connection: DogConnection, error: unknown): void;
  /** The connection is about to be closed by us; its state still says what it was. */
  ending(connection: DogConnection, cause: DisconnectCause): void;
  /** The pipe is gone; its state still says what it was. */
  gone(connection: DogConnection, cause: DisconnectCause): void;
}
