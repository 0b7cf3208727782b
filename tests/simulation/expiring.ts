// Owns values that expire, like keys of Redis. Knows neither Redis nor the real clock.

export interface Expiring<T> {
  /** Undefined if the value was never set, was deleted or has expired. */
  get(): T | undefined;
  /** Does not change the expiry time of an existing value, like a change of a hash in Redis. A new value does not expire. */
  set(value: T): T;
  /** Does nothing if there is no value. */
  expireIn(ms: number): void;
  delete(): void;
  /** Undefined if there is no value, or if it does not expire. */
  endsAt(): number | undefined;
}

export function createExpiring<T>(now: () => number): Expiring<T> {
  let entry: { value: T; endsAt: number } | undefined;

  function present() {
    if (entry && entry.endsAt <= now()) entry = undefined;
    return entry;
  }

  return {
    get: () => present()?.value,
    set(value) {
      entry = { value, endsAt: present()?.endsAt ?? Infinity };
      return value;
    },
    expireIn(ms) {
      const existing = present();
      if (existing) existing.endsAt = now() + ms;
    },
    delete: () => entry = undefined,
    endsAt() {
      const endsAt = present()?.endsAt;
      return endsAt === Infinity ? undefined : endsAt;
    },
  };
}
