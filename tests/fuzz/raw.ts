// Owns requests that are not valid HTTP: malformed, incomplete, or with changed bytes. The service must refuse them and continue.

import fc from "fast-check";
import { type Address, concat, isEnd, latin1, latin1Bytes, writeAll } from "./connection.ts";

const long = "x".repeat(100_000);
const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

function get(headers: string, target = "/api/me"): string {
  return `GET ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
}

function post(headers: string, body: string): string {
  const type = "Content-Type: application/json\r\n";
  return `POST /api/auth/login HTTP/1.1\r\nHost: x\r\n${type}${headers}\r\n${body}`;
}

/** By name. Any answer except 5xx is allowed, and the service must continue. */
export const rawRequests: Readonly<Record<string, string>> = {
  "nothing": "",
  "an empty line": "\r\n\r\n",
  "no HTTP": "hello\r\n\r\n",
  "TLS to a plain port": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "HTTP/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "HTTP/0.9": "GET /\r\n",
  "HTTP/1.0 without Host": "GET / HTTP/1.0\r\n\r\n",
  "HTTP/1.1 without Host": "GET / HTTP/1.1\r\n\r\n",
  "HTTP/9.9": "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
  "blank in the target": "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
  "NUL in the target": "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
  "bytes above 127 in the target": "GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
  "target without a slash": "GET x HTTP/1.1\r\nHost: x\r\n\r\n",
  "asterisk": "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
  "authority": "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
  "long target": `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`,
  "long header": get(`X: ${long}${long}${long}${long}${long}\r\n`),
  "10,000 headers": get("X: 1\r\n".repeat(10_000)),
  "two hosts": get("Host: y\r\n"),
  "header without a colon": get("nonsense\r\n"),
  "header with a blank name": get(" : x\r\n"),
  "folded header": get("X: 1\r\n 2\r\n"),
  "bare LF": "GET / HTTP/1.1\nHost: x\n\n",
  "bare CR in a header": get("X: 1\r2\r\n"),
  "NUL in a header": get("X: 1\x002\r\n"),
  "two lengths": post("Content-Length: 2\r\nContent-Length: 5\r\n", "{}"),
  "negative length": post("Content-Length: -1\r\n", "{}"),
  "length that is no number": post("Content-Length: 0x2\r\n", "{}"),
  "length past all numbers": post("Content-Length: 99999999999999999999\r\n", "{}"),
  "length and chunks": post(
    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
    "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
  ),
  "unknown transfer coding": post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
  "chunk size that is no number": post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"),
  "chunk size past all numbers": post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"),
  "chunk longer than said": post("Transfer-Encoding: chunked\r\n", "1\r\n{}{}\r\n0\r\n\r\n"),
  "body shorter than said": post("Content-Length: 100\r\n", "{"),
  "body with no end of chunks": post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n"),
  "half a head": "GET / HTTP/1.1\r\nHost: x\r\nX: ",
  "expects what nobody can": get("Expect: 200-miracle\r\n"),
  "upgrade without a key": get(upgrade, "/ws"),
  "upgrade with a short key": get(`${upgrade}Sec-WebSocket-Key: x\r\n`, "/ws"),
  "upgrade of an old version": get(upgrade.replace("13", "8") + key, "/ws"),
  "upgrade without Connection": get(`Upgrade: websocket\r\n${key}`, "/ws"),
  "upgrade with every protocol": get(`${upgrade}${key}Sec-WebSocket-Protocol: a, b, c\r\n`, "/ws"),
  "upgrade with extensions": get(
    `${upgrade}${key}Sec-WebSocket-Extensions: permessage-deflate; x=${"y".repeat(5_000)}\r\n`,
    "/ws",
  ),
  "upgrade by POST": get(upgrade + key, "/ws").replace("GET", "POST"),
  "upgrade to something else": get("Connection: Upgrade\r\nUpgrade: h2c, x\r\n", "/ws"),
  "upgrade where there is none": get(upgrade + key, "/api/me"),
  "upgrade from elsewhere": get(`${upgrade}${key}Origin: https://evil.example\r\n`, "/ws"),
  "upgrade from a broken origin": get(`${upgrade}${key}Origin: ::::\r\n`, "/ws"),
  "upgrade with a body": get(`${upgrade}${key}Content-Length: 5\r\n`, "/ws") + "abcde",
  "upgrade for a hostile ticker": get(upgrade + key, "/ws/stocks/%00%ff"),
  "two requests at once, the first cut": `${post("Content-Length: 9\r\n", "{}")}${get("")}`,
};

/** Requests whose end is ambiguous: a proxy in front of the service might read another end, which could hide a second request. */
export const ambiguousRequests: readonly string[] = [
  "two lengths",
  "negative length",
  "length that is no number",
  "length and chunks",
  "unknown transfer coding",
  "folded header",
  "bare CR in a header",
  "header with a blank name",
];

/** Enough time for an answer. After a refusal the connection ends, so reading ends much sooner. */
const readMs = 150;
const refusalMs = 10_000;

/** Returns the status of each answer, then closes the connection, whatever the server was doing. */
export async function sendRaw(
  address: Address,
  { text, isRefused }: { text: string; isRefused: boolean },
): Promise<number[]> {
  const connection = await Deno.connect(address);
  const received: Uint8Array[] = [];
  const timer = setTimeout(() => connection.close(), isRefused ? refusalMs : readMs);
  try {
    await writeAll(connection, latin1Bytes(text));
    const buffer = new Uint8Array(64 * 1024);
    for (let count; (count = await connection.read(buffer)) !== null;) {
      received.push(buffer.slice(0, count));
    }
    clearTimeout(timer);
    connection.close();
  } catch (error) {
    if (!isEnd(error)) throw error;
  }
  return [...latin1(concat(received)).matchAll(/HTTP\/1\.[01] (\d{3})/g)]
    .map(([, status]) => Number(status));
}

/** Valid requests with some bytes changed, removed, repeated or cut off. */
export function bentRequests({ seed, count }: { seed: number; count: number }): string[] {
  const whole = fc.constantFrom(
    ...Object.values(rawRequests).filter((text) => text.length < 2_000),
  );
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.nat(255),
    way: fc.nat(3),
  });
  const bent = fc.tuple(whole, fc.array(edit, { minLength: 1, maxLength: 5 })).map((
    [text, edits],
  ) =>
    edits.reduce((bending, { at, byte, way }) => {
      const index = Math.floor(at * bending.length);
      const before = bending.slice(0, index);
      const character = String.fromCharCode(byte);
      const ways = [
        before + character + bending.slice(index + 1),
        before + bending.slice(index + 1),
        before + character + bending.slice(index),
        before,
      ];
      return ways[way] ?? bending;
    }, text)
  );
  return fc.sample(bent, { seed, numRuns: count });
}
