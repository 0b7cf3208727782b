// Owns the errors that a client of GET /ws can get: their codes and texts. A text has a bound, whatever the client sent.

import { type ErrorMessage, liveLimits } from "../../protocol.ts";

const namedMax = 10;
const nameLengthMax = 40;

export function invalidToken(): ErrorMessage {
  return refusal("invalid_token", "The token is not valid.");
}

export function tooManySubscribed(max: number): ErrorMessage {
  return refusal("too_many_tickers", `At most ${max} tickers can be subscribed to.`);
}

export function tooManyFollowed(): ErrorMessage {
  const { followedMax } = liveLimits;
  return refusal("too_many_tickers", `At most ${followedMax} tickers can be followed.`);
}

export function unknownTickers(texts: readonly string[]): ErrorMessage {
  return refusal("unknown_ticker", `Not known: ${firstOf(texts)}.`);
}

export function unknownLists(ids: readonly string[]): ErrorMessage {
  return refusal("unknown_list", `Not among your lists: ${firstOf(ids)}.`);
}

function refusal(code: string, message: string): ErrorMessage {
  return { type: "error", code, message };
}

/** The first few names, each cut to its first characters. */
function firstOf(names: readonly string[]): string {
  const named = names.slice(0, namedMax).map((name) => name.slice(0, nameLengthMax)).join(", ");
  return names.length > namedMax ? `${named} and ${names.length - namedMax} more` : named;
}
