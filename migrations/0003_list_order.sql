-- The order of a user's lists, as their ids. In the user's row, so that changes of it take turns, whatever list they are of.
-- Empty until the second list: what it does not name comes after the others, by id, which is by age.
alter table users add column list_ids uuid[] not null default '{}';

-- The former place of the order. It was 0 for all, and stays for versions that still write it.
alter table watchlists alter column position set default 0;
