// Owns the names, lifetimes and bounds of the keys in Redis. Every key expires, so none is left behind.

export interface RedisTimes {
  /** How long the interest of an instance is valid. */
  readonly wantTtlMs: number;
  /** How long an announcement stays in the log. */
  readonly announcementsKeptMs: number;
  /** How long the last prices are kept after the last tick. */
  readonly dataTtlMs: number;
}

export interface RedisBounds {
  /** The size of a message; a larger tick is sent in several parts. */
  readonly partBytesMax: number;
  /** Above this number the snapshot is deleted and starts again with the next tick. */
  readonly snapshotTickersMax: number;
  /** Above this number the oldest announcements leave the log. */
  readonly announcementsMax: number;
  /** Above this number the interest that was sent longest ago is dropped. */
  readonly instancesMax: number;
}

export const redisBounds: RedisBounds = {
  // With the head of the tick a message stays below 256 KiB.
  partBytesMax: 240_000,
  snapshotTickersMax: 40_000,
  announcementsMax: 10_000,
  instancesMax: 1_000,
};

/** The most that one read returns; an instance that missed more reads all its data again. */
export const missedAnnouncementsMax = 1_000;

/** The names share a hash tag, so that a cluster keeps the keys of a script on one node. */
export function keysOf(prefix: string) {
  const key = (name: string) => `${prefix}:{bus}:${name}`;
  return {
    /** The channel of ticks and announcements. */
    channel: key("channel"),
    /** In the order in which each script unpacks them. */
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
