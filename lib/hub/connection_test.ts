import assert from "node:assert/strict";
import { ticker } from "../bus/bus_fixtures.ts";
import { closeCodes, liveLimits, type ServerMessage } from "../protocol.ts";
import type { Watchlist } from "../watchlist.ts";
import { startMs } from "../bus/leader_fixtures.ts";
import { identity, list, startHub } from "./hub_fixtures.ts";
import { ofType } from "./socket/socket_fixtures.ts";

const ann = identity("ann");
const types = (messages: readonly ServerMessage[]) => messages.map(({ type }) => type);
const symbols = (count: number) => Array.from({ length: count }, (_, index) => `B${index}`);

Deno.test("a visitor's hello has the version, the time and the cadence, and no user", async () => {
  const { connect, tick, epoch } = await startHub();
  const early = await connect();
  const hello = { type: "hello", v: 1, now: startMs, tickMs: 5_000, epoch: 0, seq: 0, user: null };
  assert.deepEqual(early.takeSent(), [hello]);
  await tick({ tickMs: 10_000 });
  assert.deepEqual((await connect()).takeSent(), [{ ...hello, tickMs: 10_000, epoch, seq: 1 }]);
});

Deno.test("a user with a cookie gets hello, the first list, then its prices", async () => {
  const { connect, tick, quote, epoch } = await startHub({
    lists: { ann: [list("one", ["AAPL", "MSFT"]), list("two", ["NVDA"])] },
  });
  await tick({ quotes: [quote("AAPL", { asOf: startMs - 200 }), quote("NVDA")] });
  const messages = (await connect({ user: ann })).takeSent();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.deepEqual(messages.slice(1), [
    { type: "watchlist", id: "one", name: "List one", version: 1, tickers: ["AAPL", "MSFT"] },
    {
      type: "snapshot",
      epoch,
      seq: 1,
      at: startMs,
      tickMs: 5_000,
      quotes: [["AAPL", 1_000_000, 0, 200, "open", "sample", 0]],
    },
  ]);
  assert.equal(ofType(messages, "hello")[0]?.user, "ann");
});

Deno.test("a user whose first list is empty gets that list and an empty snapshot", async () => {
  const { connect } = await startHub({ lists: { ann: [list("one", [])] } });
  const messages = (await connect({ user: ann })).takeSent();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "snapshot")[0]?.quotes, []);
});

Deno.test("a subscribe is answered with a snapshot of its tickers alone", async () => {
  const { connect, tick, quote } = await startHub();
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const socket = await connect();
  socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  socket.takeSent();
  socket.receive({ type: "subscribe", tickers: [" msft ", "NVDA"] });
  const [snapshot] = ofType(socket.takeSent(), "snapshot");
  assert.deepEqual(snapshot?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("unknown tickers are named in an error, and known ones are subscribed to", async () => {
  const { connect, tick, quote } = await startHub();
  const socket = await connect();
  socket.takeSent();
  socket.receive({ type: "subscribe", tickers: ["AAPL", "ZZ1", "not a ticker"] });
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["snapshot", "error"]);
  const [error] = ofType(messages, "error");
  assert.equal(error?.code, "unknown_ticker");
  assert.match(error?.message ?? "", /ZZ1/);
  assert.match(error?.message ?? "", /not a ticker/);
  await tick({ quotes: [quote("AAPL")] });
  assert.equal(ofType(socket.takeSent(), "tick")[0]?.quotes.length, 1);
});

Deno.test("an error names only the first of many unknown tickers", async () => {
  const { connect } = await startHub();
  const socket = await connect();
  socket.takeSent();
  socket.receive({ type: "subscribe", tickers: Array.from({ length: 25 }, (_, i) => `ZZ${i}`) });
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["error"]);
  assert.match(ofType(messages, "error")[0]?.message ?? "", /ZZ9 and 15 more\.$/);
});

Deno.test("another spelling of a ticker subscribes to it, and a message before its prices says to which", async () => {
  const { connect, tick, quote } = await startHub();
  await tick({ quotes: [quote("AAPL"), quote("BRK.B")] });
  const socket = await connect();
  socket.takeSent();
  socket.receive({ type: "subscribe", tickers: ["BRK-B", "aapl", "BRK.B", "ZZ-1"] });
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["aliases", "snapshot", "error"]);
  assert.deepEqual(messages[0], { type: "aliases", aliases: [["BRK-B", "BRK.B"]] });
  const [snapshot] = ofType(messages, "snapshot");
  assert.deepEqual(snapshot?.quotes.map(([ticker]) => ticker), ["BRK.B", "AAPL"]);
  socket.receive({ type: "unsubscribe", tickers: ["BRK-B"] });
  await tick({ quotes: [quote("AAPL"), quote("BRK.B")] });
  const [next] = ofType(socket.takeSent(), "tick");
  assert.deepEqual(next?.quotes.map(([ticker]) => ticker), ["AAPL"]);
});

