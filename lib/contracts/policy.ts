import { z } from "zod";

const delayMs = z.number().int().min(1).max(86_400_000);
export const retryPolicy = z
  .strictObject({ max_retries: z.number().int().min(0).max(1_000), base_delay_ms: delayMs, max_delay_ms: delayMs })
  .refine((policy) => policy.base_delay_ms <= policy.max_delay_ms, {
    path: ["base_delay_ms"],
    message: "must not exceed max_delay_ms",
  });

/** GET /api/policy, PUT /api/policy: what is pushed to dogs that understand it, what is assumed of seed dogs. */
export const policy = z.strictObject({ pushed: retryPolicy, assumed: retryPolicy });
export type Policy = z.infer<typeof policy>;
