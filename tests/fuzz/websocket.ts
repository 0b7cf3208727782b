// Owns a WebSocket client that sends frames byte by byte, valid or invalid (RFC 6455, section 5.2).

import { type Address, concat, isEnd, latin1, latin1Bytes, writeAll } from "./connection.ts";

export interface Frame {
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  readonly isFinal?: boolean;
  /** The three reserved bits as a number. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** The length that the frame claims to have. */
  readonly claimedLength?: bigint;
}

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

const emptyMask = new Uint8Array(4);

/** The mask is zero, so it is present but does not change the bytes. */
export function encodeFrame(
  {
    opcode = opcodes.text,
    payload = "",
    isFinal = true,
    reserved = 0,
    isMasked = true,
    claimedLength,
  }: Frame,
): Uint8Array<ArrayBuffer> {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const length = lengthBytes(claimedLength ?? BigInt(bytes.length));
  length[0] = length[0]! | (isMasked ? 0x80 : 0);
  return concat([Uint8Array.of(first), length, isMasked ? emptyMask : new Uint8Array(0), bytes]);
}

function lengthBytes(length: bigint): Uint8Array {
  if (length < 126n) return Uint8Array.of(Number(length));
  const isShort = length < 65_536n;
  const bytes = new Uint8Array(isShort ? 3 : 9);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, isShort ? 126 : 127);
  if (isShort) view.setUint16(1, Number(length));
  else view.setBigUint64(1, length);
  return bytes;
}

/** The code of a close frame, "ended" if there is no code, or "open" if neither arrived in time. */
export type Ending = number | "ended" | "open";

export interface RawSocket {
  /** False if the server has closed the connection. */
  send(...frames: Frame[]): Promise<boolean>;
  sendBytes(bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Texts received so far. */
  readonly texts: readonly string[];
  /** True if a text that contains the fragment has arrived or arrives in time. */
  hears(fragment: string, timeoutMs?: number): Promise<boolean>;
  ending(timeoutMs?: number): Promise<Ending>;
  close(): void;
}

const waitMs = 10_000;
const handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

export async function openRawSocket(address: Address, path = "/ws"): Promise<RawSocket> {
  const connection = address.caCerts ? await Deno.connectTls(address) : await Deno.connect(address);
  const texts: string[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<Ending>();
  let wake = () => {};

  async function readAll() {
    let received: Uint8Array<ArrayBuffer> = new Uint8Array(0);
    const buffer = new Uint8Array(64 * 1024);
    let isUpgraded = false;
    for (;;) {
      const count = await connection.read(buffer);
      if (count === null) return;
      received = concat([received, buffer.subarray(0, count)]);
      if (!isUpgraded) {
        const at = latin1(received).indexOf("\r\n\r\n");
        if (at < 0) continue;
        isUpgraded = true;
        received = received.slice(at + 4);
      }
      received = received.slice(takeFrames(received));
    }
  }

  /** A server's frames have no mask and no reserved bits, and each frame of this service is a whole message. */
  function takeFrames(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0;;) {
      if (bytes.length < at + 2) return at;
      const short = bytes[at + 1]! & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < at + head) return at;
      const length = short < 126
        ? short
        : short === 126
        ? view.getUint16(at + 2)
        : Number(view.getBigUint64(at + 2));
      if (bytes.length < at + head + length) return at;
      take(bytes[at]! & 0x0f, bytes.subarray(at + head, at + head + length));
      at += head + length;
    }
  }

  function take(opcode: number, payload: Uint8Array) {
    if (opcode === opcodes.text) texts.push(new TextDecoder().decode(payload));
    if (opcode === opcodes.close) {
      end(payload.length < 2 ? "ended" : (payload[0]! << 8) | payload[1]!);
    }
    wake();
  }

  const reading = readAll().catch((error) => {
    if (!isEnd(error)) throw error;
  }).finally(() => end("ended"));

  await writeAll(
    connection,
    latin1Bytes(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${handshake}\r\n`),
  );

  async function hears(fragment: string, timeoutMs = waitMs) {
    const deadline = Date.now() + timeoutMs;
    while (!texts.some((text) => text.includes(fragment))) {
      if (Date.now() >= deadline) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }

  return {
    texts,
    hears,
    send: (...frames) => writeAll(connection, concat(frames.map(encodeFrame))),
    sendBytes: (bytes) => writeAll(connection, bytes),
    async ending(timeoutMs = waitMs) {
      const { promise: timeout, resolve } = Promise.withResolvers<Ending>();
      const timer = setTimeout(() => resolve("open"), timeoutMs);
      const ending = await Promise.race([ended, timeout]);
      clearTimeout(timer);
      return ending;
    },
    close() {
      connection.close();
      void reading;
    },
  };
}
