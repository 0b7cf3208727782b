// Owns listening on the port, with TLS if configured, and one sentence for each fault that the operator can correct.

import type { Config } from "../config.ts";
import { StartupError } from "../errors.ts";

export function listen(
  { host, port, tls }: Pick<Config, "host" | "port" | "tls">,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  const certificate = tls &&
    { cert: readPem("TLS_CERT", tls.certPath), key: readPem("TLS_KEY", tls.keyPath) };
  try {
    return Deno.serve({
      hostname: host,
      port,
      ...certificate,
      automaticCompression: true,
      // Deno's own message is suppressed, because the greeting shows the address once the service is ready.
      onListen() {},
    }, (request, info) => {
      const response = handler(request, info);
      return request.method === "HEAD" ? withoutLength(response) : response;
    });
  } catch (cause) {
    throw new StartupError(sentenceFor(cause, { host, port }), { cause });
  }
}

/** Deno sets Content-Length to 0 if a response has no body. For HEAD this is wrong, because the response to GET has a body. */
async function withoutLength(answer: Response | Promise<Response>): Promise<Response> {
  const response = await answer;
  const mayHaveBody = response.status >= 200 && response.status !== 204 && response.status !== 304;
  if (response.body || !mayHaveBody) return response;
  return new Response(ReadableStream.from<Uint8Array>([]), response);
}

function sentenceFor(cause: unknown, { host, port }: { host: string; port: number }): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return `Port ${port} on ${host} is taken; set PORT to another one.`;
  }
  if (cause instanceof Deno.errors.AddrNotAvailable) {
    return `HOST ${host} is no address of this machine.`;
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return `Port ${port} may not be opened by this user; set PORT to 1024 or above.`;
  }
  if (cause instanceof Deno.errors.InvalidData) {
    return "TLS_CERT and TLS_KEY must be a PEM certificate chain and its private key.";
  }
  return `HOST ${host}, port ${port} cannot be listened on: ${
    cause instanceof Error ? cause.message : cause
  }.`;
}

function readPem(variable: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new StartupError(`${variable}: the file "${path}" cannot be read.`, { cause });
  }
}
