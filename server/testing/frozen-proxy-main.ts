import { connect, createServer } from "node:net";

/** A TCP proxy in a process of its own: `frozen-proxy-main.ts PORT`. Says its own port. Stopped by a signal it makes every connection half-open. */
const server = createServer((near) => {
  const far = connect({ port: Number(process.argv[2]), host: "127.0.0.1" });
  near.pipe(far).pipe(near);
  for (const socket of [near, far]) socket.on("error", () => [near, far].map((one) => one.destroy()));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : 0}\n`);
});
