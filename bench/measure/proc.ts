import { readdirSync, readFileSync } from "node:fs";

/** Linux reports process times in ticks of 10 ms (USER_HZ), whatever the kernel's own clock runs at. */
const TICKS_PER_SECOND = 100;

export interface ProcessUse {
  /** User and system time of all its threads since its start, in seconds; steps of 10 ms. */
  readonly cpuSeconds: number;
  /** Resident memory now, in bytes. */
  readonly rssBytes: number;
  readonly openFiles: number;
  readonly threads: number;
}

/** What the operating system says of a process (proc(5), Linux). Throws when `pid` is gone. */
export function processUse(pid: number): ProcessUse {
  return {
    cpuSeconds: cpuSeconds(pid),
    rssBytes: rssBytes(pid),
    openFiles: openFiles(pid),
    threads: statusNumber(readFileSync(`/proc/${pid}/status`, "utf8"), "Threads"),
  };
}

/** User and system time of all threads of `pid` since its start, in seconds. */
export function cpuSeconds(pid: number): number {
  return parseCpuSeconds(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** Resident memory of `pid`, in bytes. */
export function rssBytes(pid: number): number {
  return statusNumber(readFileSync(`/proc/${pid}/status`, "utf8"), "VmRSS") * 1_024;
}

/** Open descriptors of `pid`. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** utime + stime of a line of /proc/PID/stat. The name in brackets may hold spaces and brackets, so fields count from its end. */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** A number of /proc/PID/status such as `VmRSS:	  54321 kB`. 0 where the line is missing (a zombie has no memory). */
export function statusNumber(status: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status);
  return Number(match?.[1] ?? 0);
}
