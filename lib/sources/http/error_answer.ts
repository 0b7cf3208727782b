// Owns recognizing errors that providers send with status 200. Their text is matched, never logged: it may contain the key.

import { at } from "./read_quote.ts";
import type { Failed, FetchFailure } from "../source.ts";

/** The members in which providers put their sentence. */
const places = ["error", "message", "detail", "Note", "Information"];
const byText: readonly (readonly [RegExp, FetchFailure])[] = [
  [/limit|credits|run over|too many|exceeded|quota/i, "rate_limited"],
  [/key|token|auth|permission|forbidden|access|plan/i, "unauthorized"],
];

/** Undefined if the answer is not an error. */
export function errorAnswer(value: unknown): Failed | undefined {
  const text = places.map((place) => at(value, place)).find((text) => typeof text === "string");
  if (typeof text !== "string") return undefined;
  const failure = byText.find(([pattern]) => pattern.test(text))?.[1] ?? "wrong_shape";
  return { kind: "failed", failure, detail: "An error came with status 200" };
}
