/**
 * The policy of every document (DESIGN section 11). Styles may be inline because sonner, Radix and Recharts write them;
 * scripts run only with this request's nonce.
 */
export function contentSecurityPolicy(nonce: string, options: { readonly allowEval: boolean }): string {
  const evalSource = options.allowEval ? " 'unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evalSource}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** 128 bits in base64, from the platform's generator. */
export function makeNonce(random: Pick<Crypto, "getRandomValues">): string {
  return btoa(String.fromCharCode(...random.getRandomValues(new Uint8Array(16))));
}
