// Owns watchlists in Postgres. Each change is one statement that locks the row of the list, checks the edit and does it.
// list_order.ts creates, moves and deletes lists.

import { validate as isUuid } from "uuid";
import type { Ticker } from "../../quote.ts";
import { listTickersMax, type Watchlist } from "../../watchlist.ts";
import type { Fragment, PostgresClient, Sql } from "./client.ts";
import type { ListChange, ListRef, ListStore } from "../store.ts";

/** An edit as SQL. It may use the columns of the list, which have the state before the edit. */
interface Edit<Kind extends string> {
  /** Computes the outcome. */
  readonly kind: Fragment;
  /** For this outcome the list gets the next tickers or name. Its version grows, unless they are the same. */
  readonly done: Kind;
  readonly nextTickers?: Fragment;
  readonly nextName?: Fragment;
}

type Outcome<Kind extends string> =
  | { readonly kind: "unknown_list" }
  | {
    readonly kind: Kind | "version_differs";
    readonly list: Watchlist;
    /** How many tickers the list had before. */
    readonly countBefore: number;
  };

export function createPostgresLists({ run }: PostgresClient): ListStore {
  async function change<Kind extends string>(
    target: ListChange,
    editIn: (sql: Sql) => Edit<Kind>,
  ): Promise<Outcome<Kind>> {
    if (!canBeFound(target)) return { kind: "unknown_list" };
    const [row] = await run((sql) => changeStatement(sql, { target, edit: editIn(sql) }));
    if (!row) return { kind: "unknown_list" };
    const { kind, countBefore, ...list } = row;
    return { kind, list, countBefore };
  }

  return {
    async lists(userId) {
      if (!isUuid(userId)) return [];
      const rows = await run((sql) =>
        sql<Watchlist[]>`
          select watchlists.id, name, version, to_json(tickers) as tickers
          from watchlists join users on users.id = user_id
          where user_id = ${userId}
          order by ${ownOrder(sql)}`
      );
      return [...rows];
    },
    async renameList({ name, ...target }) {
      const outcome = await change<"renamed">(target, (sql) => ({
        kind: sql`'renamed'`,
        done: "renamed",
        nextName: sql`${name}::text`,
      }));
      const { kind } = outcome;
      return kind === "renamed" ? { kind, list: outcome.list } : { kind };
    },
    async addTicker({ ticker, position = listTickersMax, ...target }) {
      const outcome = await change<"added" | "present" | "list_full">(target, (sql) => ({
        kind: sql`
          case when ${ticker} = any (tickers) then 'present'
            when cardinality(tickers) >= ${listTickersMax} then 'list_full'
            else 'added' end`,
        done: "added",
        nextTickers: inserted(sql, {
          into: () => sql`tickers`,
          item: sql`${ticker}::text`,
          position,
        }),
      }));
      const { kind } = outcome;
      return kind === "added" || kind === "present" ? { kind, list: outcome.list } : { kind };
    },
    async addTickers({ tickers, ...target }) {
      const wanted = arrayLiteral([...new Set(tickers)]);
      const outcome = await change<"added">(target, (sql) => ({
        kind: sql`'added'`,
        done: "added",
        nextTickers: sql`
          tickers || array(
            select ticker from unnest(${wanted}::text[]) with ordinality as wanted (ticker, place)
            where ticker <> all (tickers)
            order by place limit ${listTickersMax} - cardinality(tickers)
          )`,
      }));
      if (outcome.kind !== "added") return { kind: outcome.kind };
      const added = outcome.list.tickers.slice(outcome.countBefore);
      return { kind: added.length > 0 ? "added" : "present", list: outcome.list, added };
    },
    async moveTicker({ ticker, position, ...target }) {
      const outcome = await change<"moved" | "not_on_list">(target, (sql) => ({
        kind: sql`case when ${ticker} = any (tickers) then 'moved' else 'not_on_list' end`,
        done: "moved",
        nextTickers: inserted(sql, {
          into: () => sql`array_remove(tickers, ${ticker}::text)`,
          item: sql`${ticker}::text`,
          position,
        }),
      }));
      const { kind } = outcome;
      return kind === "moved" ? { kind, list: outcome.list } : { kind };
    },
    async removeTicker({ ticker, ...target }) {
      const outcome = await change<"removed" | "not_on_list">(target, (sql) => ({
        kind: sql`case when ${ticker} = any (tickers) then 'removed' else 'not_on_list' end`,
        done: "removed",
        nextTickers: sql`array_remove(tickers, ${ticker}::text)`,
      }));
      const { kind } = outcome;
      return kind === "removed" ? { kind, list: outcome.list } : { kind };
    },
    async reorderTickers({ tickers, ...target }) {
      const wanted = arrayLiteral(tickers);
      const outcome = await change<"reordered" | "set_differs">(target, (sql) => ({
        kind: sql`
          case when tickers <@ ${wanted}::text[] and cardinality(tickers) = ${tickers.length}
            then 'reordered' else 'set_differs' end`,
        done: "reordered",
        nextTickers: sql`${wanted}::text[]`,
      }));
      const { kind } = outcome;
      return kind === "reordered" ? { kind, list: outcome.list } : { kind };
    },
  };
}

