import assert from "node:assert/strict";
import { parsePostgresAddress } from "./address.ts";

Deno.test("an address is parsed and decoded, and shown without its password", () => {
  assert.deepEqual(
    parsePostgresAddress("postgres://us%40er:p%3Aw%2F@db.example.com:6432/quotes"),
    {
      host: "db.example.com",
      port: 6432,
      database: "quotes",
      user: "us@er",
      password: "p:w/",
      tls: false,
      prepare: true,
      options: undefined,
      shown: "db.example.com:6432/quotes",
    },
  );
});

Deno.test("port, database and password may be left out", () => {
  const { port, database, password } = parsePostgresAddress("postgresql://someone@localhost");
  assert.deepEqual({ port, database, password }, {
    port: 5432,
    database: "someone",
    password: "",
  });
});

Deno.test("parameters set TLS, the socket, and that a pooler has no prepared statements, and options of the session", () => {
  const tlsOf = (mode: string) => parsePostgresAddress(`postgres://a@b/c?sslmode=${mode}`).tls;
  const modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
  assert.deepEqual(modes.map(tlsOf), [
    false,
    "prefer",
    "prefer",
    "require",
    "verify-full",
    "verify-full",
  ]);
  const parameters =
    "host=/run/postgresql&prepare=false&channel_binding=require&options=-c%20search_path%3Dquotes";
  const address = parsePostgresAddress(`postgres://a@localhost/c?${parameters}`);
  assert.equal(address.host, "/run/postgresql");
  assert.equal(address.prepare, false);
  assert.equal(address.options, "-c search_path=quotes");
});

Deno.test("a malformed address is refused in one sentence that shows no part of it", () => {
  const malformed = [
    "",
    "geheim",
    "mysql://user:geheim@host/db",
    "postgres://host-without-user/db",
    "postgres:///geheim",
    "postgres://user:%ge%heim@host/db",
    "postgres://user:geheim@host:port/db",
    "postgres://user:geheim@host/db?sslmode=perhaps",
  ];
  for (const text of malformed) {
    assert.throws(() => parsePostgresAddress(text), {
      name: "StartupError",
      message: "DATABASE_URL must be like postgres://user:password@host:5432/database, " +
        "optionally with ?sslmode=require or verify-full.",
    });
  }
});

Deno.test("an IPv6 address is refused, because the driver would misread it", () => {
  assert.throws(() => parsePostgresAddress("postgres://user:geheim@[::1]/db"), {
    name: "StartupError",
    message: "DATABASE_URL must name its host: the driver takes no IPv6 address.",
  });
});
