/**
 * `told` hears what the mDNS library's socket suffers. bonjour-service keeps it to itself and lets a port it may not have end
 * the process; its `server.mdns` is an emitter in the version pinned here. No emitter there: nothing is heard.
 * @param bonjour an instance of the library's `Bonjour`
 */
export function onMdnsFault(bonjour: object, told: (error: Error) => void): void {
  const mdns = memberOf(memberOf(bonjour, "server"), "mdns");
  const on = memberOf(mdns, "on");
  if (typeof on === "function") Reflect.apply(on, mdns, ["error", told]);
}

function memberOf(value: unknown, key: string): unknown {
  return value instanceof Object ? Reflect.get(value, key) : undefined;
}
