// Owns listening on the port, with TLS if configured: it listens again when connections could not be accepted. Has one
// sentence for each fault that the operator can correct.

import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { StartupError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createSpareFiles } from "./spare_files.ts";

export interface Listener {
  readonly addr: Deno.NetAddr;
  /** Ends listening, and waits for the requests in progress. */
  shutdown(): Promise<void>;
}

/** Connections that wait to be accepted. The kernel refuses more of them. */
const tcpBacklog = 4096;
/** The pause before listening again. */
const pauseMs = 500;
/** Under a flood of connections, each attempt to listen again may fail. The log gets one line in this time. */
const logEveryMs = 10_000;

/** Throws a StartupError if the address cannot be listened on now. */
export function listen(
  { host, port, tls }: Pick<Config, "host" | "port" | "tls">,
  handler: Deno.ServeHandler<Deno.NetAddr>,
  { clock, log }: { clock: Clock; log: Log },
): Listener {
  const certificate = tls &&
    { cert: readPem("TLS_CERT", tls.certPath), key: readPem("TLS_KEY", tls.keyPath) };
  const spareFiles = createSpareFiles();
  let isEnded = false;
  let cancelPause = () => {};
  let loggedAt = -Infinity;

  function serve(port: number) {
    const server = Deno.serve({
      hostname: host,
      port,
      tcpBacklog,
      ...certificate,
      automaticCompression: true,
      // Deno's own message is suppressed, because the greeting shows the address once the service is ready.
      onListen() {},
    }, (request, info) => {
      const response = handler(request, info);
      return request.method === "HEAD" ? withoutLength(response) : response;
    });
    // The platform stops to listen when a connection cannot be accepted, such as without a free file descriptor.
    // The connections that it has accepted live on, and their requests still reach the handler.
    server.finished.catch(pause);
    return server;
  }

  function pause(cause: unknown) {
    if (isEnded) return;
    spareFiles.release();
    if (clock.now() - loggedAt >= logEveryMs) {
      loggedAt = clock.now();
      log.warn({ err: cause }, "No more connections can be accepted; trying again until it works");
    }
    cancelPause = clock.after(pauseMs, listenAgain);
  }

  function listenAgain() {
    try {
      if (!spareFiles.hold()) return pause(new Error("Too few file descriptors are free"));
      server = serve(addr.port);
    } catch (cause) {
      pause(cause);
    }
  }

  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = serve(port);
  } catch (cause) {
    throw new StartupError(sentenceFor(cause, { host, port }), { cause });
  }
  spareFiles.hold();
  const { addr } = server;
  return {
    addr,
    async shutdown() {
      isEnded = true;
      cancelPause();
      spareFiles.release();
      // Servers that stopped to listen before are not waited for: the end of the process ends their connections.
      await server.shutdown();
    },
  };
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
