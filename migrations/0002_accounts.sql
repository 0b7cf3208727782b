-- Reset of a forgotten password; what is left of a deleted user's sessions.

-- One ticket a user, in the user's row: a new password and the end of the ticket are one write. Hash of the link's token.
alter table users
  add column reset_token_hash text,
  add column reset_expires_at timestamptz;

-- No more than the id and the time: their access tokens are refused until the last one has expired.
create table deleted_sessions (
  id uuid primary key,
  revoked_at timestamptz not null
);

create index deleted_sessions_revoked on deleted_sessions (revoked_at);
