// Owns a server of the platform alone, without ours: it accepts sockets and prints its memory in MiB, four times a second.

function main(): void {
  // The fault of a message that is too long for a string is not what this process is asked about.
  addEventListener("unhandledrejection", (event) => event.preventDefault());
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 4 });
    socket.onopen = () => socket.send('"hello"');
    socket.onclose = () => console.info("closed");
    return response;
  });
  console.info(`http://127.0.0.1:${server.addr.port}`);
  setInterval(() => console.info(`rss ${Deno.memoryUsage().rss / 2 ** 20}`), 250);
}

if (import.meta.main) main();