/** A concurrent change of the same list waits for the lock, then sees the newest state of the list. */
function changeStatement<Kind extends string>(
  sql: Sql,
  { target: { userId, listId, ifVersion }, edit }: { target: ListChange; edit: Edit<Kind> },
) {
  const { kind, done, nextTickers = sql`tickers`, nextName = sql`name` } = edit;
  return sql<(Watchlist & { kind: Kind | "version_differs"; countBefore: number })[]>`
    with before as (
      select user_id, watchlists.id, name, version, tickers
      from watchlists join users on users.id = user_id
      where user_id = ${userId}
        and ${listId === "first" ? sql`true` : sql`watchlists.id = ${listId}`}
      order by ${ownOrder(sql)} limit 1
      for update of watchlists
    ), edit as (
      select *, ${nextTickers} as next_tickers, ${nextName} as next_name,
        ${outcomeOf(sql, { ifVersion, kind })} as kind
      from before
    ), changed as (
      update watchlists
      set tickers = next_tickers, name = next_name, version = edit.version + 1
      from edit
      where watchlists.user_id = edit.user_id and watchlists.id = edit.id
        and edit.kind = ${done}
        and (next_tickers <> edit.tickers or next_name <> edit.name)
      returning watchlists.*
    )
    select kind, edit.id, cardinality(edit.tickers) as "countBefore",
      coalesce(changed.name, edit.name) as name,
      coalesce(changed.version, edit.version) as version,
      to_json(coalesce(changed.tickers, edit.tickers)) as tickers
    from edit left join changed on true`;
}

/** The order of the lists of a user. A list that the row of the user does not name comes last. */
export function ownOrder(sql: Sql): Fragment {
  return sql`array_position(users.list_ids, watchlists.id), watchlists.id`;
}

/** The outcome of an edit, or `version_differs` if the edit is for another version. */
export function outcomeOf(
  sql: Sql,
  { ifVersion = null, kind }: { ifVersion: number | null | undefined; kind: Fragment },
): Fragment {
  return sql`case when version <> ${ifVersion}::bigint then 'version_differs' else ${kind} end`;
}

/** SQL for an array with one more item. A position past the end is the end. */
export function inserted(
  sql: Sql,
  { into, item, position }: { into: () => Fragment; item: Fragment; position: number },
): Fragment {
  return sql`(${into()})[:${position}::int] || ${item} || (${into()})[${position}::int + 1:]`;
}

/** False: an id is not a UUID, so nothing has it. Postgres would report such an id as an error. */
export function canBeFound({ userId, listId }: ListRef): boolean {
  return isUuid(userId) && (listId === "first" || isUuid(listId));
}

/** Tickers have no character that must be escaped. The quotes keep the ticker NULL a text. */
export function arrayLiteral(tickers: readonly Ticker[]): string {
  return `{${tickers.map((ticker) => `"${ticker}"`).join()}}`;
}
