const DECLARATION =
  /(?:const|let)\s+(\w+)\s*=\s*(?:await\s+)?(?:useTranslations|serverTranslator)\(\s*(?:["'`]([\w.]+)["'`])?\s*\)/g;

/**
 * Message keys a source file names literally, with their namespace. A variable that holds several namespaces in one file
 * yields nothing for a key that fits any of them twice over: the type checker decides those.
 */
export function usedKeys(source: string): string[] {
  const namespaces = new Map<string, Set<string>>();
  for (const [, name = "", namespace = ""] of source.matchAll(DECLARATION)) {
    namespaces.set(name, (namespaces.get(name) ?? new Set()).add(namespace));
  }
  const keys = new Set<string>();
  for (const [name, held] of namespaces) {
    const [namespace] = held;
    if (held.size !== 1 || namespace === undefined) continue;
    const calls = new RegExp(`(?<![\\w.])${name}(?:\\.(?:rich|markup|raw|has))?\\(\\s*["']([\\w.]+)["']`, "g");
    for (const [, key = ""] of source.matchAll(calls)) keys.add(namespace === "" ? key : `${namespace}.${key}`);
  }
  return [...keys];
}
