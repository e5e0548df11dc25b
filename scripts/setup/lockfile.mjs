const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const CPUS = ["arm64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** The platform a prebuilt package names itself after: `@swc/core-linux-arm64-musl` -> linux, arm64, musl. */
export function platformOf(name) {
  const parts = name.split("/").pop().split("-");
  const os = SYSTEMS.filter((system) => parts.includes(system));
  const cpu = CPUS.filter((known) => parts.includes(known)).slice(0, 1);
  const libc = parts.some((part) => part.startsWith("musl"))
    ? ["musl"]
    : parts.some((part) => part.startsWith("gnu"))
      ? ["glibc"]
      : [];
  return { ...(os.length > 0 ? { os } : {}), ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 ? { libc } : {}) };
}

/** Whether a package at `from` sees an entry for `name`, looking upwards as Node does. */
function isLocked(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`]) return true;
    if (at === "") return false;
  }
}

/**
 * Entries that package-lock.json lacks because the registry it was made with does not carry other platforms' builds.
 * npm ci refuses a lockfile without them on every platform. Keys are lockfile paths.
 */
export function missingEntries(lock) {
  const missing = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(lock.packages, path, name) || !/^\d+\.\d+\.\d+/.test(version)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
    }
  }
  return missing;
}

/** The lockfile with every missing entry in its place; the same object when nothing is missing. */
export function complete(lock) {
  const missing = missingEntries(lock);
  if (Object.keys(missing).length === 0) return lock;
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...lock, packages: Object.fromEntries(packages) };
}
