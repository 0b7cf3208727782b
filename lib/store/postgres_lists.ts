// Owns watchlists in Postgres. Each change is one statement that locks the list's row, judges the edit and does it.

import { validate as isUuid } from "uuid";
import type { Ticker } from "../quote.ts";
import type { Fragment, PostgresClient, Sql } from "./postgres_client.ts";
import { type ListChange, listTickersMax, type Store, type Watchlist } from "./store.ts";

type ListMethods = "lists" | "addTicker" | "removeTicker" | "reorderTickers";

/** An edit in SQL: it may name the columns of the list as they are before it. */
interface Edit<Kind extends string> {
  /** What comes of it. */
  readonly kind: Fragment;
  /** When it comes to this, the list gets the next tickers; its version grows unless they are the same. */
  readonly done: Kind;
  readonly next: Fragment;
}

type Outcome<Kind extends string> =
  | { readonly kind: "unknown_list" }
  | { readonly kind: Kind | "version_differs"; readonly list: Watchlist };

export function createPostgresLists({ run }: PostgresClient): Pick<Store, ListMethods> {
  async function change<Kind extends string>(
    target: ListChange,
    editIn: (sql: Sql) => Edit<Kind>,
  ): Promise<Outcome<Kind>> {
    if (!isUuid(target.userId)) return { kind: "unknown_list" };
    if (target.listId !== "first" && !isUuid(target.listId)) return { kind: "unknown_list" };
    const [row] = await run((sql) => changeStatement(sql, { target, edit: editIn(sql) }));
    if (!row) return { kind: "unknown_list" };
    const { kind, ...list } = row;
    return { kind, list };
  }

  return {
    async lists(userId) {
      if (!isUuid(userId)) return [];
      const rows = await run((sql) =>
        sql<Watchlist[]>`
          select id, name, version, to_json(tickers) as tickers from watchlists
          where user_id = ${userId}
          order by position, id`
      );
      return [...rows];
    },
    async addTicker({ ticker, ...target }) {
      const outcome = await change<"added" | "present" | "list_full">(target, (sql) => ({
        kind: sql`
          case when ${ticker} = any (tickers) then 'present'
            when cardinality(tickers) >= ${listTickersMax} then 'list_full'
            else 'added' end`,
        done: "added",
        next: sql`tickers || ${ticker}::text`,
      }));
      const { kind } = outcome;
      return kind === "added" || kind === "present" ? outcome : { kind };
    },
    async removeTicker({ ticker, ...target }) {
      const outcome = await change<"removed" | "not_on_list">(target, (sql) => ({
        kind: sql`case when ${ticker} = any (tickers) then 'removed' else 'not_on_list' end`,
        done: "removed",
        next: sql`array_remove(tickers, ${ticker}::text)`,
      }));
      return outcome.kind === "removed" ? outcome : { kind: outcome.kind };
    },
    async reorderTickers({ tickers, ...target }) {
      const wanted = arrayLiteral(tickers);
      const outcome = await change<"reordered" | "set_differs">(target, (sql) => ({
        kind: sql`
          case when tickers <@ ${wanted}::text[] and cardinality(tickers) = ${tickers.length}
            then 'reordered' else 'set_differs' end`,
        done: "reordered",
        next: sql`${wanted}::text[]`,
      }));
      return outcome.kind === "reordered" ? outcome : { kind: outcome.kind };
    },
  };
}

/** Whoever changes the same list meanwhile waits for the lock, then finds the list as it is by then. */
function changeStatement<Kind extends string>(
  sql: Sql,
  { target: { userId, listId, ifVersion }, edit: { kind, done, next } }: {
    target: ListChange;
    edit: Edit<Kind>;
  },
) {
  return sql<(Watchlist & { kind: Kind | "version_differs" })[]>`
    with before as (
      select user_id, id, name, version, tickers from watchlists
      where user_id = ${userId} and ${listId === "first" ? sql`true` : sql`id = ${listId}`}
      order by position, id limit 1
      for update
    ), edit as (
      select *, ${next} as next,
        case when version <> ${
    ifVersion ?? null
  }::bigint then 'version_differs' else ${kind} end as kind
      from before
    ), changed as (
      update watchlists set tickers = edit.next, version = edit.version + 1
      from edit
      where watchlists.user_id = edit.user_id and watchlists.id = edit.id
        and edit.kind = ${done} and edit.next <> edit.tickers
      returning watchlists.version
    )
    select kind, id, name,
      coalesce((select changed.version from changed), edit.version) as version,
      to_json(case when kind = ${done} then next else tickers end) as tickers
    from edit`;
}

/** A ticker has no character that would need escaping, but NULL is one. */
export function arrayLiteral(tickers: readonly Ticker[]): string {
  return `{${tickers.map((ticker) => `"${ticker}"`).join()}}`;
}
