/**
 * What a robot team imports: `import { DogClient } from "#dog"`. Carries ws and Node's own modules, nothing else; schemas,
 * YAML and mDNS stay behind (docs/DOG.md).
 */
export type { ClientEventName, ClientEvents, ClientFault } from "./client/client-events.ts";
export type { DogStatus } from "./client/client-status.ts";
export { DogClient, type SendOptions } from "./client/dog-client.ts";
export {
  type DogClientOptions,
  DogOptionsError,
  type DogSchedule,
  type RefreshReason,
} from "./client/dog-client-options.ts";
export type { NetworkChange } from "./client/dog-settings.ts";
export type { Dropped, OutboxLimit } from "./client/outbox.ts";
export { RequestError, type RequestErrorCode } from "./client/request-error.ts";
export { PRESETS, type PresetName } from "./network/network-policies.ts";
export type { NetworkType, NetworkView } from "./network/network-type.ts";
export { type NetworkWatch, type NetworkWatchOptions, watchNetwork } from "./network/watch-network.ts";
export {
  type DisconnectCallback,
  type ReconnectCallback,
  ReconnectionClient,
  type ReconnectionStatus,
} from "./reconnection/reconnection-client.ts";
export { ReconnectionError, type ReconnectionErrorCode } from "./reconnection/reconnection-error.ts";
export type { ReconnectionOptions } from "./reconnection/reconnection-options.ts";
export { createNameResolver, type NameResolverOptions } from "./servers/resolve-name.ts";
export { ServerListError } from "./servers/server-list.ts";
export type { Dial, DialTarget, DialTls, DogSocket, PollHealth } from "./transport/dial.ts";
