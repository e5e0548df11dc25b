/** What a token turned out to be for one sn. */
export interface CredentialCheck {
  readonly ok: boolean;
  /** Names the token in penalty keys without being it. */
  readonly digest: string;
}

/** What the handshake can say of a token, before any sn is known. */
export type TokenOwner =
  | { readonly status: "unknown" }
  /** The shared token: any dog. */
  | { readonly status: "fleet" }
  /** A per-dog token. */
  | { readonly status: "dog"; readonly sn: string };

/** Who may log in as whom. Every check costs the same whether or not the sn exists. */
export interface DogCredentials {
  /** False where no credential is set up: every dog is refused. */
  readonly configured: boolean;
  /** Every token passes through a URL unescaped as it is, so a wrong `?token=` is truly wrong. */
  readonly urlSafe: boolean;
  check(token: string, sn: string): CredentialCheck;
  ownerOf(token: string): TokenOwner;
  /** Stops watching the file. Idempotent. */
  close(): void;
}
