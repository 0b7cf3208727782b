// Owns the messages of one client of GET /ws and the answers to them, one message after another; and what it is sent of its lists.

import type { Clock } from "../clock.ts";
import {
  type CloseCode,
  closeCodes,
  liveLimits,
  parseClientMessage,
  type ServerMessage,
} from "../protocol.ts";
import type { Ticker } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";
import type { LoadLists, ReadTicker, SocketIdentity, VerifySocketToken } from "./hub_ports.ts";
import { FollowedLists, type FollowOutcome } from "./socket/followed_lists.ts";
import { ListNames } from "./socket/list_names.ts";
import { ListReads } from "./socket/list_reads.ts";
import * as refusals from "./socket/refusals.ts";
import { SerialTasks } from "./socket/serial_tasks.ts";
import { Subscription } from "./socket/subscription.ts";

/** What all conversations share. */
export interface ConversationHost {
  readonly clock: Clock;
  readonly verifySocketToken: VerifySocketToken;
  readonly loadLists: LoadLists;
  readonly isStoreFailing: () => boolean;
  readonly readTicker: ReadTicker;
  failed(error: unknown): void;
}

/** The connection, as its conversation uses it. */
export interface ConversationSocket {
  readonly isOpen: boolean;
  send(message: ServerMessage): void;
  sendText(text: string): void;
  sendHello(username: string | null): void;
  sendSnapshot(tickers: Iterable<Ticker>): void;
  /** Replaces the tickers whose ticks the socket gets. */
  watch(tickers: ReadonlySet<Ticker>): void;
  watched(): readonly Ticker[];
  /** From now on the user's announcements reach the connection. */
  signedIn(identity: SocketIdentity): void;
  close(code: CloseCode): void;
}

export class Conversation {
  readonly #socket: ConversationSocket;
  readonly #host: ConversationHost;
  readonly #followed: FollowedLists;
  readonly #names: ListNames | undefined;
  readonly #subscription = new Subscription();
  readonly #tasks: SerialTasks;
  readonly #reads: ListReads;
  #identity: SocketIdentity | undefined;
  #isGreeted = false;

  constructor(
    socket: ConversationSocket,
    { host, identity, asksForLists = false }: {
      host: ConversationHost;
      identity: SocketIdentity | undefined;
      asksForLists?: boolean | undefined;
    },
  ) {
    this.#socket = socket;
    this.#host = host;
    this.#identity = identity;
    this.#names = asksForLists ? new ListNames() : undefined;
    this.#followed = new FollowedLists(host.loadLists, this.#names);
    const failed = (error: unknown) => this.#fail(error);
    this.#tasks = new SerialTasks(failed);
    this.#reads = new ListReads({ ...host, failed });
  }

  get identity(): SocketIdentity | undefined {
    return this.#identity;
  }

  start(): void {
    this.#tasks.add(() => this.#welcome());
  }

  receive(text: string): void {
    const waitingMax = this.#isGreeted ? liveLimits.messagesMax : liveLimits.waitingMax;
    if (this.#tasks.waitingCount >= waitingMax) return this.#socket.close(closeCodes.limit);
    this.#tasks.add(() => this.#handle(text));
  }

  stop(): void {
    this.#tasks.drop();
    this.#reads.stop();
  }

  // Announcements of the user's lists.

  listChanged(list: Watchlist): void {
    const change = this.#followed.change(list);
    if (!this.#isGreeted) return;
    if (change === "first") this.#tasks.add(() => this.#followFirst());
    else if (change === "changed") this.#sendChange(list);
    this.#sendNames();
  }

  listDeleted(listId: string): void {
    const change = this.#followed.delete(listId);
    if (change !== "ignored") this.#watch();
    if (change === "first") this.#tasks.add(() => this.#followFirst());
    else if (change === "changed") this.#socket.send(refusals.unknownLists([listId]));
    this.#sendNames();
  }

  listsReordered(): void {
    const change = this.#followed.reorder();
    if (!this.#isGreeted) return;
    if (change === "first") this.#tasks.add(() => this.#followFirst());
    this.#sendNames();
  }

  #sendChange(list: Watchlist): void {
    const former = new Set(this.#socket.watched());
    this.#watch();
    this.#sendList(list);
    const added = this.#socket.watched().filter((ticker) => !former.has(ticker));
    if (added.length > 0) this.#socket.sendSnapshot(added);
  }

  #sendNames(): void {
    if (!this.#isGreeted || !this.#names) return;
    if (this.#names.shouldRead()) this.#tasks.add(() => this.#readNames());
    const message = this.#names.message();
    if (message) this.#socket.sendText(message);
  }

  async #readNames() {
    const userId = this.#identity?.userId;
    if (!userId) return;
    await this.#reads.run(async () => {
      // A read before this one may have read them.
      if (this.#names?.isOutdated) await this.#followed.readNames(userId);
    }, () => this.#sendNames());
  }

  // The client's messages.

  /** If the store is slow, hello comes first, and the lists follow. */
  async #welcome() {
    const userId = this.#identity?.userId;
    let isLate = false;
    if (userId) {
      await this.#reads.run(() => this.#followed.followFirst(userId), () => {
        if (isLate) this.#showFollowed();
      });
    }
    isLate = true;
    this.#greet();
  }

