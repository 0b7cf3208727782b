// Owns one simulated WebSocket: both ends, the link between them, and a reader that stops. Does not interpret messages.

import type { Socket } from "../../lib/hub/hub_ports.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** The callbacks of the client's end. */
export interface ClientEnd {
  onMessage(text: string): void;
  /** Called once, whichever end closed the socket. */
  onClose(): void;
}

const wayMsMax = 30;

export class SimSocket implements Socket {
  readyState: number = WebSocket.CONNECTING;
  bufferedAmount = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  readonly #scheduler: Scheduler;
  readonly #machine: Machine;
  readonly #random: Random;
  readonly #client: ClientEnd;
  #isStalled = false;
  #unread: string[] = [];
  #toClientAt = 0;
  #toServerAt = 0;
  #isGone = false;

  constructor({ scheduler, machine, random, client }: {
    scheduler: Scheduler;
    machine: Machine;
    random: Random;
    client: ClientEnd;
  }) {
    this.#scheduler = scheduler;
    this.#machine = machine;
    this.#random = random;
    this.#client = client;
  }

  // The server's end.

  send(data: string): void {
    if (this.readyState !== WebSocket.OPEN) return;
    if (!this.#isStalled) return this.#toClient(() => this.#client.onMessage(data));
    this.bufferedAmount += data.length;
    this.#unread.push(data);
  }

  close(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.readyState = WebSocket.CLOSING;
    this.#toClient(() => this.vanish());
  }

  /** Completes the upgrade. */
  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.(new Event("open"));
  }

  // The client's end.

  say(message: unknown): void {
    const data = JSON.stringify(message);
    this.#toServer(() => this.onmessage?.(new MessageEvent("message", { data })));
  }

  /** Ends the connection for both sides, for example because the server died. */
  vanish(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#unread = [];
    this.#client.onClose();
    this.#toServer(() => {
      this.readyState = WebSocket.CLOSED;
      this.onclose?.(new CloseEvent("close", { code: 1006 }));
    });
  }

  stall(): void {
    this.#isStalled = true;
  }

  readOn(): void {
    this.#isStalled = false;
    this.bufferedAmount = 0;
    for (const data of this.#unread.splice(0)) this.#toClient(() => this.#client.onMessage(data));
  }

  #toClient(run: () => void) {
    this.#toClientAt = this.#arrival(this.#toClientAt);
    this.#scheduler.at(this.#toClientAt, () => {
      if (!this.#isGone) run();
    });
  }

  #toServer(run: () => void) {
    this.#toServerAt = this.#arrival(this.#toServerAt);
    this.#scheduler.at(this.#toServerAt, () => this.#machine.deliver(run));
  }

  /** Messages arrive in the order in which they were sent. */
  #arrival(former: number): number {
    return Math.max(former, this.#scheduler.now() + this.#random.between(1, wayMsMax));
  }
}
