// Owns what the tests of the store contract are given: a place that keeps data, and stores opened over it.

import type { Store } from "../store.ts";

/** Where a store keeps its data. It may hold data of other tests, but no other test uses it now. */
export interface StorePlace {
  /** Opens a store, again and again: each finds what the ones before it kept. */
  open(): Promise<Store>;
  /** Called after the last store was closed. */
  remove(): Promise<void>;
}

/** Registers one test; `reopen` closes the store and opens another one over the same place. */
export type StoreTest = (
  promise: string,
  check: (store: Store, reopen: () => Promise<Store>) => Promise<void>,
) => void;
