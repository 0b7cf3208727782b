// Owns one user's client in a chaos run: changes the list through any instance, one change at a time, and records it in the ledger.

import { type Answer, call, type CallOptions } from "../support/api_client.ts";
import { createListLedger, type ListEdit } from "./list_ledger.ts";
import type { ChaosUser } from "./users.ts";
import type { Verdict } from "./verdict.ts";

export type ListEditor = ReturnType<typeof startListEditor>;

export interface ListEditorOptions {
  readonly user: ChaosUser;
  readonly urls: readonly string[];
  readonly tickers: readonly string[];
  readonly verdict: Verdict;
}

const pauseMs = 250;
/** Longer than the service waits for its store. */
const answerTimeoutMs = 8_000;
/** An edit of unknown outcome may still be done within this time: longer than any stall plus the store's own deadline. */
const restMs = 30_000;

export function startListEditor({ user, urls, tickers, verdict }: ListEditorOptions) {
  const ledger = createListLedger({ user: user.name, verdict });
  const restingUntil = new Map<string, number>();
  let isStopped = false;
  let answeredAt = 0;

  /** Undefined if the outcome is unknown. */
  async function ask(path: string, options: CallOptions = {}): Promise<Answer | undefined> {
    const url = urls[Math.floor(Math.random() * urls.length)];
    try {
      const token = await user.token();
      const signal = AbortSignal.timeout(answerTimeoutMs);
      const answer = await call(`${url}${path}`, { ...options, token, signal });
      return answer.status < 500 ? answer : undefined;
    } catch {
      return undefined;
    }
  }

  async function edit(listEdit: ListEdit) {
    const { ticker, kind } = listEdit;
    const sentAt = Date.now();
    const answer = kind === "add"
      ? await ask("/api/watchlist", { json: { ticker } })
      : await ask(`/api/watchlist/${ticker}`, { method: "DELETE" });
    if (!answer) {
      restingUntil.set(ticker, Date.now() + restMs);
      return ledger.unanswered(listEdit);
    }
    const { status, headers, body } = answer;
    const isDone = status === 201 || status === 204;
    const isNeedless = status === 200 || (status === 404 && body.code === "not_on_list");
    if (isDone) ledger.done(listEdit, versionOf(headers));
    else if (isNeedless) ledger.needless(listEdit);
    else verdict.breach("a list change was refused", `${kind} ${ticker}: ${status} ${body.code}`);
    answeredAt = Math.max(answeredAt, sentAt);
  }

  async function run() {
    while (!isStopped) {
      const usable = tickers.filter((ticker) => (restingUntil.get(ticker) ?? 0) < Date.now());
      const ticker = usable[Math.floor(Math.random() * usable.length)] ?? "";
      await edit({ ticker, kind: Math.random() < 0.5 ? "add" : "remove" });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  const running = run();
  return {
    ledger,
    /** True if a change sent after this time was acknowledged. */
    hasAnswerSince: (since: number) => answeredAt >= since,
    /** Stops changing the list, and reads it once more. */
    async close() {
      isStopped = true;
      await running;
      const answer = await ask("/api/watchlist");
      if (answer?.status !== 200) {
        return verdict.breach("a list could not be read in the end", `${user.name}`);
      }
      const { headers, body }: { headers: Headers; body: { ticker: string }[] } = answer;
      ledger.read({ version: versionOf(headers), tickers: body.map(({ ticker }) => ticker) });
    },
  };
}

/** The ETag is `"<id>:<version>"`. */
function versionOf(headers: Headers): number {
  return Number(/:(\d+)"$/.exec(headers.get("etag") ?? "")?.[1]);
}
