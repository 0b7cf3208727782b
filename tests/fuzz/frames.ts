// Owns malformed and abusive WebSocket clients, and the ways in which the service may end each of them.

import type { Address } from "./connection.ts";
import { type Ending, type Frame, opcodes, openRawSocket } from "./websocket.ts";

export interface FrameCase {
  readonly name: string;
  readonly frames: readonly Frame[];
  /** The allowed endings: a close code, "ended" (without a code), or "open". */
  readonly endings: readonly Ending[];
  /** A text that the service must send before the end. */
  readonly hears?: string;
}

/** RFC 6455: protocol error or invalid text. The connection may also just end. */
const protocolError: readonly Ending[] = [1002, 1007, "ended"];
const badMessage: readonly Ending[] = [4500];
const subscribe = '{"type":"subscribe","tickers":["AAPL"]}';
const half = Math.floor(subscribe.length / 2);
const tooLong = `{"type":"subscribe","tickers":["${"A".repeat(5_000)}"]}`;
/** Each costs its normalization, and they fit into one message. */
const hostileTickers = Array.from({ length: 300 }, (_, at) => `ﷺ${at}`);
const repeat = (count: number, frame: Frame) => Array.from({ length: count }, () => frame);

export const frameCases: readonly FrameCase[] = [
  {
    name: "not masked",
    frames: [{ payload: subscribe, isMasked: false }],
    // The RFC requires a close. The platform accepts the frame, and does not report whether it had a mask.
    endings: ["open", ...protocolError],
  },
  ...[1, 2, 4].map((reserved): FrameCase => ({
    name: `reserved bit ${reserved}`,
    frames: [{ payload: subscribe, reserved }],
    endings: protocolError,
  })),
  ...[3, 7, 11, 15].map((opcode): FrameCase => ({
    name: `reserved opcode ${opcode}`,
    frames: [{ payload: "x", opcode }],
    endings: protocolError,
  })),
  {
    name: "continues what never began",
    frames: [{ opcode: opcodes.continuation, payload: "x" }],
    endings: protocolError,
  },
  {
    name: "begins a text within a text",
    frames: [{ payload: "{", isFinal: false }, { payload: subscribe }],
    endings: protocolError,
  },
  {
    name: "control frame in fragments",
    frames: [{ opcode: opcodes.ping, isFinal: false }],
    endings: protocolError,
  },
  {
    name: "control frame over 125 bytes",
    frames: [{ opcode: opcodes.ping, payload: "x".repeat(126) }],
    endings: protocolError,
  },
  {
    name: "length with its highest bit set",
    frames: [{ payload: "x", claimedLength: 1n << 63n }],
    endings: protocolError,
  },
  {
    name: "text that is no UTF-8",
    frames: [{ payload: Uint8Array.of(0xff, 0xfe, 0xc0) }],
    endings: [...protocolError, ...badMessage],
  },
  {
    name: "close frame of one byte",
    frames: [{ opcode: opcodes.close, payload: "x" }],
    endings: protocolError,
  },
  // 1005 is among those that must not be sent.
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535].map((code): FrameCase => ({
    name: `close frame with code ${code}`,
    frames: [{ opcode: opcodes.close, payload: Uint8Array.of(code >> 8, code & 0xff) }],
    endings: [...protocolError, code],
  })),
  {
    name: "close frame whose reason is no UTF-8",
    frames: [{ opcode: opcodes.close, payload: Uint8Array.of(3, 232, 0xff, 0xfe) }],
    endings: [...protocolError, 1000],
  },
  {
    name: "text in fragments that is no UTF-8",
    frames: [
      { payload: Uint8Array.of(0xe2, 0x82), isFinal: false },
      { opcode: opcodes.continuation, payload: Uint8Array.of(0x28) },
    ],
    endings: [...protocolError, ...badMessage],
  },
  {
    name: "compressed, which was not agreed on",
    frames: [{ payload: Uint8Array.of(0xaa, 0x56, 0x2a, 0x01, 0x00), reserved: 4 }],
    endings: protocolError,
  },
  {
    name: "compressed fragments",
    frames: [
      { payload: "x", isFinal: false },
      { opcode: opcodes.continuation, payload: "x", reserved: 4 },
    ],
    endings: protocolError,
  },
  {
    name: "in fragments, with a ping between",
    frames: [
      { payload: subscribe.slice(0, half), isFinal: false },
      { opcode: opcodes.ping, payload: "?" },
      { opcode: opcodes.continuation, payload: subscribe.slice(half) },
    ],
    endings: ["open"],
    hears: "snapshot",
  },
  { name: "binary", frames: [{ opcode: opcodes.binary, payload: subscribe }], endings: badMessage },
  { name: "no JSON", frames: [{ payload: "hello" }], endings: badMessage },
  { name: "empty text", frames: [{ payload: "" }], endings: badMessage },
  { name: "unknown type", frames: [{ payload: '{"type":"__proto__"}' }], endings: badMessage },
  { name: "JSON nested deep", frames: [{ payload: "[".repeat(4_000) }], endings: badMessage },
  { name: "over 4 KiB", frames: [{ payload: tooLong }], endings: badMessage },
  {
    name: "over 4 KiB in fragments",
    frames: [
      { payload: tooLong.slice(0, 3_000), isFinal: false },
      { opcode: opcodes.continuation, payload: tooLong.slice(3_000) },
    ],
    endings: badMessage,
  },
  {
    name: "1 MiB at once",
    frames: [{ payload: "x".repeat(1024 * 1024) }],
    endings: [...badMessage, 1009],
  },
  {
    name: "10,000 empty fragments",
    frames: [
      { payload: "", isFinal: false },
      ...repeat(10_000, { opcode: opcodes.continuation, isFinal: false }),
    ],
    endings: ["open", ...protocolError, ...badMessage, 4502],
  },
  {
    name: "announces 64 MiB and sends nothing",
    frames: [{ claimedLength: 64n * 1024n * 1024n }],
    endings: ["open", 1009, ...protocolError],
  },
  {
    name: "20,000 pings",
    frames: repeat(20_000, { opcode: opcodes.ping, payload: "?".repeat(125) }),
    endings: ["open", 4001, 4502, "ended"],
  },
  {
    name: "100,000 pongs that nobody asked for",
    frames: repeat(100_000, { opcode: opcodes.pong }),
    endings: ["open", "ended"],
  },
  {
    name: "1,000 messages of one byte in 22 fragments each",
    frames: repeat(1_000, { opcode: opcodes.continuation, payload: "", isFinal: false }).flatMap(
      (fragment) => [
        { payload: "x", isFinal: false },
        ...repeat(20, fragment),
        { opcode: opcodes.continuation, payload: "" },
      ],
    ),
    endings: [...badMessage, 4502, "ended"],
  },
  {
    name: "200 messages at once",
    frames: repeat(200, { payload: subscribe }),
    endings: [4502],
  },
  {
    name: "18 messages of 300 hostile tickers",
    frames: repeat(18, { payload: JSON.stringify({ type: "subscribe", tickers: hostileTickers }) }),
    endings: ["open"],
    hears: "too_many_tickers",
  },
  {
    name: "messages after its own close",
    frames: [{ opcode: opcodes.close, payload: Uint8Array.of(3, 232) }, { payload: subscribe }],
    endings: [1000, "ended"],
  },
];

const staysOpenMs = 400;

/** Undefined if the connection ended in an allowed way. */
export async function faultOfFrames(
  address: Address,
  { frames, endings, hears }: FrameCase,
): Promise<string | undefined> {
  const socket = await openRawSocket(address);
  try {
    if (!await socket.hears('"hello"')) return "no hello came";
    await socket.send(...frames);
    if (hears && !await socket.hears(hears)) return `no ${hears} came`;
    const ending = await socket.ending(endings.includes("open") ? staysOpenMs : undefined);
    return endings.includes(ending)
      ? undefined
      : `ended with ${ending}, not ${endings.join(" or ")}`;
  } finally {
    socket.close();
  }
}
