import type { Policy } from "#lib/contracts/policy.ts";
import type { RetryPolicy } from "#lib/reconnection/schedule.ts";

/** Pushed to dogs that understand it, assumed of those that say nothing. */
export interface Policies {
  readonly pushed: RetryPolicy;
  readonly assumed: RetryPolicy;
}

const toWireOne = (policy: RetryPolicy) => ({
  max_retries: policy.maxRetries,
  base_delay_ms: policy.baseDelayMs,
  max_delay_ms: policy.maxDelayMs,
});
const fromWireOne = (policy: Policy["pushed"]): RetryPolicy => ({
  maxRetries: policy.max_retries,
  baseDelayMs: policy.base_delay_ms,
  maxDelayMs: policy.max_delay_ms,
});

export const toWire = ({ pushed, assumed }: Policies): Policy => ({
  pushed: toWireOne(pushed),
  assumed: toWireOne(assumed),
});
export const fromWire = ({ pushed, assumed }: Policy): Policies => ({
  pushed: fromWireOne(pushed),
  assumed: fromWireOne(assumed),
});
