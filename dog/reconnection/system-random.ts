import { randomInt } from "node:crypto";

const STEPS = 2 ** 47;

/** Numbers in [0, 1). Dogs that start at the same instant do not draw the same waits. */
export const systemRandom = (): number => randomInt(STEPS) / STEPS;
