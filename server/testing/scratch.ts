import { existsSync } from "node:fs";
import { tmpdir } from "node:os";

/** Where tests keep journals that no power cut will try: in memory where there is room for it, so that a busy disk is no gateway's fault. */
export const SCRATCH = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
