// Owns creating, moving and deleting lists in Postgres. Each change is one statement. It locks the row of the user, so that
// changes are serialized, then the row of the list.

import { validate as isUuid } from "uuid";
import { listsMax, type Watchlist } from "../../watchlist.ts";
import type { Fragment, PostgresClient, Sql } from "./client.ts";
import { arrayLiteral, canBeFound, inserted, outcomeOf, ownOrder } from "./lists.ts";
import type { ListChange, ListOrderStore } from "../store.ts";

/** An edit as SQL. It may use the columns of the list, and `ids`: the ids of the lists of the user, in order. */
interface Edit<Kind extends string> {
  /** Computes the outcome. */
  readonly kind: Fragment;
  /** For this outcome the order becomes `nextIds`, and `act` runs on the row in `done`. */
  readonly done: Kind;
  readonly nextIds: Fragment;
  readonly act: Fragment;
}

export function createPostgresListOrder(
  { run }: PostgresClient,
): ListOrderStore {
  async function change<Kind extends string>(
    target: ListChange,
    editIn: (sql: Sql) => Edit<Kind>,
  ) {
    if (!canBeFound(target)) return { kind: "unknown_list" as const };
    const [row] = await run((sql) => changeStatement(sql, { target, edit: editIn(sql) }));
    if (!row) return { kind: "unknown_list" as const };
    const { kind, ...list } = row;
    return { kind, list };
  }

  return {
    async createList({ userId, list }) {
      if (!isUuid(userId)) return { kind: "unknown_list" };
      const [row] = await run((sql) =>
        sql<{ kind: "created" | "too_many_lists" }[]>`
          with ${owner(sql, userId)}, placed as (
            update users set list_ids = ids || ${list.id}::uuid
            from owner
            where users.id = user_id and cardinality(ids) < ${listsMax}
            returning users.id
          ), created as (
            insert into watchlists (user_id, id, name, version, tickers)
            select placed.id, ${list.id}, ${list.name}, ${list.version},
              ${arrayLiteral(list.tickers)}::text[]
            from placed
          )
          select case when exists (select from placed) then 'created' else 'too_many_lists' end as kind
          from owner`
      );
      if (!row) return { kind: "unknown_list" };
      return row.kind === "created" ? { kind: row.kind, list } : { kind: row.kind };
    },
    async moveList({ position, ...target }) {
      const outcome = await change<"moved">(target, (sql) => ({
        kind: sql`'moved'`,
        done: "moved",
        nextIds: inserted(sql, { into: () => sql`array_remove(ids, id)`, item: sql`id`, position }),
        act: sql`
          update watchlists set version = done.version + 1
          from done where watchlists.user_id = done.user_id and watchlists.id = done.id`,
      }));
      return outcome.kind === "version_differs" ? { kind: outcome.kind } : outcome;
    },
    async deleteList(target) {
      const outcome = await change<"deleted" | "last_list">(target, (sql) => ({
        kind: sql`case when cardinality(ids) = 1 then 'last_list' else 'deleted' end`,
        done: "deleted",
        nextIds: sql`array_remove(ids, id)`,
        act: sql`
          delete from watchlists
          using done where watchlists.user_id = done.user_id and watchlists.id = done.id`,
      }));
      const { kind } = outcome;
      return kind === "deleted" ? { kind, list: outcome.list } : { kind };
    },
  };
}

function changeStatement<Kind extends string>(
  sql: Sql,
  { target: { userId, listId, ifVersion }, edit: { kind, done, nextIds, act } }: {
    target: ListChange;
    edit: Edit<Kind>;
  },
) {
  return sql<(Watchlist & { kind: Kind | "version_differs" })[]>`
    with ${owner(sql, userId)}, before as (
      select user_id, id, name, version, tickers, ids
      from owner join watchlists using (user_id)
      where id = ${listId === "first" ? sql`ids[1]` : sql`${listId}`}
      for update of watchlists
    ), edit as (
      select *, ${nextIds} as next_ids, ${outcomeOf(sql, { ifVersion, kind })} as kind from before
    ), done as (
      select * from edit where kind = ${done} and next_ids <> ids
    ), placed as (
      update users set list_ids = next_ids from done where users.id = user_id
    ), acted as (
      ${act} returning watchlists.version
    )
    select kind, id, name, coalesce((select acted.version from acted), version) as version,
      to_json(tickers) as tickers
    from edit`;
}

/**
 * Locks and reads the row of the user. A statement that waited for the lock sees the newest state of this row, but the
 * other rows as they were when it began. So the order comes from this row alone, unless the user has only one list.
 */
function owner(sql: Sql, userId: string): Fragment {
  return sql`
    owner as (
      select id as user_id, case when list_ids <> '{}' then list_ids else array(
        select watchlists.id from watchlists where watchlists.user_id = users.id
        order by ${ownOrder(sql)}
      ) end as ids
      from users where id = ${userId}
      for update
    )`;
}
