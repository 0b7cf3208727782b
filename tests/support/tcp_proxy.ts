// Owns a TCP proxy for tests: passes bytes both ways, and cuts or stalls its connections on request.

export interface TcpProxy {
  readonly port: number;
  /** Drops the proxy's connections, and each new one. */
  cut(): void;
  /** Keeps connections open and accepts new ones, but passes no bytes. */
  stall(): void;
  /** Accepts new connections, and passes the bytes that were stalled. */
  heal(): void;
  close(): void;
}

/** How much of a stalled connection's data the proxy holds in each direction. More data waits at the sender. */
const chunkBytes = 64 * 1024;

export function startTcpProxy(targetPort: number): TcpProxy {
  const hostname = "127.0.0.1";
  const listener = Deno.listen({ hostname, port: 0 });
  const open = new Set<Deno.Conn>();
  let isCut = false;
  let passage = Promise.withResolvers<void>();
  passage.resolve();

  async function accept() {
    for await (const near of listener) {
      if (isCut) near.close();
      else void join(near);
    }
  }

  async function join(near: Deno.Conn) {
    open.add(near);
    try {
      await passage.promise;
      const far = await Deno.connect({ hostname, port: targetPort });
      open.add(far);
      if (isCut) drop(far);
      await Promise.all([copy(near, far), copy(far, near)]);
      drop(far);
    } catch {
      // One end has closed. The other end is closed below.
    }
    drop(near);
  }

  async function copy(from: Deno.Conn, to: Deno.Conn) {
    const buffer = new Uint8Array(chunkBytes);
    try {
      for (;;) {
        const length = await from.read(buffer);
        await passage.promise;
        if (length === null) break;
        for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
      }
      await to.closeWrite();
    } catch {
      drop(from);
      drop(to);
    }
  }

  function drop(connection: Deno.Conn) {
    if (open.delete(connection)) connection.close();
  }

  function dropAll() {
    for (const connection of open) drop(connection);
  }

  const accepting = accept();
  return {
    port: listener.addr.port,
    cut() {
      isCut = true;
      passage.resolve();
      dropAll();
    },
    stall: () => passage = Promise.withResolvers(),
    heal() {
      isCut = false;
      passage.resolve();
    },
    close() {
      listener.close();
      passage.resolve();
      dropAll();
      void accepting;
    },
  };
}
