// Owns the shapes of lists in the HTTP API. What is not theirs alone stands in schemas.ts.

import { z } from "@hono/zod-openapi";
import { listFormats } from "../../../lib/interchange/list_format.ts";
import {
  listNameFault,
  listNameLengthMax,
  listsMax,
  listTickersMax,
  parseListName,
} from "../../../lib/watchlist.ts";
import { listState, tickerBody, tickerParam } from "../schemas.ts";

const listName = z.string().transform((text, context) => {
  const name = parseListName(text);
  if (name !== undefined) return name;
  context.addIssue(listNameFault);
  return z.NEVER;
}).openapi({ minLength: 1, maxLength: listNameLengthMax, example: "Chips" });

/** Any text: what is no id of the user's lists is an unknown list. */
const id = z.string().openapi({ example: "0190a1b2-0000-7000-8000-000000000000" });

/** Counted from 0; past the end is the end. */
export const tickerPosition = z.number().int().min(0).max(listTickersMax);
export const listPosition = z.number().int().min(0).max(listsMax);

export const listParam = z.object({ id });
export const itemParams = listParam.extend(tickerParam.shape);

export const newList = z.object({ name: listName }).openapi("NewList");
export const listEdit = z.object({ name: listName.optional(), position: listPosition.optional() })
  .refine(
    ({ name, position }) => name !== undefined || position !== undefined,
    "Give a name, a position or both.",
  ).openapi("ListEdit");
export const itemBody = tickerBody.extend({ position: tickerPosition.optional() })
  .openapi("ItemBody");
export const positionBody = z.object({ position: tickerPosition }).openapi("PositionBody");

export const list = listState.extend({ name: z.string() }).openapi("List");

export const formatQuery = z.object({ format: z.enum(listFormats).optional() });

export const importOutcomes = [
  "added",
  "present",
  "unknown_ticker",
  "invalid",
  "list_full",
] as const;

export const importAnswer = listState.extend({
  added: z.number().int(),
  report: z.array(z.object({
    line: z.number().int(),
    text: z.string(),
    ticker: z.string().nullable(),
    outcome: z.enum(importOutcomes),
  })),
  leftOff: z.number().int().openapi({ description: "Lines beyond those of the report" }),
}).openapi("Import");
