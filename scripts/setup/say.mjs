import { spawn } from "node:child_process";

/** A failure the reader can act on: one line, no stack. */
export class SetupError extends Error {}

/** Prints one line of progress. */
export function say(text) {
  process.stdout.write(`setup: ${text}\n`);
}

/** Milliseconds as "8 s" or "1 min 12 s". */
export function seconds(ms) {
  const total = Math.round(ms / 1000);
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}

/**
 * Runs one long command behind one line of progress, and a further line every 15 s.
 * Resolves to `{code, output}`; output is stdout and stderr together, at most the last 200,000 characters.
 */
export function runStep(label, command, args, options = {}) {
  say(`${label} ...`);
  const started = Date.now();
  return new Promise((resolve) => {
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
    };
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const beat = setInterval(() => say(`${label} ... ${seconds(Date.now() - started)}`), 15_000);
    const finish = (code) => {
      clearInterval(beat);
      if (code === 0) say(`${label}: done in ${seconds(Date.now() - started)}`);
      resolve({ code, output });
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      keep(`\n${error.message}`);
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}
