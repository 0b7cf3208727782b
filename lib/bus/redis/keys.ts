// Owns the names and lifetimes of everything the bus keeps in Redis. Everything expires, so nothing is left behind.

export interface RedisTimes {
  /** How long an instance's interest counts. */
  readonly wantTtlMs: number;
  /** How long announcements can be read back. */
  readonly announcementsKeptMs: number;
  /** How long the last prices outlive the last tick. */
  readonly dataTtlMs: number;
}

export interface RedisBounds {
  /** A tick's messages stay below this; a larger tick goes in parts. */
  readonly partBytesMax: number;
  /** Past it the snapshot begins anew with what is published next. */
  readonly snapshotTickersMax: number;
  /** Past it the oldest announcements cannot be read back. */
  readonly announcementsMax: number;
  /** Past it the instance that spoke longest ago is forgotten. */
  readonly instancesMax: number;
}

export const redisBounds: RedisBounds = {
  // Below 256 KiB with the message's head around the quotes.
  partBytesMax: 240_000,
  snapshotTickersMax: 40_000,
  announcementsMax: 10_000,
  instancesMax: 1_000,
};

/** Fewer are read back at once; who missed more reads everything anew. */
export const missedAnnouncementsMax = 1_000;

/** The names share a hash tag: on a cluster they live together, as scripts require. */
export function keysOf(prefix: string) {
  const key = (name: string) => `${prefix}:{bus}:${name}`;
  return {
    /** The channel of ticks and announcements. */
    channel: key("channel"),
    /** In the order in which every script unpacks them. */
    shared: [
      "channel",
      "lease",
      "epoch",
      "last_tick",
      "quotes",
      "readings",
      "news",
      "news_log",
      "instances",
    ].map(key),
    wants: key("wants"),
  };
}
