const IPV4 = /^127\.(?:\d{1,3}\.){2}\d{1,3}$/;

/** True for localhost, 127.0.0.0/8 and ::1, IPv4-mapped or bracketed included. No name is resolved. */
export function isLoopbackName(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, "").toLowerCase();
  const address = bare.startsWith("::ffff:") ? bare.slice("::ffff:".length) : bare;
  return address === "localhost" || address === "::1" || IPV4.test(address);
}

/** The name in a Host header, without its port; undefined where there is none. */
export function hostName(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname || undefined;
}
