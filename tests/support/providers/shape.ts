// Owns the interface of a provider's documented shapes: what it answers at which address.

import type { Market } from "./market.ts";

export interface ProviderShape {
  /** The name of its source. */
  readonly name: string;
  /** Its spelling of BAC.PRL. */
  readonly preferred: string;
  /** Its list has symbols alone. */
  readonly hasNoNames?: boolean;
  /** The variables of its source, over the server at this address. */
  env(url: string): Readonly<Record<string, string>>;
  /** The answer, and whether it was for the list or for these symbols. Undefined: an address that it does not have. */
  answer(url: URL, market: Market, base: string): ProviderAnswer | undefined;
}

export interface ProviderAnswer {
  readonly body: BodyInit | Promise<BodyInit>;
  /** Unset: a step of the list. */
  readonly symbols?: readonly string[];
}
