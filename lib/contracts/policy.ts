import { z } from "zod";
import { PUSHED_LIMITS } from "#lib/reconnection/schedule.ts";

const retryPolicy = (leastDelayMs: number, mostDelayMs: number) => {
  const delayMs = z.number().int().min(leastDelayMs).max(mostDelayMs);
  const max_retries = z.number().int().min(0).max(PUSHED_LIMITS.maxRetries);
  return z
    .strictObject({ max_retries, base_delay_ms: delayMs, max_delay_ms: delayMs })
    .refine((policy) => policy.base_delay_ms <= policy.max_delay_ms, {
      path: ["base_delay_ms"],
      message: "must not exceed max_delay_ms",
    });
};

/** GET /api/policy, PUT /api/policy: what is pushed to dogs that understand it, what is assumed of seed dogs. */
export const policy = z.strictObject({
  pushed: retryPolicy(PUSHED_LIMITS.leastDelayMs, PUSHED_LIMITS.mostDelayMs),
  assumed: retryPolicy(1, 86_400_000),
});
export type Policy = z.infer<typeof policy>;