Deno.test("a visitor subscribes to 25 tickers; a subscribe past that adds none", async () => {
  const { connect, tick, quote } = await startHub();
  const socket = await connect();
  socket.receive({ type: "subscribe", tickers: symbols(24) });
  socket.takeSent();
  socket.receive({ type: "subscribe", tickers: ["AAPL", "MSFT"] });
  assert.deepEqual(ofType(socket.takeSent(), "error").map(({ code }) => code), [
    "too_many_tickers",
  ]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  assert.deepEqual(ofType(socket.takeSent(), "tick")[0]?.quotes, []);
  socket.receive({ type: "subscribe", tickers: ["AAPL", "B0"] });
  assert.deepEqual(types(socket.takeSent()), ["snapshot"]);
});

Deno.test("a user subscribes to 200 tickers; a subscribe past that adds none", async () => {
  const { connect } = await startHub();
  const socket = await connect({ user: ann });
  socket.receive({ type: "subscribe", tickers: symbols(200) });
  assert.deepEqual(ofType(socket.takeSent(), "error"), []);
  socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  assert.deepEqual(ofType(socket.takeSent(), "error").map(({ code }) => code), [
    "too_many_tickers",
  ]);
});

Deno.test("after an unsubscribe a ticker is not sent, unless it is on a followed list", async () => {
  const { connect, tick, quote } = await startHub({
    lists: { ann: [list("one", ["MSFT"])] },
  });
  const socket = await connect({ user: ann });
  socket.receive({ type: "subscribe", tickers: ["AAPL", "MSFT"] });
  socket.receive({ type: "unsubscribe", tickers: ["aapl", "MSFT", "?"] });
  socket.takeSent();
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const [frame] = ofType(socket.takeSent(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("a visitor who signs in on an open socket gets a new hello, the first list and its prices", async () => {
  const { connect, pass } = await startHub({
    lists: { ann: [list("one", ["AAPL"])] },
    tokens: { good: ann },
  });
  const socket = await connect();
  socket.takeSent();
  socket.receive({ type: "auth", token: "good" });
  await pass(0);
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.equal(ofType(messages, "hello")[0]?.user, "ann");
});

Deno.test("a token that is not valid is refused, and changes nothing else", async () => {
  const { closeCode, connect, pass, tick, quote } = await startHub();
  const socket = await connect();
  socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  socket.takeSent();
  socket.receive({ type: "auth", token: "bad" });
  await pass(0);
  assert.deepEqual(ofType(socket.takeSent(), "error").map(({ code }) => code), ["invalid_token"]);
  await tick({ quotes: [quote("AAPL")] });
  assert.equal(ofType(socket.takeSent(), "tick")[0]?.quotes.length, 1);
  assert.equal(await closeCode(socket), undefined);
});

Deno.test("another user's token closes the socket", async () => {
  const { closeCode, connect, pass } = await startHub({ tokens: { bob: identity("bob") } });
  const socket = await connect({ user: ann });
  socket.receive({ type: "auth", token: "bob" });
  await pass(0);
  assert.equal(await closeCode(socket), closeCodes.badMessage);
});

Deno.test("a socket is closed when its sign-in expires", async () => {
  const { closeCode, connect, pass } = await startHub();
  const socket = await connect({ user: identity("ann", { expiresAt: startMs + 10_000 }) });
  await pass(9_000);
  assert.equal(await closeCode(socket), undefined);
  await pass(1_000);
  assert.equal(await closeCode(socket), closeCodes.signInExpired);
});

Deno.test("a token of the same user extends the sign-in, and followed lists stay followed", async () => {
  const { closeCode, connect, pass } = await startHub({
    lists: { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] },
    tokens: { renewed: identity("ann", { expiresAt: startMs + 60_000 }) },
  });
  const socket = await connect({ user: identity("ann", { expiresAt: startMs + 10_000 }) });
  socket.receive({ type: "follow", lists: ["two"] });
  await pass(0);
  socket.takeSent();
  socket.receive({ type: "auth", token: "renewed" });
  await pass(0);
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.equal(ofType(messages, "watchlist")[0]?.id, "two");
  await pass(20_000);
  assert.equal(await closeCode(socket), undefined);
  await pass(40_000);
  assert.equal(await closeCode(socket), closeCodes.signInExpired);
});

Deno.test("a user follows several lists; ids that are not theirs are named in an error", async () => {
  const { connect, pass, tick, quote } = await startHub({
    lists: { ann: [list("one", ["AAPL"]), list("two", ["MSFT"]), list("three", ["NVDA"])] },
  });
  const socket = await connect({ user: ann });
  socket.takeSent();
  socket.receive({ type: "follow", lists: ["three", "two", "bobs"] });
  await pass(0);
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["watchlist", "watchlist", "snapshot", "error"]);
  assert.deepEqual(ofType(messages, "watchlist").map(({ id }) => id), ["three", "two"]);
  const [error] = ofType(messages, "error");
  assert.equal(error?.code, "unknown_list");
  assert.match(error?.message ?? "", /bobs/);
  await tick({ quotes: [quote("AAPL"), quote("MSFT"), quote("NVDA")] });
  const [frame] = ofType(socket.takeSent(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["NVDA", "MSFT"]);
});

Deno.test("to a visitor, every list is unknown", async () => {
  const { connect, pass } = await startHub();
  const socket = await connect();
  socket.takeSent();
  socket.receive({ type: "follow", lists: ["one"] });
  await pass(0);
  assert.deepEqual(ofType(socket.takeSent(), "error").map(({ code }) => code), ["unknown_list"]);
});

Deno.test("lists with more than 400 tickers together are not followed", async () => {
  const { connect, pass, tick, quote } = await startHub({
    lists: {
      ann: [
        list("one", ["AAPL"]),
        list("two", symbols(200)),
        list("three", symbols(400).slice(200)),
      ],
    },
  });
  const socket = await connect({ user: ann });
  socket.receive({ type: "follow", lists: ["two", "three"] });
  await pass(0);
  assert.deepEqual(ofType(socket.takeSent(), "error"), []);
  socket.receive({ type: "follow", lists: ["one", "two", "three"] });
  await pass(0);
  assert.deepEqual(ofType(socket.takeSent(), "error").map(({ code }) => code), [
    "too_many_tickers",
  ]);
  await tick({ quotes: [quote("AAPL"), quote("B399")] });
  const [frame] = ofType(socket.takeSent(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["B399"]);
});

Deno.test("a list that changes elsewhere is sent to its followers, with the prices of its new tickers", async () => {
  const { connect, announce, tick, quote } = await startHub({
    lists: { ann: [list("one", ["AAPL"])], bob: [list("bobs", ["AAPL"])] },
  });
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const socket = await connect({ user: ann });
  const bobs = await connect({ user: identity("bob") });
  socket.takeSent();
  bobs.takeSent();
  const changed = list("one", ["MSFT", "AAPL"], 2);
  await announce({ kind: "list_changed", userId: "ann", list: changed });
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "watchlist")[0], { type: "watchlist", ...changed });
  assert.deepEqual(ofType(messages, "snapshot")[0]?.quotes.map(([ticker]) => ticker), ["MSFT"]);
  assert.deepEqual(bobs.takeSent(), []);

  await announce({ kind: "list_changed", userId: "ann", list: list("one", ["NVDA"], 2) });
  assert.deepEqual(socket.takeSent(), [], "an older change is dropped");
  await announce({ kind: "list_changed", userId: "ann", list: list("other", ["NVDA"], 9) });
  assert.deepEqual(socket.takeSent(), [], "a list that is not followed is not sent");
});

Deno.test("when the first list is deleted, a socket follows the next one", async () => {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const { connect, announce, tick, quote } = await startHub({ lists });
  const socket = await connect({ user: ann });
  socket.takeSent();
  lists.ann.shift();
  await announce({ kind: "list_deleted", userId: "ann", listId: "one" });
  assert.deepEqual(ofType(socket.takeSent(), "watchlist").map(({ id }) => id), ["two"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const [frame] = ofType(socket.takeSent(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("a user without lists follows the first one they make", async () => {
  const lists: Record<string, Watchlist[]> = { ann: [] };
  const { connect, announce } = await startHub({ lists });
  const socket = await connect({ user: ann });
  assert.deepEqual(types(socket.takeSent()), ["hello"]);
  const made = list("new", ["AAPL"]);
  lists.ann = [made];
  await announce({ kind: "list_changed", userId: "ann", list: made });
  assert.deepEqual(types(socket.takeSent()), ["watchlist", "snapshot"]);
});

Deno.test("if a list changes while the store is read, the changed list is sent", async () => {
  const read = Promise.withResolvers<Watchlist[]>();
  const { connect, announce, pass } = await startHub({ loadLists: () => read.promise });
  const socket = await connect({ user: ann });
  await announce({ kind: "list_changed", userId: "ann", list: list("one", ["MSFT"], 2) });
  assert.deepEqual(socket.takeSent(), [], "nothing comes before hello");
  read.resolve([list("one", ["AAPL"], 1)]);
  await pass(0);
  const messages = socket.takeSent();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "watchlist")[0]?.tickers, [ticker("MSFT")]);
});

Deno.test("messages before hello wait, and are answered in order after it", async () => {
  const read = Promise.withResolvers<Watchlist[]>();
  const { connect, pass } = await startHub({ loadLists: () => read.promise });
  const socket = await connect({ user: ann });
  socket.receive({ type: "subscribe", tickers: ["ZZ1"] });
  socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  read.resolve([]);
  await pass(0);
  assert.deepEqual(types(socket.takeSent()), ["hello", "error", "snapshot"]);
});

Deno.test("sixteen messages may wait for hello; one more closes the socket", async () => {
  const { closeCode, connect } = await startHub({
    loadLists: () => Promise.withResolvers<Watchlist[]>().promise,
  });
  const socket = await connect({ user: ann });
  for (let count = 0; count < liveLimits.waitingMax; count++) {
    socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  }
  assert.equal(await closeCode(socket), undefined);
  socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  assert.equal(await closeCode(socket), closeCodes.limit);
});

Deno.test("a message during a slow sign-in is handled after it", async () => {
  const verified = Promise.withResolvers<typeof ann>();
  const { connect, pass } = await startHub({ verifySocketToken: () => verified.promise });
  const socket = await connect();
  socket.takeSent();
  socket.receive({ type: "auth", token: "any" });
  socket.receive({ type: "subscribe", tickers: symbols(30) });
  await pass(0);
  assert.deepEqual(socket.takeSent(), []);
  verified.resolve(ann);
  await pass(0);
  assert.deepEqual(
    types(socket.takeSent()),
    ["hello", "snapshot"],
    "30 are too many for a visitor",
  );
});

Deno.test("twenty messages in 10 s are accepted, and the next one closes the socket", async () => {
  const { closeCode, connect, pass } = await startHub();
  const socket = await connect();
  const send = () => socket.receive({ type: "unsubscribe", tickers: [] });
  for (let count = 0; count < 20; count++) send();
  await pass(10_000);
  for (let count = 0; count < 20; count++) send();
  assert.equal(await closeCode(socket), undefined);
  await pass(9_900);
  send();
  assert.equal(await closeCode(socket), closeCodes.limit);
});

const badMessages: Record<string, unknown> = {
  "text that is not JSON": "{",
  "an unknown type": '{"type":"buy","ticker":"AAPL"}',
  "a message without a type": "[]",
  "a message with the wrong members": '{"type":"subscribe","tickers":"AAPL"}',
  "a binary message": new Uint8Array([123, 125]).buffer,
  "more than 4 KiB": JSON.stringify({ type: "subscribe", tickers: ["A".repeat(4_096)] }),
  "more than 4 KiB in UTF-8 though not in characters": JSON.stringify({
    type: "subscribe",
    tickers: ["€".repeat(1_400)],
  }),
};

for (const [what, data] of Object.entries(badMessages)) {
  Deno.test(`${what} closes the socket as a bad message`, async () => {
    const { closeCode, connect } = await startHub();
    const socket = await connect();
    socket.receiveRaw(data);
    assert.equal(await closeCode(socket), closeCodes.badMessage);
  });
}
