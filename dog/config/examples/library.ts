import { DogClient } from "#dog";

/** A robot's program: on the line until `stop`, whatever happens to the network. */
export async function runRobot(url: string, token: string, say: (line: string) => void): Promise<DogClient> {
  const dog = new DogClient({ url, token, appId: "dog_app_001", sn: "GB-A1-0001", labels: { site: "hall-1" } });
  dog.on("connected", ({ server }) => say(`on the line at ${server}`));
  dog.on("disconnected", ({ reason }) => say(`dropped: ${reason}`));
  dog.on("retrying", ({ attempt, delayMs }) => say(`attempt ${attempt}, next in ${delayMs} ms`));
  dog.on("push", ({ service }) => say(`the gateway says ${service}`));
  await dog.start(); // the first accepted login, however long that takes
  const telemetry = dog.send("/api/telemetry", { battery: 87 }, { keep: true }); // waits in the outbox while offline
  telemetry.catch((error: Error) => say(error.message));
  return dog; // await dog.stop() says goodbye and leaves no timer and no socket
}
