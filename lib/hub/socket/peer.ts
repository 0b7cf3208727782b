// Owns the bounds of one socket: what it may receive, how much may wait to be sent, and its one close. Knows no messages.

import type { Clock } from "../../clock.ts";
import { type CloseCode, closeCodes, liveLimits } from "../../protocol.ts";
import type { Socket } from "../hub_ports.ts";

/** If more bytes wait to be sent, the socket is closed with 4001. */
export const bufferedBytesMax = 1024 * 1024;
/** If more marks in a row find the last frame unread, the socket is closed with 4001. */
export const marksMissedMax = 6;
/** A socket that has not opened in this time is dropped: its upgrade failed without an event. */
export const openTimeoutMs = 30_000;

/**
 * The delay between our decision to close and the close itself. The platform drops a connection that
 * sent its close and then finds an unread message, and the close code is lost with it.
 */
export const lingerMs = 50;

export interface PeerOwner {
  opened(): void;
  received(text: string): void;
  /** Called once: at our close, or when the socket disconnected by itself (no code). */
  closed(code: CloseCode | undefined): void;
  /** Called once, after `closed`: the connection itself is gone, or counts as gone. */
  gone(): void;
}

/** A peer that does not answer our close keeps its connection. It counts as gone after this time. */
export const goneTimeoutMs = 10 * 60_000;

/** For people who read a network log; programs use the code. */
const closeReasons: Record<CloseCode, string> = {
  [closeCodes.restarting]: "restarting",
  [closeCodes.tooSlow]: "too slow",
  [closeCodes.signInExpired]: "sign-in expired",
  [closeCodes.resync]: "resync",
  [closeCodes.badMessage]: "bad message",
  [closeCodes.signedOut]: "signed out",
  [closeCodes.limit]: "limit",
};

const encoder = new TextEncoder();

export class Peer {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #owner: PeerOwner;
  readonly #acceptedAt: number;
  #state: "opening" | "open" | "closed" = "opening";
  /** When the messages of the last span arrived; empty for the many sockets that only listen. */
  #arrivedAt: number[] = [];
  #marksMissed = 0;
  #isGone = false;
  #cancelGone = () => {};

  constructor(socket: Socket, { clock, owner }: { clock: Clock; owner: PeerOwner }) {
    this.#socket = socket;
    this.#clock = clock;
    this.#owner = owner;
    this.#acceptedAt = clock.now();
    socket.onopen = () => this.#open();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => this.#markGone();
    socket.onerror = () => this.#markGone();
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** True if everything sent before has left this process. */
  isDrained(): boolean {
    return this.#socket.bufferedAmount === 0;
  }

  /** For a socket that is not drained. */
  closeIfTooSlow(): void {
    if (this.#socket.bufferedAmount > bufferedBytesMax) this.close(closeCodes.tooSlow);
  }

  /** Sends a periodic frame. Only to an open, drained socket, so that at most one of them is in flight. */
  send(frame: string): void {
    this.#marksMissed = 0;
    this.#socket.send(frame);
  }

  /** Sends an answer at once. The limit on the client's messages bounds the number of answers. */
  answer(frame: string): void {
    this.closeIfTooSlow();
    if (this.isOpen) this.#socket.send(frame);
  }

  missMark(): void {
    this.#marksMissed++;
    if (this.#marksMissed > marksMissedMax) this.close(closeCodes.tooSlow);
  }

  /** Releases everything of the socket here, not in its close event, which a stalled peer may never cause. */
  close(code: CloseCode): void {
    if (this.#state === "closed") return;
    const closeSocket = () => this.#socket.close(code, closeReasons[code]);
    const closeSoon = () => void this.#clock.after(lingerMs, closeSocket);
    if (this.#state === "open") closeSoon();
    else this.#socket.onopen = closeSoon; // A close before the upgrade is complete would be lost.
    this.#end(code);
    // The platform cannot end a connection by force: it counts until it is gone, or until this time has passed.
    this.#cancelGone = this.#clock.after(goneTimeoutMs, () => this.#markGone());
  }

  closeIfNeverOpened(now: number): void {
    if (this.#state === "opening" && now - this.#acceptedAt > openTimeoutMs) this.#markGone();
  }

  #open() {
    if (this.#state !== "opening") return;
    this.#state = "open";
    this.#owner.opened();
  }

  #markGone() {
    this.#end(undefined);
    if (this.#isGone) return;
    this.#isGone = true;
    this.#cancelGone();
    this.#owner.gone();
  }

  #end(code: CloseCode | undefined) {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#socket.onmessage = null;
    this.#owner.closed(code);
  }

  #receive(data: unknown) {
    if (this.#state !== "open") return;
    if (!this.#isWithinRate()) return this.close(closeCodes.limit);
    if (typeof data !== "string" || isTooLong(data)) return this.close(closeCodes.badMessage);
    this.#owner.received(data);
  }

  #isWithinRate(): boolean {
    const now = this.#clock.now();
    const since = now - liveLimits.messagesSpanMs;
    this.#arrivedAt = this.#arrivedAt.filter((at) => at > since);
    this.#arrivedAt.push(now);
    return this.#arrivedAt.length <= liveLimits.messagesMax;
  }
}

function isTooLong(text: string): boolean {
  if (text.length > liveLimits.messageBytesMax) return true;
  return encoder.encode(text).byteLength > liveLimits.messageBytesMax;
}
