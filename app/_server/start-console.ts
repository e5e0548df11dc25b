import "server-only";
import { AppError } from "#lib/errors/app-error.ts";
import { addressesBeyondLoopback, refuseUpgrades } from "./console-guard.ts";
import { isDevelopment, loadConsoleEnv } from "./env.ts";

/** Ends the process, one line per problem, when the console must not run as it was started; else bars `Upgrade`. */
export function startConsole(): void {
  const problems = [...envProblems(), ...addressProblems()];
  if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`console: ${problem}\n`);
    process.exit(1);
  }
  // The development server speaks to its own page over a WebSocket.
  if (!isDevelopment()) refuseUpgrades();
}

function envProblems(): readonly string[] {
  try {
    loadConsoleEnv();
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.message.split("\n");
    throw error;
  }
}

/** What Next really listens on: `next start` without `-H` takes every address whatever DASHBOARD_HOST says. */
function addressProblems(): readonly string[] {
  return addressesBeyondLoopback(activeHandles()).map(
    (address) => `listens on ${address}; expected a loopback address (next start -H 127.0.0.1) until sign-in exists`,
  );
}

/** Node's open handles. The call is undocumented; where it is gone, the Host and peer checks of each request still hold. */
function activeHandles(): readonly unknown[] {
  const known: { readonly _getActiveHandles?: () => readonly unknown[] } = process as object;
  return known._getActiveHandles?.() ?? [];
}
