// Owns the schema of each kind of record in a backup. Reads and writes no file.

import { z } from "zod";
import { parseTicker, type Ticker } from "../../lib/quote.ts";
import type { StoreRecord } from "../../lib/store/bulk.ts";

const time = z.int();

const ticker = z.string().transform((text, context): Ticker => {
  const parsed = parseTicker(text);
  if (parsed) return parsed;
  context.addIssue({ code: "custom", message: "Not a ticker" });
  return z.NEVER;
});

const user = z.object({
  id: z.uuid(),
  username: z.string(),
  email: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  createdAt: time,
});

const list = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.int(),
  tickers: z.array(ticker),
});

const session = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  username: z.string(),
  tokenHash: z.string(),
  previousTokens: z.array(z.object({ hash: z.string(), rotatedAt: time })),
  createdAt: time,
  rotatedAt: time,
  idleExpiresAt: time,
  endsAt: time,
  revokedAt: time.nullable(),
  userAgent: z.string().nullable(),
});

/** One schema for each kind. */
export const recordForm: z.ZodType<StoreRecord> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("user"),
    user,
    passwordHash: z.string(),
    lists: z.array(list).min(1),
  }),
  z.object({ kind: z.literal("session"), session }),
  z.object({ kind: z.literal("revoked"), sessionId: z.uuid(), at: time }),
  z.object({ kind: z.literal("setting"), name: z.string(), value: z.string() }),
  z.object({
    kind: z.literal("catalog"),
    entries: z.array(z.object({
      ticker,
      name: z.string(),
      priceable: z.boolean(),
      exchange: z.string().exactOptional(),
      kind: z.enum(["share", "fund", "index", "crypto", "currency"]).exactOptional(),
      currency: z.string().exactOptional(),
      symbol: z.string().exactOptional(),
      source: z.string().exactOptional(),
    })),
  }),
]);
