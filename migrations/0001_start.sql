-- Users, their watchlists and their sessions; settings; the catalog of securities. Ids are UUIDv7, made by the service.

create table users (
  id uuid primary key,
  -- Compared byte by byte: quick, and the index stays right when the system's locales change.
  username text collate "C" not null unique,
  email text,
  first_name text,
  last_name text,
  password_hash text not null,
  created_at timestamptz not null
);

-- The key begins with the user: all lists of a user lie in one range of it, and no list is reached without its owner.
create table watchlists (
  user_id uuid not null references users on delete cascade,
  id uuid not null,
  name text not null,
  -- The user's order of lists; equal ones go by id, which is by age.
  position integer not null,
  -- Grows with each change.
  version integer not null,
  -- In the row, in order, none twice: a list is read and changed as one, so each change locks and rewrites one row.
  tickers text[] not null check (cardinality(tickers) <= 200),
  primary key (user_id, id)
  -- Room in each page for the next version of its rows: no index changes with a row's tickers.
) with (fillfactor = 80);

create table sessions (
  id uuid primary key,
  -- No foreign key: sign-in need not lock the user's row, and what is left of a deleted user's sessions ends by itself.
  user_id uuid not null,
  username text not null,
  token_hash text not null,
  previous_tokens text not null default '[]',
  rotation_key text not null,
  created_at timestamptz not null,
  rotated_at timestamptz not null,
  idle_expires_at timestamptz not null,
  ends_at timestamptz not null,
  revoked_at timestamptz,
  user_agent text,
  -- A whole day, so that a refresh seldom moves it: then no index changes with the row.
  forget_on date not null
) with (fillfactor = 80);

create index sessions_by_user on sessions (user_id);
create index sessions_revoked on sessions (revoked_at) where revoked_at is not null;
create index sessions_to_forget on sessions (forget_on);

create table settings (
  name text primary key,
  value text not null
);

-- One row, replaced as a whole: who reads sees one catalog, never a mixture.
create table catalog (
  only_row boolean primary key default true check (only_row),
  entries json not null
);
