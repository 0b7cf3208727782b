// Owns `deno task open`: opens the running service's page in the default browser.

if (import.meta.main) {
  const host = Deno.env.get("HOST") ?? "127.0.0.1";
  const url = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${Deno.env.get("PORT") ?? 8000}/`;
  const commands = { darwin: ["open"], windows: ["explorer"], linux: ["xdg-open"] } as const;
  const [command] = Object.entries(commands).find(([os]) => os === Deno.build.os)?.[1] ??
    ["xdg-open"];

  try {
    const response = await fetch(`${url}healthz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
  } catch {
    console.error(`Nothing answers at ${url} yet. Start the service first: deno task start`);
    Deno.exit(1);
  }
  try {
    await new Deno.Command(command, { args: [url], stdout: "null", stderr: "null" }).output();
    console.info(`Opened ${url}`);
  } catch {
    console.info(`No browser could be opened from here. The page is at ${url}`);
  }
}
