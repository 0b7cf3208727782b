// Owns a flood of pongs by one socket, which the service cannot see, beside a socket that must keep its ticks.

import assert from "node:assert/strict";
import { openLive } from "../support/api_client.ts";
import { type Address, concat } from "./connection.ts";
import { encodeFrame, opcodes, openRawSocket } from "./websocket.ts";

/** Ten thousand of the smallest frames. */
const pongs = concat(Array(10_000).fill(encodeFrame({ opcode: opcodes.pong })));

/** Fails if the other socket misses one of five ticks during the flood. */
export async function assertTicksDuringPongs(
  flooded: Address,
  { url, client }: { url: string; client: Deno.HttpClient },
): Promise<void> {
  const flooder = await openRawSocket(flooded);
  assert.ok(await flooder.hears('"hello"'));
  let isOver = false;
  const flood = (async () => {
    while (!isOver && await flooder.sendBytes(pongs));
  })();
  const live = await openLive(url, { client });
  live.send({ type: "subscribe", tickers: ["KO"] });
  const seqs: number[] = [];
  while (seqs.length < 5) seqs.push((await live.next("tick")).seq);
  assert.deepEqual(seqs, seqs.map((_, index) => seqs[0]! + index));
  isOver = true;
  flooder.close();
  await flood;
  live.close();
}
