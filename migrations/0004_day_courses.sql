-- Today's course of each price, so that a restart does not begin it again. One row, replaced as a whole, at most once a minute.
create table day_courses (
  only_row boolean primary key default true check (only_row),
  entries json not null
);
