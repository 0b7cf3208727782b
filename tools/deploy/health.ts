// Owns `deno task health`: whether the service of these settings is ready. Exit code 0 or 1, for container runtimes and scripts.

const usage = `Usage: deno task health [--strict]

Asks /readyz of the service with the settings HOST, PORT and TLS_CERT of this environment, and shows its answer.
The exit code is 0 if it is ready, else 1. With --strict the store, the bus and the ticks count too.`;

/** Less than the timeout of the Dockerfile's HEALTHCHECK. */
const timeoutMs = 4_000;

async function main(args: readonly string[]): Promise<boolean> {
  if (args.some((arg) => arg !== "--strict")) {
    console.error(usage);
    return false;
  }
  const url = `${address()}/readyz${args.length > 0 ? "?strict" : ""}`;
  try {
    // The task ignores the certificate: it is for the public name, and nothing secret is sent.
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    console.info(`${url} answers ${response.status}: ${await response.text()}`);
    return response.ok;
  } catch (error) {
    console.error(`${url} does not answer: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

function address(): string {
  const host = Deno.env.get("HOST") || "127.0.0.1";
  const isAnyAddress = host === "0.0.0.0" || host === "::";
  const name = isAnyAddress ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const scheme = Deno.env.get("TLS_CERT") ? "https" : "http";
  return `${scheme}://${name}:${Deno.env.get("PORT") || "8000"}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args) ? 0 : 1);
