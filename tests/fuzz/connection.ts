// Owns a raw HTTP/1.1 client with one kept connection: it can send any bytes, unlike an ordinary client.

export interface RawAnswer {
  readonly status: number;
  /** Names are in lower case. Repeated fields are joined with line feeds. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** `reset`: the server closed the connection without an answer. `silent`: no complete answer arrived in time. */
export type Exchange = RawAnswer | "reset" | "silent";

export interface Address {
  readonly hostname: string;
  readonly port: number;
  /** With TLS; the authorities that are trusted. */
  readonly caCerts?: string[];
}

const answerTimeoutMs = 20_000;
const headBytesMax = 64 * 1024;

export function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { hostname, port: Number(port) };
}

/** Opens the connection when it is first needed, and again after the server has closed it. */
export class KeptConnection {
  readonly #address: Address;
  #connection: Deno.Conn | undefined;
  #received = new Uint8Array(0);

  constructor(address: Address) {
    this.#address = address;
  }

  async exchange(
    request: Uint8Array<ArrayBuffer>,
    { method = "GET", timeoutMs = answerTimeoutMs } = {},
  ): Promise<Exchange> {
    const connection = this.#connection ??= await Deno.connect(this.#address);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.close();
    }, timeoutMs);
    // A refusal may arrive before the whole request is written, so reading and writing run at the same time.
    let isWritten = false;
    const written = writeAll(connection, request).then(() => isWritten = true);
    try {
      const answer = await this.#readAnswer(connection, method);
      const isKept = answer.status !== 101 && answer.headers.get("connection") !== "close";
      if (!isKept || !isWritten) this.close();
      return answer;
    } catch (error) {
      if (!isEnd(error)) throw error;
      this.close();
      return timedOut ? "silent" : "reset";
    } finally {
      clearTimeout(timer);
      await written;
    }
  }

  close() {
    this.#connection?.close();
    this.#connection = undefined;
    this.#received = new Uint8Array(0);
  }

  async #readAnswer(connection: Deno.Conn, method: string): Promise<RawAnswer> {
    for (;;) {
      const head = latin1(await this.#readThrough(connection, "\r\n\r\n", headBytesMax));
      const { status, headers } = parseHead(head);
      if (status >= 200 || status === 101) {
        const body = await this.#readBody(connection, { method, status, headers });
        return { status, headers, body };
      }
    }
  }

  async #readBody(
    connection: Deno.Conn,
    { method, status, headers }: { method: string } & Pick<RawAnswer, "status" | "headers">,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const none = new Uint8Array(0);
    if (method === "HEAD" || status === 101 || status === 204 || status === 304) return none;
    // A stream of events never ends, so its first bytes are enough.
    if (headers.get("content-type")?.startsWith("text/event-stream")) {
      this.close();
      return none;
    }
    if (headers.get("transfer-encoding") === "chunked") return await this.#readChunks(connection);
    return await this.#read(connection, Number(headers.get("content-length") ?? 0));
  }

  async #readChunks(connection: Deno.Conn): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (;;) {
      const size = parseInt(latin1(await this.#readThrough(connection, "\r\n", 1_000)), 16);
      if (size > 0) chunks.push(await this.#read(connection, size));
      await this.#read(connection, 2);
      if (size === 0) return concat(chunks);
    }
  }

  async #readThrough(connection: Deno.Conn, mark: string, bytesMax: number) {
    for (let from = 0;;) {
      const at = latin1(this.#received.subarray(from)).indexOf(mark);
      if (at >= 0) return this.#read(connection, from + at + mark.length);
      if (this.#received.length > bytesMax) throw new Error("The answer's head has no end.");
      from = Math.max(0, this.#received.length - mark.length);
      await this.#receive(connection);
    }
  }

  async #read(connection: Deno.Conn, count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#received.length < count) await this.#receive(connection);
    const taken = this.#received.slice(0, count);
    this.#received = this.#received.slice(count);
    return taken;
  }

  async #receive(connection: Deno.Conn) {
    const buffer = new Uint8Array(64 * 1024);
    const count = await connection.read(buffer);
    if (count === null) throw new Deno.errors.UnexpectedEof();
    this.#received = concat([this.#received, buffer.subarray(0, count)]);
  }
}

/** True for a close by the server or by this client. Any other error is a bug of the client. */
export function isEnd(error: unknown): boolean {
  return [
    Deno.errors.UnexpectedEof,
    Deno.errors.ConnectionReset,
    Deno.errors.ConnectionAborted,
    Deno.errors.BrokenPipe,
    Deno.errors.BadResource,
    Deno.errors.Interrupted,
    Deno.errors.NotConnected,
  ].some((kind) => error instanceof kind);
}

/** False if the server has closed: no error, because its answer can still be read. */
export async function writeAll(
  connection: Deno.Conn,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    for (let from = 0; from < bytes.length;) {
      from += await connection.write(bytes.subarray(from));
    }
    return true;
  } catch (error) {
    if (!isEnd(error)) throw error;
    return false;
  }
}

function parseHead(head: string): Pick<RawAnswer, "status" | "headers"> {
  const [statusLine = "", ...lines] = head.trimEnd().split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(colon + 1).trim();
    headers.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return { status: Number(statusLine.split(" ")[1]), headers };
}

export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8_192) {
    text += String.fromCharCode(...bytes.subarray(from, from + 8_192));
  }
  return text;
}

export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
