// Owns a flood of pipelined requests in a process of its own, so that its work does not delay the reading of prices here.

import { fileURLToPath } from "node:url";

export interface FloodOptions {
  readonly url: string;
  /** Each with its query. A connection asks for them in turn. */
  readonly paths: readonly string[];
  readonly connections: number;
  /** Requests that a connection sends at once; it sends as many again when all are answered. */
  readonly pipelined: number;
}

export interface Flood {
  /** Ends the flood. Returns the number of its answers by status, such as `{ "200": 5000 }`. */
  stop(): Promise<Record<string, number>>;
}

/** Resolves when the flood has begun. */
export async function startFlood(options: FloodOptions): Promise<Flood> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-net", fileURLToPath(import.meta.url)],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await writer.write(new TextEncoder().encode(JSON.stringify(options) + "\n"));
  await reader.read();
  return {
    async stop() {
      await writer.close();
      let text = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += part.value;
      }
      await process.status;
      return JSON.parse(text);
    },
  };
}

async function flood({ url, paths, connections, pipelined }: FloodOptions) {
  const { hostname, port } = new URL(url);
  const answers: Record<string, number> = {};

  async function ask(connection: Deno.Conn, path: string) {
    const request = `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAccept-Encoding: gzip\r\n\r\n`;
    const text = new TextEncoder().encode(request.repeat(pipelined));
    const buffer = new Uint8Array(256 * 1024);
    const decoder = new TextDecoder("latin1");
    for (;;) {
      for (let at = 0; at < text.length;) at += await connection.write(text.subarray(at));
      let rest = "";
      for (let left = pipelined; left > 0;) {
        const length = await connection.read(buffer);
        if (length === null) return;
        const read = rest + decoder.decode(buffer.subarray(0, length));
        for (const [, status = ""] of read.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
          answers[status] = (answers[status] ?? 0) + 1;
          left--;
        }
        // A status line may be cut in two.
        rest = read.slice(Math.max(read.lastIndexOf("HTTP/1.1") + 12, read.length - 11));
      }
    }
  }

  for (let index = 0; index < connections; index++) {
    const connection = await Deno.connect({ hostname, port: Number(port) });
    // The server may close it; the others go on.
    void ask(connection, paths[index % paths.length] ?? "/").catch(() => {});
  }
  return answers;
}

if (import.meta.main) {
  const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.endsWith("\n")) text += (await input.read()).value ?? "\n";
  const answers = await flood(JSON.parse(text));
  console.info("begun");
  await input.read();
  console.info(JSON.stringify(answers));
  Deno.exit();
}
