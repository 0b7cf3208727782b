// Owns one socket of GET /ws/stocks/{ticker}: one price, at once and at each change. Its client's messages only count against the limits.

import type { Clock } from "../clock.ts";
import { type CloseCode } from "../protocol.ts";
import type { Price, Ticker } from "../quote.ts";
import type { Delivery, Viewer } from "./fanout/flusher.ts";
import type { Socket } from "./hub_ports.ts";
import { Peer } from "./socket/peer.ts";

/** The hub, as its streams use it. */
export interface StockStreamHost {
  readonly clock: Clock;
  watch(stream: StockStream, ticker: Ticker): void;
  price(ticker: Ticker): Price | undefined;
  priceFrame(ticker: Ticker, price: Price): string;
  closed(stream: StockStream, code: CloseCode | undefined): void;
  gone(stream: StockStream): void;
}

export class StockStream implements Viewer {
  /** Its prices are public: nobody signs in here. */
  readonly isAnonymous = true;
  readonly address: string;
  readonly anonymousUntil: number;
  readonly #host: StockStreamHost;
  readonly #ticker: Ticker;
  readonly #peer: Peer;
  #sentPrice: Price | undefined;

  constructor(
    socket: Socket,
    { host, address, anonymousUntil, ticker }: {
      host: StockStreamHost;
      address: string;
      anonymousUntil: number;
      ticker: Ticker;
    },
  ) {
    this.address = address;
    this.anonymousUntil = anonymousUntil;
    this.#host = host;
    this.#ticker = ticker;
    this.#peer = new Peer(socket, { clock: host.clock, owner: this });
  }

  close(code: CloseCode): void {
    this.#peer.close(code);
  }

  sweep(now: number): void {
    this.#peer.closeIfNeverOpened(now);
  }

  opened(): void {
    this.#host.watch(this, this.#ticker);
    this.catchUp();
  }

  received(): void {}

  closed(code: CloseCode | undefined): void {
    this.#host.closed(this, code);
  }

  gone(): void {
    this.#host.gone(this);
  }

  deliver(): Delivery {
    return this.catchUp();
  }

  /** Sends the newest price, so that missed prices need not be remembered. */
  catchUp(): Delivery {
    if (!this.#peer.isOpen) return "nothing";
    const price = this.#host.price(this.#ticker);
    if (price === undefined || price === this.#sentPrice) return "nothing";
    if (!this.#peer.isDrained()) {
      this.#peer.closeIfTooSlow();
      return "behind";
    }
    this.#sentPrice = price;
    this.#peer.send(this.#host.priceFrame(this.#ticker, price));
    return "sent";
  }

  missMark(): void {
    this.#peer.missMark();
  }
}
