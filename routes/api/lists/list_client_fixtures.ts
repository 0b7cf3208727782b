// Owns a user with a list of sample tickers, as tests of the list routes ask about it. No product code imports it.

import { parseTicker } from "../../../lib/quote.ts";
import type { TestApp } from "../../app_fixtures.ts";
import type { TestAnswer, TestRequest } from "../../client_fixtures.ts";

export const sampleTickers: readonly string[] = ["KO", "AAPL", "MSFT"];

export type ListClient = Awaited<ReturnType<typeof withList>>;

/** Signs up a user whose first list holds the sample, each ticker with a price. */
export async function withList(app: TestApp, tickers = sampleTickers) {
  await app.publish(...tickers);
  const { token, userId } = await app.signUp();
  const added = tickers.flatMap((text) => parseTicker(text) ?? []);
  const { list } = await app.deps.lists.addAll({ userId, listId: "first", tickers: added });

  return {
    list,
    token,
    userId,
    /** Sends "PUT /api/watchlists/{id}/order"; the id is the list's unless the path has another one. */
    send(route: string, request: TestRequest = {}): Promise<TestAnswer> {
      const [method = "", path = ""] = route.split(" ");
      return app.request(path.replace("{id}", list.id), { method, token, ...request });
    },
    /** The tickers of the first list, read again. */
    async tickers(): Promise<readonly string[]> {
      const [first] = await app.deps.store.lists(userId);
      return first?.tickers ?? [];
    },
  };
}

/** What every route refuses that names a list: other users', deleted, unreadable ids. */
export function unknownListCases(route: string, request: TestRequest = {}) {
  const isOfFirst = !route.includes("{id}");
  const ask = async (app: TestApp, id: string) =>
    (await withList(app)).send(route.replace("{id}", id), request);
  return isOfFirst
    ? {
      async "404 unknown_list of an account that was deleted elsewhere"(app: TestApp) {
        const { send, userId } = await withList(app);
        await app.deps.store.deleteUser(userId, Date.now());
        return await send(route, request);
      },
    }
    : {
      async "404 unknown_list for another user's, which stays as it is"(app: TestApp) {
        const { list } = await withList(app);
        return await ask(app, list.id);
      },
      "404 unknown_list for a text that is not an id": (app: TestApp) => ask(app, "nonsense"),
    };
}

/** What every change of a list refuses that names another version of it. */
export function versionCase(route: string, request: TestRequest = {}) {
  return {
    async "412 version_differs from that of If-Match, and nothing changes"(app: TestApp) {
      const { send, list, tickers } = await withList(app);
      const headers = { "if-match": `"${list.id}:${list.version + 1}"`, ...request.headers };
      const answer = await send(route, { ...request, headers });
      const now = await tickers();
      if (now.join() !== sampleTickers.join()) throw new Error(`The list holds ${now} now.`);
      return answer;
    },
  };
}

/** What every change of a list refuses after too many changes by its user. */
export function limitCase(route: string, request: TestRequest = {}) {
  return {
    async "429 rate_limited after too many changes, and nothing changes"(app: TestApp) {
      const { send, userId, tickers } = await withList(app);
      const answer = await app.pastListChanges(userId, () => send(route, request));
      const now = await tickers();
      if (now.join() !== sampleTickers.join()) throw new Error(`The list holds ${now} now.`);
      return answer;
    },
  };
}
