import { sameSecret } from "./token-digest.ts";

const BEARER = /^Bearer +([\x21-\x7e]{1,512}) *$/i;

/** The token of an `Authorization: Bearer` header; undefined where the header is absent or of another kind. */
export function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : BEARER.exec(header)?.[1];
}

export type ApiTokenCheck = "absent" | "right" | "wrong";

/** A check of `Authorization` against the API token, constant time. A header that is there must be right. */
export function createApiTokenCheck(apiToken: string): (authorization: string | undefined) => ApiTokenCheck {
  return (authorization) => {
    if (authorization === undefined) return "absent";
    return sameSecret(bearerToken(authorization) ?? "", apiToken) ? "right" : "wrong";
  };
}
