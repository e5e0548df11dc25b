import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { aptInstall, canInstall } from "./apt.mjs";
import { SetupError, say } from "./say.mjs";

const SYSTEM_CHROMIUM = "/usr/bin/chromium";
const CJK_FONTS = ["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk"];

/** Playwright's own Chromium, when someone has downloaded it. */
function hasPlaywrightBrowser(root) {
  const script = 'import("playwright").then(({ chromium }) => console.log(chromium.executablePath()))';
  try {
    const node = join(root, "node_modules/.bin/node");
    const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    return existsSync(execFileSync(existsSync(node) ? node : process.execPath, ["-e", script], options).trim());
  } catch {
    return false;
  }
}

const machine = {
  hasBrowser: (root) => existsSync(SYSTEM_CHROMIUM) || hasPlaywrightBrowser(root),
  canInstall,
  install: () => aptInstall("chromium"),
};

/** Makes sure a Chromium can be started. Returns whether it did anything. */
export async function ensureBrowser(root, { hasBrowser, canInstall, install } = machine) {
  if (hasBrowser(root)) return false;
  const permitted = canInstall();
  if (permitted && (await install()) && hasBrowser(root)) return true;
  throw new SetupError(
    permitted
      ? "no browser for the tests: apt-get could not install chromium; check its sources, or run `npx playwright install chromium`"
      : "no browser for the tests and no permission to install one: run `sudo apt-get install chromium` or `npx playwright install chromium`",
  );
}

/** Chinese glyphs for screenshots; their absence is worth a line, not a stop. Returns whether it did anything. */
export async function ensureFonts() {
  if (CJK_FONTS.some((path) => existsSync(path))) return false;
  if (canInstall() && (await aptInstall("fonts-noto-cjk"))) return true;
  say("no Chinese font found (fonts-noto-cjk): Chinese pages will show boxes");
  return true;
}
