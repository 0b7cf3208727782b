// Owns the types of the store contract: the place of the data, and the function that registers a test.

import type { Store } from "../store.ts";

/** The place where a store keeps its data. It may have data of earlier tests, but no other test uses it at the same time. */
export interface StorePlace {
  /** Opens a store. It finds the data of the stores that were opened before it. */
  open(): Promise<Store>;
  /** To be called after the last store was closed. */
  remove(): Promise<void>;
}

/** Registers one test; `reopen` closes the store and opens another one over the same place. */
export type StoreTest = (
  promise: string,
  check: (store: Store, reopen: () => Promise<Store>) => Promise<void>,
) => void;
