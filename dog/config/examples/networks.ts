import { createNameResolver, DogClient, PRESETS, watchNetwork } from "#dog";

/** A robot that outlives its DNS, and has servers and numbers for each network. */
export function createRobot(token: string) {
  const resolve = createNameResolver({ fallbacks: { "gateway.example.com": ["203.0.113.10"] } });
  const hall = { servers: ["wss://gateway.example.com/ws"], schedule: PRESETS.stable };
  const mobile = { servers: ["wss://mobile.example.com/ws", ...hall.servers], schedule: PRESETS.mobile };
  const dog = new DogClient({ ...hall, token, resolve, appId: "dog_app_001", sn: "GB-A1-0001" });
  const watch = watchNetwork({
    onChange({ type, interface: over }) {
      if (over === null) return; // no network is nothing to change to
      dog.networkChanged({ network: type, ...(type === "cellular" ? mobile : hall) });
    },
  });
  return { dog, watch }; // dog.start(), and at the end watch.stop() and dog.stop()
}
