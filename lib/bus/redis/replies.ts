// Owns parsing the answers of the scripts. Throws if an answer does not fit, since the scripts are our own.

import { z } from "zod";
import { parseTicker, type Ticker, type Version } from "../../quote.ts";
import type { Interest } from "../bus.ts";
import type { StoredSnapshot } from "../mirror.ts";
import type { AnnouncementsRead } from "./announcement_order.ts";
import { parseAnnouncement, parseSnapshot } from "../wire.ts";

const texts = z.array(z.string());
const catchUpSchema = z.tuple([
  z.string(),
  texts,
  texts,
  z.string(),
  z.coerce.number(),
  z.string(),
  texts,
]);
const publishedSchema = z.union([
  z.tuple([z.literal("stale_epoch")]),
  z.tuple([z.literal("published"), z.coerce.number(), z.coerce.number(), z.number()]),
]);
const takenSchema = z.union([
  z.tuple([]),
  z.tuple([z.coerce.number(), z.coerce.number(), z.coerce.number()]),
]);
const interestSchema = z.tuple([texts, texts, texts]);

/** `snapshot` is undefined if Redis has nothing newer. */
export function parseCatchUp(
  reply: unknown,
): { snapshot: StoredSnapshot | undefined; announced: AnnouncementsRead } {
  const [head, quotes, readings, generation, number, id, missed] = catchUpSchema.parse(reply);
  return {
    snapshot: head === "" ? undefined : parseSnapshot({ head, quotes, readings }),
    announced: { generation, number, id, missed: missed.map(parseAnnouncement) },
  };
}

export type PublishReply =
  | { readonly outcome: "stale_epoch" }
  | {
    readonly outcome: "published";
    readonly previous: Version;
    /** False: Redis had lost the quotes of earlier ticks. */
    readonly isSnapshotKept: boolean;
  };

export function parsePublished(reply: unknown): PublishReply {
  const [outcome, epoch = 0, seq = 0, isKept] = publishedSchema.parse(reply);
  if (outcome === "stale_epoch") return { outcome };
  return { outcome, previous: { epoch, seq }, isSnapshotKept: isKept === 1 };
}

export function parseInterest(reply: unknown): Interest {
  const [signedIn, anonymous, ranked] = interestSchema.parse(reply);
  const ranks = new Map<Ticker, number>();
  for (let index = 0; index + 1 < ranked.length; index += 2) {
    const ticker = parseTicker(ranked[index]);
    if (ticker) ranks.set(ticker, Number(ranked[index + 1]));
  }
  return { signedIn: parseTickers(signedIn), anonymous: parseTickers(anonymous), ranks };
}

/** Undefined: another instance holds the lease. */
export function parseTaken(
  reply: unknown,
): { readonly epoch: number; readonly lastTick: Version } | undefined {
  const [epoch, lastEpoch = 0, lastSeq = 0] = takenSchema.parse(reply);
  return epoch === undefined ? undefined : { epoch, lastTick: { epoch: lastEpoch, seq: lastSeq } };
}

function parseTickers(list: readonly string[]): Ticker[] {
  return list.map(parseTicker).filter((ticker) => ticker !== undefined);
}
