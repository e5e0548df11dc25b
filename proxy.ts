import { type NextRequest, NextResponse } from "next/server";
import { contentSecurityPolicy, makeNonce } from "#app/_components/layout/content-security-policy.ts";
import { refusalOf } from "#app/_server/page-refusal.ts";

/** A fresh nonce and policy for every document. Next reads the nonce back from the request's policy header. */
export function proxy(request: NextRequest): NextResponse {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return new NextResponse(null, { status: refusal });
  const nonce = makeNonce(crypto);
  // biome-ignore lint/style/noProcessEnv: inlined by the bundler; React's development build needs eval.
  const policy = contentSecurityPolicy(nonce, { allowEval: process.env.NODE_ENV === "development" });

  const requestHeaders = new Headers(request.headers);
  requestHeaders.set("x-nonce", nonce);
  requestHeaders.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers: requestHeaders } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

export const config = { matcher: ["/((?!api/|_next/static|_next/image).*)"] };
