// Owns one socket of GET /ws: its sign-in, what it follows and subscribes to, and its answers. Knows no other socket.

import {
  type CloseCode,
  closeCodes,
  liveLimits,
  parseClientMessage,
  parseTickers,
  protocolVersion,
  type ServerMessage,
} from "../protocol.ts";
import { compareVersions, type Ticker, type Version } from "../quote.ts";
import type { Clock } from "../clock.ts";
import type { Watchlist } from "../watchlist.ts";
import type { Delivery, Viewer } from "./fanout/flusher.ts";
import { FollowedLists } from "./socket/followed_lists.ts";
import { type Flush, type Frame, frameTail } from "./fanout/frames.ts";
import type { Socket, SocketIdentity } from "./hub_ports.ts";
import { ListNames } from "./socket/list_names.ts";
import { Peer } from "./socket/peer.ts";
import type { QuoteSlot } from "./fanout/quote_slot.ts";
import { SerialTasks } from "./socket/serial_tasks.ts";

/** What a connection asks of the hub it belongs to. */
export interface ConnectionHost {
  readonly clock: Clock;
  verifySocketToken(token: string): Promise<SocketIdentity | undefined>;
  loadLists(userId: string): Promise<readonly Watchlist[]>;
  isKnown(ticker: Ticker): boolean;
  /** From now on the user's announcements reach the connection. */
  signedIn(connection: Connection, identity: SocketIdentity): void;
  hold(connection: Connection, tickers: Iterable<Ticker>): void;
  heldBy(connection: Connection): readonly Ticker[];
  /** The version, the time and the cadence of the newest tick. */
  present(): Version & { readonly now: number; readonly tickMs: number };
  snapshot(tickers: Iterable<Ticker>): Frame;
  wholeTick(tickers: Iterable<Ticker>): Frame;
  answered(): void;
  failed(error: unknown): void;
  closed(connection: Connection, code: CloseCode | undefined): void;
  gone(connection: Connection): void;
}

export class Connection implements Viewer {
  readonly address: string;
  readonly #host: ConnectionHost;
  readonly #peer: Peer;
  readonly #followed: FollowedLists;
  readonly #names: ListNames | undefined;
  readonly #tasks: SerialTasks;
  #identity: SocketIdentity | undefined;
  #subscribed: ReadonlySet<Ticker> = new Set();
  #greeted = false;
  /** Of the newest frame sent: what is older is not sent any more. */
  #version: Version = { epoch: 0, seq: 0 };
  /** It missed something; its next frame names everything in full. */
  #isBehind = false;

  constructor(
    socket: Socket,
    { host, address, identity, asksForLists }: {
      host: ConnectionHost;
      address: string;
      identity: SocketIdentity | undefined;
      asksForLists?: boolean;
    },
  ) {
    this.address = address;
    this.#host = host;
    this.#identity = identity;
    this.#names = asksForLists ? new ListNames() : undefined;
    this.#followed = new FollowedLists(host.loadLists, this.#names);
    this.#tasks = new SerialTasks((error) => this.#fail(error));
    this.#peer = new Peer(socket, { clock: host.clock, owner: this });
  }

  get identity(): SocketIdentity | undefined {
    return this.#identity;
  }

  close(code: CloseCode): void {
    this.#peer.close(code);
  }

  send(message: ServerMessage): void {
    this.#answer(JSON.stringify(message));
  }

