// Owns the run over raw sockets: malformed HTTP, incomplete requests, malformed frames, while a normal client checks the service.

import { type Address, addressOf, latin1Bytes, writeAll } from "./connection.ts";
import { faultOfFrames, frameCases } from "./frames.ts";
import { ambiguousRequests, bentRequests, rawRequests, sendRaw } from "./raw.ts";
import { openRawSocket } from "./websocket.ts";

export interface RawReport {
  readonly faults: readonly string[];
  /** How often each sequence of statuses came on one connection; "" means no answer. */
  readonly statuses: ReadonlyMap<string, number>;
}

const atOnce = 20;
const halfRequests = 200;

export async function runRawFuzz(
  { url, seed, bent }: { url: string; seed: number; bent: number },
): Promise<RawReport> {
  const address = addressOf(url);
  const faults: string[] = [];
  const statuses = new Map<string, number>();
  const bystander = await openRawSocket(address);

  async function send([name, text]: readonly [string, string]) {
    const isRefused = ambiguousRequests.includes(name);
    const got = await sendRaw(address, { text, isRefused });
    const row = got.join(" ");
    statuses.set(row, (statuses.get(row) ?? 0) + 1);
    if (isRefused && row !== "400") faults.push(`${name}: "${row}", not 400`);
    if (got.some((status) => status >= 500)) {
      faults.push(`${name}: ${got}: ${JSON.stringify(text)}`);
    }
  }

  const requests = Object.entries(rawRequests)
    .concat(bentRequests({ seed, count: bent }).map((text) => ["bent", text]));
  for (let from = 0; from < requests.length; from += atOnce) {
    await Promise.all(requests.slice(from, from + atOnce).map(send));
  }

  const held = (await Promise.all(
    Object.values(halves).map((half) =>
      Promise.all(Array.from({ length: halfRequests }, () => openHalf(address, half)))
    ),
  )).flat();
  if (!await isUp(url)) faults.push(`${held.length} half requests and sockets keep others out`);
  for (const connection of held) connection.close();

  await Promise.all(frameCases.map(async (each) => {
    const fault = await faultOfFrames(address, each);
    if (fault) faults.push(`frames, ${each.name}: ${fault}`);
  }));

  await bystander.send({ payload: '{"type":"subscribe","tickers":["KO"]}' });
  if (!await bystander.hears('"snapshot"')) faults.push("an honest socket was not served any more");
  bystander.close();
  if (!await isUp(url)) faults.push("the service does not answer any more");
  return { faults, statuses };
}

const upgrade =
  "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** What each held connection has sent when it falls silent. */
const halves: Readonly<Record<string, string>> = {
  "half a head": "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-",
  "half an upgrade": upgrade,
  "a socket that reads nothing, with half a frame": `${upgrade}\r\n\x81`,
};

async function openHalf(address: Address, half: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect(address);
  await writeAll(connection, latin1Bytes(half));
  return connection;
}

async function isUp(url: string): Promise<boolean> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  return response.ok;
}
