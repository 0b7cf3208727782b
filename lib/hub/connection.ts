// Owns one socket of GET /ws as the hub sees it: its frames, its version, its end. What its client says is conversation.ts.

import { type CloseCode, closeCodes, protocolVersion, type ServerMessage } from "../protocol.ts";
import { compareVersions, type Ticker, type Version } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";
import { Conversation, type ConversationHost, type ConversationSocket } from "./conversation.ts";
import type { Delivery, Viewer } from "./fanout/flusher.ts";
import { type Flush, type Frame, frameTail } from "./fanout/frames.ts";
import type { QuoteSlot } from "./fanout/quote_slot.ts";
import type { Socket, SocketIdentity } from "./hub_ports.ts";
import { Peer, type PeerOwner } from "./socket/peer.ts";

/** The hub, as its connections use it. */
export interface ConnectionHost extends ConversationHost {
  /** From now on the user's announcements reach the connection. */
  signedIn(connection: Connection, identity: SocketIdentity): void;
  /** Replaces the tickers whose ticks the connection gets. */
  watch(connection: Connection, tickers: Iterable<Ticker>): void;
  watchedBy(connection: Connection): readonly Ticker[];
  /** The version, the time and the cadence of the newest tick. */
  latest(): Version & { readonly now: number; readonly tickMs: number };
  snapshot(tickers: Iterable<Ticker>): Frame;
  wholeTick(tickers: Iterable<Ticker>): Frame;
  /** The facts of the day; undefined if none is known. */
  day(tickers: Iterable<Ticker>): string | undefined;
  /** Called for each frame that is not part of a flush. */
  answered(): void;
  closed(connection: Connection, code: CloseCode | undefined): void;
  gone(connection: Connection): void;
}

export class Connection implements Viewer, PeerOwner, ConversationSocket {
  readonly address: string;
  readonly anonymousUntil: number;
  readonly #host: ConnectionHost;
  readonly #peer: Peer;
  readonly #conversation: Conversation;
  readonly #settle: () => void;
  readonly #asksForDay: boolean;
  /** The version of the newest frame that was sent: no older frame follows it. */
  #version: Version = { epoch: 0, seq: 0 };
  /** The socket missed a frame; its next one names every ticker in full. */
  #isBehind = false;

  constructor(
    socket: Socket,
    {
      host,
      address,
      anonymousUntil,
      identity,
      asksForLists,
      asksForDay = false,
      settle = () => {},
    }: {
      host: ConnectionHost;
      address: string;
      anonymousUntil: number;
      identity: SocketIdentity | undefined;
      asksForLists?: boolean;
      asksForDay?: boolean;
      /** Called when the socket has its first messages, or is closed; perhaps more than once. */
      settle?: () => void;
    },
  ) {
    this.address = address;
    this.anonymousUntil = anonymousUntil;
    this.#host = host;
    this.#settle = settle;
    this.#asksForDay = asksForDay;
    this.#conversation = new Conversation(this, { host, identity, asksForLists });
    this.#peer = new Peer(socket, { clock: host.clock, owner: this });
  }

  get identity(): SocketIdentity | undefined {
    return this.#conversation.identity;
  }

  get isAnonymous(): boolean {
    return this.identity === undefined;
  }

  get isOpen(): boolean {
    return this.#peer.isOpen;
  }

  close(code: CloseCode): void {
    this.#peer.close(code);
  }

  /** Called each second. */
  sweep(now: number): void {
    this.#peer.closeIfNeverOpened(now);
    if (this.identity && this.identity.expiresAt <= now) this.close(closeCodes.signInExpired);
  }

  // From the peer.

  opened(): void {
    this.#conversation.start();
  }

  received(text: string): void {
    this.#conversation.receive(text);
  }

  closed(code: CloseCode | undefined): void {
    this.#settle();
    this.#conversation.stop();
    this.#host.closed(this, code);
  }

  gone(): void {
    this.#host.gone(this);
  }

  // From the flusher.

  deliver({ kind, version, head, dayHead }: Flush, slots: readonly QuoteSlot[]): Delivery {
    if (this.#isBehind) return this.#sendWholeTick();
    if (compareVersions(this.#version, version) > 0 || !this.#peer.isDrained()) {
      this.#isBehind = true;
      this.#peer.closeIfTooSlow();
      return "behind";
    }
    let quotes = "";
    for (const { fragment } of slots) {
      if (fragment !== "") quotes += quotes === "" ? fragment.slice(1) : fragment;
    }
    if (quotes === "" && kind === "newcomers") return "nothing";
    this.#version = version;
    this.#peer.send(head + quotes + frameTail);
    if (dayHead !== undefined && this.#asksForDay) this.#deliverDay(dayHead, slots);
    return "sent";
  }

  /** Only beside a tick frame, to a socket that was drained before it: at most both are in flight. */
  #deliverDay(head: string, slots: readonly QuoteSlot[]) {
    const days = slots.map(({ dayFragment }) => dayFragment).join("").slice(1);
    if (days === "") return;
    this.#peer.send(head + days + frameTail);
    this.#host.answered();
  }

  catchUp(): Delivery {
    return this.#isBehind && this.#peer.isOpen ? this.#sendWholeTick() : "nothing";
  }

  missMark(): void {
    this.#peer.missMark();
  }

  #sendWholeTick(): Delivery {
    if (!this.#peer.isDrained()) {
      this.#peer.closeIfTooSlow();
      return "behind";
    }
    this.#isBehind = false;
    const watched = this.watched();
    if (watched.length === 0) return "nothing";
    const { version, text } = this.#host.wholeTick(watched);
    this.#version = version;
    this.#peer.send(text);
    this.#sendDay(watched);
    return "sent";
  }

  #sendDay(tickers: Iterable<Ticker>) {
    const text = this.#asksForDay ? this.#host.day(tickers) : undefined;
    if (text !== undefined) this.sendText(text);
  }

  // From the announcements of its user.

  listChanged(list: Watchlist): void {
    this.#conversation.listChanged(list);
  }

  listDeleted(listId: string): void {
    this.#conversation.listDeleted(listId);
  }

  listsReordered(): void {
    this.#conversation.listsReordered();
  }

  // From the conversation.

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (!this.#peer.isOpen) return;
    this.#peer.answer(text);
    this.#host.answered();
  }

  sendHello(user: string | null): void {
    const { epoch, seq, now, tickMs } = this.#host.latest();
    this.#version = { epoch, seq };
    this.send({ type: "hello", v: protocolVersion, now, tickMs, epoch, seq, user });
    // The next socket comes after the lists and the snapshot, which follow within this call.
    this.#settle();
  }

  sendSnapshot(tickers: Iterable<Ticker>): void {
    const { version, text } = this.#host.snapshot(tickers);
    this.#version = version;
    this.sendText(text);
    this.#sendDay(tickers);
  }

  watch(tickers: ReadonlySet<Ticker>): void {
    this.#host.watch(this, tickers);
  }

  watched(): readonly Ticker[] {
    return this.#host.watchedBy(this);
  }

  signedIn(identity: SocketIdentity): void {
    this.#host.signedIn(this, identity);
  }
}
