// Owns invitations in Postgres: settings whose value is the time at which the invite expires.

import { invitePrefix, inviteSetting, type InviteStore } from "../store.ts";
import type { PostgresClient } from "./client.ts";

export function createPostgresInvites({ run }: PostgresClient): InviteStore {
  return {
    async putInvite({ tokenHash, expiresAt }, at) {
      await run((sql) =>
        sql`
          with expired as (
            delete from settings
            where starts_with(name, ${invitePrefix}) and value::bigint <= ${at}::bigint
          )
          insert into settings (name, value)
          values (${inviteSetting(tokenHash)}, ${String(expiresAt)})`
      );
    },
    async isInvited(tokenHash, at) {
      const rows = await run((sql) =>
        sql`
          select from settings
          where name = ${inviteSetting(tokenHash)} and value::bigint > ${at}::bigint`
      );
      return rows.length === 1;
    },
  };
}