  /** Called each second. */
  sweep(now: number): void {
    this.#peer.closeIfNeverOpened(now);
    if (this.#identity && this.#identity.expiresAt <= now) this.close(closeCodes.signInExpired);
  }

  // From the peer.

  opened(): void {
    this.#tasks.add(() => this.#welcome());
  }

  received(text: string): void {
    const waitingMax = this.#greeted ? liveLimits.messagesMax : liveLimits.waitingMax;
    if (this.#tasks.waitingCount >= waitingMax) return this.close(closeCodes.limit);
    this.#tasks.add(() => this.#handle(text));
  }

  closed(code: CloseCode | undefined): void {
    this.#tasks.drop();
    this.#host.closed(this, code);
  }

  gone(): void {
    this.#host.gone(this);
  }

  // From the flusher.

  deliver({ kind, version, head }: Flush, slots: readonly QuoteSlot[]): Delivery {
    if (this.#isBehind) return this.#tellAll();
    if (compareVersions(this.#version, version) > 0 || !this.#peer.isDrained()) {
      this.#isBehind = true;
      return "behind";
    }
    let quotes = "";
    for (const { fragment } of slots) {
      if (fragment !== "") quotes += quotes === "" ? fragment.slice(1) : fragment;
    }
    if (quotes === "" && kind === "newcomers") return "nothing";
    this.#version = version;
    this.#peer.send(head + quotes + frameTail);
    return "sent";
  }

  catchUp(): Delivery {
    return this.#isBehind && this.#peer.isOpen ? this.#tellAll() : "nothing";
  }

  #tellAll(): Delivery {
    if (!this.#peer.isDrained()) return "behind";
    this.#isBehind = false;
    const held = this.#host.heldBy(this);
    if (held.length === 0) return "nothing";
    const { version, text } = this.#host.wholeTick(held);
    this.#version = version;
    this.#peer.send(text);
    return "sent";
  }

  missMark(): void {
    this.#peer.missMark();
  }

  // From the announcements of its user.

  listChanged(list: Watchlist): void {
    const change = this.#followed.change(list);
    if (!this.#greeted) return;
    if (change === "first") this.#tasks.add(() => this.#followFirst());
    else if (change === "changed") this.#showChange(list);
    this.#tellNames();
  }

  #showChange(list: Watchlist): void {
    const former = new Set(this.#host.heldBy(this));
    this.#hold();
    this.#showList(list);
    const added = this.#host.heldBy(this).filter((ticker) => !former.has(ticker));
    if (added.length > 0) this.#sendSnapshot(added);
  }

  listDeleted(listId: string): void {
    const change = this.#followed.delete(listId);
    if (change !== "ignored") this.#hold();
    if (change === "first") this.#tasks.add(() => this.#followFirst());
    else if (change === "changed") this.#refuseLists([listId]);
    this.#tellNames();
  }

  listsReordered(): void {
    const change = this.#followed.reorder();
    if (!this.#greeted) return;
    if (change === "first") this.#tasks.add(() => this.#followFirst());
    this.#tellNames();
  }

  #tellNames(): void {
    if (!this.#greeted || !this.#names) return;
    if (this.#names.shouldRead()) this.#tasks.add(() => this.#readNames());
    const news = this.#names.news();
    if (news) this.#answer(news);
  }

  async #readNames() {
    // A task before this one may have read them.
    if (!this.#identity || !this.#names?.isOutdated) return;
    await this.#followed.readNames(this.#identity.userId);
    this.#tellNames();
  }

  // The client's messages, strictly one after the other.

  async #welcome() {
    if (this.#identity) await this.#followed.followFirst(this.#identity.userId);
    this.#greet();
  }

  #greet() {
    const { epoch, seq, now, tickMs } = this.#host.present();
    const user = this.#identity?.username ?? null;
    this.#hold();
    this.#greeted = true;
    this.#version = { epoch, seq };
    this.send({ type: "hello", v: protocolVersion, now, tickMs, epoch, seq, user });
    this.#showLists();
  }

  #showLists() {
    const lists = this.#followed.lists();
    for (const list of lists) this.#showList(list);
    if (lists.length > 0) this.#sendSnapshot(this.#followed.tickers());
    this.#tellNames();
  }

  #showList({ id, name, version, tickers }: Watchlist) {
    this.send({ type: "watchlist", id, name, version, tickers });
  }

  #handle(text: string): void | Promise<void> {
    const message = parseClientMessage(text);
    if (!message) return this.close(closeCodes.badMessage);
    switch (message.type) {
      case "auth":
        return this.#authenticate(message.token);
      case "follow":
        return this.#follow(message.lists);
      case "subscribe":
        return this.#subscribe(message.tickers);
      case "unsubscribe":
        return this.#unsubscribe(message.tickers);
    }
  }

  async #authenticate(token: string) {
    const identity = await this.#host.verifySocketToken(token);
    if (!this.#peer.isOpen) return;
    if (!identity) return this.#refuse("invalid_token", "The token is not valid.");
    const former = this.#identity;
    if (former && former.userId !== identity.userId) return this.close(closeCodes.badMessage);
    this.#identity = identity;
    this.#host.signedIn(this, identity);
    if (!former) await this.#followed.followFirst(identity.userId);
    this.#greet();
  }

  async #followFirst() {
    // The client may have chosen lists since this became due.
    if (!this.#identity || !this.#followed.isFirst) return;
    await this.#followed.followFirst(this.#identity.userId);
    this.#hold();
    this.#showLists();
  }

  async #follow(ids: readonly string[]) {
    const outcome = this.#identity
      ? await this.#followed.follow(ids, this.#identity.userId)
      : { kind: "followed" as const, unknown: ids };
    if (outcome.kind === "too_many_tickers") {
      const { followedMax } = liveLimits;
      return this.#refuse("too_many_tickers", `At most ${followedMax} tickers can be followed.`);
    }
    this.#hold();
    this.#showLists();
    if (outcome.unknown.length > 0) this.#refuseLists(outcome.unknown);
  }

  #refuseLists(ids: readonly string[]) {
    this.#refuse("unknown_list", `Not among your lists: ${someOf(ids)}.`);
  }

  #subscribe(texts: readonly string[]) {
    const { tickers, others } = parseTickers(texts);
    const max = this.#identity ? liveLimits.subscribedMax : liveLimits.subscribedAnonymousMax;
    if (this.#subscribed.union(new Set(tickers)).size + others.length > max) {
      return this.#refuse("too_many_tickers", `At most ${max} tickers can be subscribed to.`);
    }
    const known = tickers.filter((ticker) => this.#host.isKnown(ticker));
    const unknown = [...tickers.filter((ticker) => !this.#host.isKnown(ticker)), ...others];
    this.#subscribed = this.#subscribed.union(new Set(known));
    this.#hold();
    if (known.length > 0 || unknown.length === 0) this.#sendSnapshot(known);
    if (unknown.length > 0) this.#refuse("unknown_ticker", `Not known: ${someOf(unknown)}.`);
  }

  #unsubscribe(texts: readonly string[]) {
    const leaving = new Set(parseTickers(texts).tickers);
    this.#subscribed = this.#subscribed.difference(leaving);
    this.#hold();
  }

  #hold() {
    if (this.#peer.isOpen) {
      this.#host.hold(this, this.#followed.tickers().union(this.#subscribed));
    }
  }

  #sendSnapshot(tickers: Iterable<Ticker>) {
    const { version, text } = this.#host.snapshot(tickers);
    this.#version = version;
    this.#answer(text);
  }

  #fail(error: unknown) {
    this.#host.failed(error);
    this.close(closeCodes.resync);
  }

  #refuse(code: string, message: string) {
    this.send({ type: "error", code, message });
  }

  #answer(text: string) {
    if (!this.#peer.isOpen) return;
    this.#peer.answer(text);
    this.#host.answered();
  }
}

const namedMax = 10;
const nameLengthMax = 40;

/** Names the first few of what a client sent: an error's text is bounded, whatever came. */
function someOf(names: readonly string[]): string {
  const named = names.slice(0, namedMax).map((name) => name.slice(0, nameLengthMax)).join(", ");
  return names.length > namedMax ? `${named} and ${names.length - namedMax} more` : named;
}
