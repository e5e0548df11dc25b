/** Next calls this once, before the console answers its first request, however it was started. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: inlined by the bundler, which builds this file for the edge as well.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startConsole } = await import("#app/_server/start-console.ts");
  startConsole();
}
