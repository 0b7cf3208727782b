import assert from "node:assert/strict";
import fc from "fast-check";
import Papa from "papaparse";
import { createClock } from "../../lib/clock.ts";
import { parseTicker } from "../../lib/quote.ts";
import { readSymbol } from "../../lib/securities/find_security.ts";
import { createUserReader } from "./csv.ts";

const hash = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" +
  "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
const allColumns = ["username", "password_hash", "email", "first_name", "last_name", "tickers"];

function readerOf(columns: readonly string[] = allColumns, delimiter = ",") {
  const reader = createUserReader(columns.join(delimiter), options);
  assert.ok(reader);
  return reader;
}

const known = new Set("AAPL MSFT KO B BRK.B META".split(" ").map((text) => parseTicker(text)!));
const options = {
  clock: createClock(),
  readTicker: (text: string) => readSymbol(text, (ticker) => known.has(ticker)),
};

Deno.test("a line makes a user with one list", () => {
  const read = readerOf()(
    ` User_1 ,"${hash}",a@example.com, Ann ,"O'Hara, Dr.","aapl MSFT;brk.b MSFT"`,
  );
  assert.ok(read.kind === "user");
  const { user, passwordHash, lists } = read.record;
  const { id: _, createdAt: __, ...profile } = user;
  assert.deepEqual(profile, {
    username: "user_1",
    email: "a@example.com",
    firstName: "Ann",
    lastName: "O'Hara, Dr.",
  });
  assert.equal(passwordHash, hash);
  assert.deepEqual(lists.map(({ name, version, tickers }) => ({ name, version, tickers })), [
    { name: "My watchlist", version: 1, tickers: ["AAPL", "MSFT", "BRK.B"] },
  ]);
});

Deno.test("every spelling of a ticker becomes ours, and what is not known is left out and returned", () => {
  const cell = "BRK-B;FB|NYSE:KO KO TWTR ZZZZ AAPL US Equity, secret1 brk b";
  const read = readerOf()(`anna,"${hash}",,,,"${cell}"`);
  assert.ok(read.kind === "user");
  assert.deepEqual(read.record.lists[0]?.tickers, ["BRK.B", "META", "KO", "AAPL"]);
  assert.equal(
    read.leftOut,
    "3 of the tickers were left out, because they are not known here: TWTR, ZZZZ, 1 more.",
  );
  const whole = readerOf()(`anna,"${hash}",,,,KO`);
  assert.ok(whole.kind === "user" && whole.leftOut === undefined);
});

Deno.test("columns may be in any order, and all but two may be missing; a spreadsheet's file has semicolons", () => {
  const read = readerOf(["Password_Hash", "username"], ";")(`${hash};anna`);
  assert.ok(read.kind === "user");
  const { username, email, firstName, lastName } = read.record.user;
  assert.deepEqual([username, email, firstName, lastName], ["anna", null, null, null]);
  assert.deepEqual(read.record.lists[0]?.tickers, []);
});

Deno.test("a header with a missing, a repeated or an unknown column is refused", () => {
  for (
    const header of [
      "",
      "username",
      "password_hash,email",
      "username,password_hash,username",
      "username,password_hash,password",
      `anna,"${hash}"`,
      'username,"password_hash',
    ]
  ) {
    assert.equal(createUserReader(header, options), undefined, header);
  }
});

Deno.test("an invalid line is refused with its reason, and nothing of it is quoted", () => {
  const secret = "hunter2hunter2";
  const email = "a@example.com";
  const lines: [line: string, reason: RegExp][] = [
    [`anna,${secret},,,,`, /must be Argon2id in PHC form/],
    [`anna,"$2b$12$${secret}",,,,`, /must be Argon2id in PHC form/],
    [`anna,"${hash.replace("m=65536", "m=99999")}",,,,`, /asks for too much work/],
    [`anna,${hash},,,,`, /must be 6 fields, here are 8\. A password hash holds commas/],
    [`anna,"${hash}",${email}`, /must be 6 fields, here are 3/],
    [`anna,"${hash},,,,`, /a quote is not closed/],
    [`a,"${hash}",,,,`, /username must be 3 to 32/],
    [`an na,"${hash}",,,,`, /username must be 3 to 32/],
    [`anna,"${hash}",${secret},,,`, /email address or a name/],
    [`anna,"${hash}",,a\tb,,`, /email address or a name/],
    [`anna,"${hash}",,,${"x".repeat(201)},`, /email address or a name/],
    [`anna,"${hash}",,,,AAPL $$$`, /tickers must be up to 200/],
    [`anna,"${hash}",,,,${Array.from({ length: 201 }, (_, i) => `T${i}`).join(" ")}`, /up to 200/],
  ];
  for (const [line, expected] of lines) {
    const read = readerOf()(line);
    assert.ok(read.kind === "refused", line);
    assert.match(read.reason, expected);
    assert.doesNotMatch(read.reason, new RegExp(`${secret}|anna|${email}`));
  }
});

Deno.test("the output of a CSV library is read, whatever characters the names contain", () => {
  const name = fc.string({ unit: "grapheme", maxLength: 30 })
    .filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text))
    .map((text) => text.trim());
  fc.assert(fc.property(name, name, (firstName, lastName) => {
    const line = Papa.unparse([["anna", hash, "", firstName, lastName, "KO"]], { newline: "\n" });
    const read = readerOf()(line);
    assert.ok(read.kind === "user", JSON.stringify(read));
    assert.equal(read.record.user.firstName ?? "", firstName);
    assert.equal(read.record.user.lastName ?? "", lastName);
  }));
});

Deno.test("no line makes the reader throw, and none creates a user that registration would refuse", () => {
  const read = readerOf();
  const part = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom('"', ",", `"${hash}"`, "anna", "KO", "\\", "\n"),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const result = read(parts.join(""));
      if (result.kind === "refused") return;
      assert.match(result.record.user.username, /^[a-z0-9_.-]{3,32}$/);
      assert.equal(result.record.passwordHash, hash);
    }),
    { numRuns: 1_000 },
  );
});
