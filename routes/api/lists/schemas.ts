// Owns the shapes of lists in the API.

import { z } from "@hono/zod-openapi";
import { listFormats } from "../../../lib/interchange/list_format.ts";
import { importOutcomes } from "../../../lib/lists/list_import.ts";
import {
  listNameFault,
  listNameLengthMax,
  listsMax,
  listTickersMax,
  parseListName,
} from "../../../lib/watchlist.ts";
import { priceFields, tickerParam } from "../schemas.ts";

const listName = z.string().transform((text, context) => {
  const name = parseListName(text);
  if (name !== undefined) return name;
  context.addIssue(listNameFault);
  return z.NEVER;
}).openapi({ minLength: 1, maxLength: listNameLengthMax, example: "Chips" });

const tickerText = z.string().max(64);
const id = z.string().openapi({ example: "0190a1b2-0000-7000-8000-000000000000" });

/** Counted from 0; past the end is the end. */
const tickerPosition = z.number().int().min(0).max(listTickersMax);
const listPosition = z.number().int().min(0).max(listsMax);

export const listParam = z.object({ id });
export const itemParams = listParam.extend(tickerParam.shape);
export const formatQuery = z.object({ format: z.enum(listFormats).optional() });

export const newList = z.object({ name: listName }).openapi("NewList");
export const listEdit = z.object({ name: listName.optional(), position: listPosition.optional() })
  .refine(
    ({ name, position }) => name !== undefined || position !== undefined,
    "Give a name, a position or both.",
  ).openapi("ListEdit");
export const tickerBody = z.object({ ticker: tickerText }).openapi("TickerBody");
export const itemBody = tickerBody.extend({ position: tickerPosition.optional() })
  .openapi("ItemBody");
export const positionBody = z.object({ position: tickerPosition }).openapi("PositionBody");
export const orderBody = z.object({ tickers: z.array(tickerText).max(1_000) })
  .openapi("OrderBody");

/** The answer to a change of tickers. */
export const listState = z.object({
  id: z.string(),
  version: z.number().int(),
  tickers: z.array(z.string()),
}).openapi("ListState");

export const list = listState.extend({ name: z.string() }).openapi("List");

export const watchlistRow = z.object({ ticker: z.string(), name: z.string() })
  .extend(priceFields.shape).openapi("WatchlistRow");

export const importAnswer = listState.extend({
  added: z.number().int(),
  report: z.array(z.object({
    line: z.number().int(),
    text: z.string(),
    ticker: z.string().nullable(),
    outcome: z.enum(importOutcomes),
    note: z.string().optional().openapi({
      description: "For a former ticker: what it is today, or why it has no successor",
    }),
  })),
  leftOff: z.number().int().openapi({ description: "Lines beyond those of the report" }),
}).openapi("Import");