  #greet() {
    this.#watch();
    this.#isGreeted = true;
    this.#socket.sendHello(this.#identity?.username ?? null);
    this.#sendLists();
  }

  #showFollowed() {
    this.#watch();
    this.#sendLists();
  }

  #sendLists() {
    const lists = this.#followed.lists();
    for (const list of lists) this.#sendList(list);
    if (lists.length > 0) this.#socket.sendSnapshot(this.#followed.tickers());
    this.#sendNames();
  }

  #sendList({ id, name, version, tickers }: Watchlist) {
    this.#socket.send({ type: "watchlist", id, name, version, tickers });
  }

  #handle(text: string): void | Promise<void> {
    const message = parseClientMessage(text);
    if (!message) return this.#socket.close(closeCodes.badMessage);
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
    if (!this.#socket.isOpen) return;
    if (!identity) return this.#socket.send(refusals.invalidToken());
    const former = this.#identity;
    if (former && former.userId !== identity.userId) {
      return this.#socket.close(closeCodes.badMessage);
    }
    this.#identity = identity;
    this.#socket.signedIn(identity);
    if (former) this.#greet();
    else await this.#welcome();
  }

  async #followFirst() {
    const userId = this.#identity?.userId;
    if (!userId) return;
    await this.#reads.run(async () => {
      // The client may have chosen lists since this task was added.
      if (!this.#followed.isFirst) return false;
      await this.#followed.followFirst(userId);
      return true;
    }, (isRead) => {
      if (isRead) this.#showFollowed();
    });
  }

  async #follow(ids: readonly string[]) {
    const userId = this.#identity?.userId;
    if (!userId) return this.#answerFollow({ kind: "followed", unknown: ids });
    await this.#reads.run(
      () => this.#followed.follow(ids, userId),
      (outcome) => this.#answerFollow(outcome),
    );
  }

  #answerFollow(outcome: FollowOutcome) {
    if (outcome.kind === "too_many_tickers") return this.#socket.send(refusals.tooManyFollowed());
    this.#showFollowed();
    if (outcome.unknown.length > 0) this.#socket.send(refusals.unknownLists(outcome.unknown));
  }

  #subscribe(texts: readonly string[]) {
    const max = this.#identity ? liveLimits.subscribedMax : liveLimits.subscribedAnonymousMax;
    const { readTicker } = this.#host;
    const outcome = this.#subscription.add(texts, { max, readTicker });
    if (outcome.kind === "too_many_tickers") {
      return this.#socket.send(refusals.tooManySubscribed(max));
    }
    const { known, aliases, unknown } = outcome;
    this.#watch();
    if (aliases.length > 0) this.#socket.send({ type: "aliases", aliases });
    if (known.length > 0 || unknown.length === 0) this.#socket.sendSnapshot(known);
    if (unknown.length > 0) this.#socket.send(refusals.unknownTickers(unknown));
  }

  #unsubscribe(texts: readonly string[]) {
    this.#subscription.remove(texts, this.#host);
    this.#watch();
  }

  #watch() {
    if (!this.#socket.isOpen) return;
    this.#socket.watch(this.#followed.tickers().union(this.#subscription.tickers));
  }

  #fail(error: unknown) {
    this.#host.failed(error);
    this.#socket.close(closeCodes.resync);
  }
}
