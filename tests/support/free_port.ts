// Owns choosing a port for a server that starts a moment later, or more than once.

/** Below the ports that systems give to outgoing connections, so that none of these uses the port meanwhile. */
const portMin = 10_000;
const portMax = 32_000;
const triesMax = 100;

export function freePort(): number {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = portMin + Math.floor(Math.random() * (portMax - portMin));
    if (isFree(port)) return port;
  }
  throw new Error(`No free port was found in ${triesMax} tries.`);
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
