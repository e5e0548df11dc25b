/** The wire's names without its schemas: what a dog may import and stay light. */
export const LOGIN_SERVICE = "/api/user/login";
export const HEARTBEAT_SERVICE = "/api/heartbeat";
export const POLICY_SERVICE = "/api/policy";

/** A dog's name: shown, logged and used as a key, so it is narrow. */
export const SERIAL_NUMBER = /^[A-Za-z0-9_-]{1,64}$/;

/** A dog's credential: printable, without spaces. */
export const DOG_TOKEN = /^[\x21-\x7e]{1,512}$/;

/** A message may be so long, in bytes (docs/PROTOCOL.md P13). */
export const MAX_MESSAGE_BYTES = 64 * 1024;
