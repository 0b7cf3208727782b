// Owns values that end at a time, as Redis keys do. Knows neither Redis nor which clock it is.

export interface Expiring<T> {
  /** Undefined: never set, deleted or over. */
  get(): T | undefined;
  /** Keeps the time at which it ends, as Redis does where a hash is changed; a new one has none. */
  set(value: T): T;
  /** Does nothing without a value. */
  expireIn(ms: number): void;
  delete(): void;
  /** Undefined: no value, or one without an end. */
  endsAt(): number | undefined;
}

export function createExpiring<T>(now: () => number): Expiring<T> {
  let held: { value: T; endsAt: number } | undefined;

  function present() {
    if (held && held.endsAt <= now()) held = undefined;
    return held;
  }

  return {
    get: () => present()?.value,
    set(value) {
      held = { value, endsAt: present()?.endsAt ?? Infinity };
      return value;
    },
    expireIn(ms) {
      const kept = present();
      if (kept) kept.endsAt = now() + ms;
    },
    delete: () => held = undefined,
    endsAt() {
      const endsAt = present()?.endsAt;
      return endsAt === Infinity ? undefined : endsAt;
    },
  };
}
