-- The next refresh token is derived with one key of the service, kept in settings, so that a rotation need not read first.
-- The former key of each session stays for versions that still read it; who does not write it leaves it to chance.
alter table sessions alter column rotation_key
  set default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

-- A sign-in shares a lock of the user's row with other sign-ins, and so takes turns with a new password and the user's end.
