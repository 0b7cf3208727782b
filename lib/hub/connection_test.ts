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

Deno.test("a visitor is greeted with the version, the time and the cadence, and as nobody", async () => {
  const { connect, tick, epoch } = await startHub();
  const early = await connect();
  const hello = { type: "hello", v: 1, now: startMs, tickMs: 5_000, epoch: 0, seq: 0, user: null };
  assert.deepEqual(early.take(), [hello]);
  await tick({ tickMs: 10_000 });
  assert.deepEqual((await connect()).take(), [{ ...hello, tickMs: 10_000, epoch, seq: 1 }]);
});

Deno.test("a user with a cookie gets hello, the first list, then its prices", async () => {
  const { connect, tick, quote, epoch } = await startHub({
    lists: { ann: [list("one", ["AAPL", "MSFT"]), list("two", ["NVDA"])] },
  });
  await tick({ quotes: [quote("AAPL", { asOf: startMs - 200 }), quote("NVDA")] });
  const messages = (await connect({ user: ann })).take();
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

Deno.test("a user whose first list is empty still gets it, and a snapshot of nothing", async () => {
  const { connect } = await startHub({ lists: { ann: [list("one", [])] } });
  const messages = (await connect({ user: ann })).take();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "snapshot")[0]?.quotes, []);
});

Deno.test("subscribe is answered with the known prices of just those tickers", async () => {
  const { connect, tick, quote } = await startHub();
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const socket = await connect();
  socket.say({ type: "subscribe", tickers: ["AAPL"] });
  socket.take();
  socket.say({ type: "subscribe", tickers: [" msft ", "NVDA"] });
  const [snapshot] = ofType(socket.take(), "snapshot");
  assert.deepEqual(snapshot?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("unknown tickers are named in an error, the known ones are served", async () => {
  const { connect, tick, quote } = await startHub();
  const socket = await connect();
  socket.take();
  socket.say({ type: "subscribe", tickers: ["AAPL", "ZZ1", "not a ticker"] });
  const messages = socket.take();
  assert.deepEqual(types(messages), ["snapshot", "error"]);
  const [error] = ofType(messages, "error");
  assert.equal(error?.code, "unknown_ticker");
  assert.match(error?.message ?? "", /ZZ1/);
  assert.match(error?.message ?? "", /not a ticker/);
  await tick({ quotes: [quote("AAPL")] });
  assert.equal(ofType(socket.take(), "tick")[0]?.quotes.length, 1);
});

Deno.test("an error names only the first of many unknown tickers", async () => {
  const { connect } = await startHub();
  const socket = await connect();
  socket.take();
  socket.say({ type: "subscribe", tickers: Array.from({ length: 25 }, (_, i) => `ZZ${i}`) });
  const messages = socket.take();
  assert.deepEqual(types(messages), ["error"]);
  assert.match(ofType(messages, "error")[0]?.message ?? "", /ZZ9 and 15 more\.$/);
});

Deno.test("a visitor subscribes to 25 tickers; one more applies nothing", async () => {
  const { connect, tick, quote } = await startHub();
  const socket = await connect();
  socket.say({ type: "subscribe", tickers: symbols(24) });
  socket.take();
  socket.say({ type: "subscribe", tickers: ["AAPL", "MSFT"] });
  assert.deepEqual(ofType(socket.take(), "error").map(({ code }) => code), ["too_many_tickers"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  assert.deepEqual(ofType(socket.take(), "tick")[0]?.quotes, []);
  socket.say({ type: "subscribe", tickers: ["AAPL", "B0"] });
  assert.deepEqual(types(socket.take()), ["snapshot"]);
});

Deno.test("a user subscribes to 200 tickers; one more applies nothing", async () => {
  const { connect } = await startHub();
  const socket = await connect({ user: ann });
  socket.say({ type: "subscribe", tickers: symbols(200) });
  assert.deepEqual(ofType(socket.take(), "error"), []);
  socket.say({ type: "subscribe", tickers: ["AAPL"] });
  assert.deepEqual(ofType(socket.take(), "error").map(({ code }) => code), ["too_many_tickers"]);
});

Deno.test("a ticker unsubscribed is told no more, unless a followed list holds it", async () => {
  const { connect, tick, quote } = await startHub({
    lists: { ann: [list("one", ["MSFT"])] },
  });
  const socket = await connect({ user: ann });
  socket.say({ type: "subscribe", tickers: ["AAPL", "MSFT"] });
  socket.say({ type: "unsubscribe", tickers: ["aapl", "MSFT", "?"] });
  socket.take();
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const [frame] = ofType(socket.take(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("a visitor signs in on the open socket: new hello, lists, prices", async () => {
  const { connect, pass } = await startHub({
    lists: { ann: [list("one", ["AAPL"])] },
    tokens: { good: ann },
  });
  const socket = await connect();
  socket.take();
  socket.say({ type: "auth", token: "good" });
  await pass(0);
  const messages = socket.take();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.equal(ofType(messages, "hello")[0]?.user, "ann");
});

Deno.test("a token that is not valid leaves the socket as it was", async () => {
  const { closeCode, connect, pass, tick, quote } = await startHub();
  const socket = await connect();
  socket.say({ type: "subscribe", tickers: ["AAPL"] });
  socket.take();
  socket.say({ type: "auth", token: "bad" });
  await pass(0);
  assert.deepEqual(ofType(socket.take(), "error").map(({ code }) => code), ["invalid_token"]);
  await tick({ quotes: [quote("AAPL")] });
  assert.equal(ofType(socket.take(), "tick")[0]?.quotes.length, 1);
  assert.equal(await closeCode(socket), undefined);
});

Deno.test("another user's token closes the socket", async () => {
  const { closeCode, connect, pass } = await startHub({ tokens: { bob: identity("bob") } });
  const socket = await connect({ user: ann });
  socket.say({ type: "auth", token: "bob" });
  await pass(0);
  assert.equal(await closeCode(socket), closeCodes.badMessage);
});

Deno.test("a sign-in that is not renewed closes the socket when it expires", async () => {
  const { closeCode, connect, pass } = await startHub();
  const socket = await connect({ user: identity("ann", { expiresAt: startMs + 10_000 }) });
  await pass(9_000);
  assert.equal(await closeCode(socket), undefined);
  await pass(1_000);
  assert.equal(await closeCode(socket), closeCodes.signInExpired);
});

Deno.test("the same user's token extends the sign-in, and what was followed stays followed", async () => {
  const { closeCode, connect, pass } = await startHub({
    lists: { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] },
    tokens: { renewed: identity("ann", { expiresAt: startMs + 60_000 }) },
  });
  const socket = await connect({ user: identity("ann", { expiresAt: startMs + 10_000 }) });
  socket.say({ type: "follow", lists: ["two"] });
  await pass(0);
  socket.take();
  socket.say({ type: "auth", token: "renewed" });
  await pass(0);
  const messages = socket.take();
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
  socket.take();
  socket.say({ type: "follow", lists: ["three", "two", "bobs"] });
  await pass(0);
  const messages = socket.take();
  assert.deepEqual(types(messages), ["watchlist", "watchlist", "snapshot", "error"]);
  assert.deepEqual(ofType(messages, "watchlist").map(({ id }) => id), ["three", "two"]);
  const [error] = ofType(messages, "error");
  assert.equal(error?.code, "unknown_list");
  assert.match(error?.message ?? "", /bobs/);
  await tick({ quotes: [quote("AAPL"), quote("MSFT"), quote("NVDA")] });
  const [frame] = ofType(socket.take(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["NVDA", "MSFT"]);
});

Deno.test("a visitor has no lists to follow", async () => {
  const { connect, pass } = await startHub();
  const socket = await connect();
  socket.take();
  socket.say({ type: "follow", lists: ["one"] });
  await pass(0);
  assert.deepEqual(ofType(socket.take(), "error").map(({ code }) => code), ["unknown_list"]);
});

Deno.test("lists of more than 400 tickers together are not followed", async () => {
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
  socket.say({ type: "follow", lists: ["two", "three"] });
  await pass(0);
  assert.deepEqual(ofType(socket.take(), "error"), []);
  socket.say({ type: "follow", lists: ["one", "two", "three"] });
  await pass(0);
  assert.deepEqual(ofType(socket.take(), "error").map(({ code }) => code), ["too_many_tickers"]);
  await tick({ quotes: [quote("AAPL"), quote("B399")] });
  const [frame] = ofType(socket.take(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["B399"]);
});

Deno.test("a list changed elsewhere reaches its followers, with the prices of what is new on it", async () => {
  const { connect, announce, tick, quote } = await startHub({
    lists: { ann: [list("one", ["AAPL"])], bob: [list("bobs", ["AAPL"])] },
  });
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const socket = await connect({ user: ann });
  const bobs = await connect({ user: identity("bob") });
  socket.take();
  bobs.take();
  const changed = list("one", ["MSFT", "AAPL"], 2);
  await announce({ kind: "list_changed", userId: "ann", list: changed });
  const messages = socket.take();
  assert.deepEqual(types(messages), ["watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "watchlist")[0], { type: "watchlist", ...changed });
  assert.deepEqual(ofType(messages, "snapshot")[0]?.quotes.map(([ticker]) => ticker), ["MSFT"]);
  assert.deepEqual(bobs.take(), []);

  await announce({ kind: "list_changed", userId: "ann", list: list("one", ["NVDA"], 2) });
  assert.deepEqual(socket.take(), [], "an older change is dropped");
  await announce({ kind: "list_changed", userId: "ann", list: list("other", ["NVDA"], 9) });
  assert.deepEqual(socket.take(), [], "a list that is not followed is not told");
});

Deno.test("a followed list that is deleted is told no more; after the first one comes the next", async () => {
  const lists = { ann: [list("one", ["AAPL"]), list("two", ["MSFT"])] };
  const { connect, announce, tick, quote } = await startHub({ lists });
  const socket = await connect({ user: ann });
  socket.take();
  lists.ann.shift();
  await announce({ kind: "list_deleted", userId: "ann", listId: "one" });
  assert.deepEqual(ofType(socket.take(), "watchlist").map(({ id }) => id), ["two"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  const [frame] = ofType(socket.take(), "tick");
  assert.deepEqual(frame?.quotes.map(([ticker]) => ticker), ["MSFT"]);
});

Deno.test("a user without lists follows the first one they make", async () => {
  const lists: Record<string, Watchlist[]> = { ann: [] };
  const { connect, announce } = await startHub({ lists });
  const socket = await connect({ user: ann });
  assert.deepEqual(types(socket.take()), ["hello"]);
  const made = list("new", ["AAPL"]);
  lists.ann = [made];
  await announce({ kind: "list_changed", userId: "ann", list: made });
  assert.deepEqual(types(socket.take()), ["watchlist", "snapshot"]);
});

Deno.test("a list that changes while the store is read is told as changed, not as read", async () => {
  const read = Promise.withResolvers<Watchlist[]>();
  const { connect, announce, pass } = await startHub({ loadLists: () => read.promise });
  const socket = await connect({ user: ann });
  await announce({ kind: "list_changed", userId: "ann", list: list("one", ["MSFT"], 2) });
  assert.deepEqual(socket.take(), [], "nothing comes before hello");
  read.resolve([list("one", ["AAPL"], 1)]);
  await pass(0);
  const messages = socket.take();
  assert.deepEqual(types(messages), ["hello", "watchlist", "snapshot"]);
  assert.deepEqual(ofType(messages, "watchlist")[0]?.tickers, [ticker("MSFT")]);
});

Deno.test("messages that come before hello wait, and are answered in order after it", async () => {
  const read = Promise.withResolvers<Watchlist[]>();
  const { connect, pass } = await startHub({ loadLists: () => read.promise });
  const socket = await connect({ user: ann });
  socket.say({ type: "subscribe", tickers: ["ZZ1"] });
  socket.say({ type: "subscribe", tickers: ["AAPL"] });
  read.resolve([]);
  await pass(0);
  assert.deepEqual(types(socket.take()), ["hello", "error", "snapshot"]);
});

Deno.test("sixteen messages may wait for hello; one more closes the socket", async () => {
  const { closeCode, connect } = await startHub({
    loadLists: () => Promise.withResolvers<Watchlist[]>().promise,
  });
  const socket = await connect({ user: ann });
  for (let count = 0; count < liveLimits.waitingMax; count++) {
    socket.say({ type: "subscribe", tickers: ["AAPL"] });
  }
  assert.equal(await closeCode(socket), undefined);
  socket.say({ type: "subscribe", tickers: ["AAPL"] });
  assert.equal(await closeCode(socket), closeCodes.limit);
});

Deno.test("a message that comes during a slow sign-in is handled after it", async () => {
  const verified = Promise.withResolvers<typeof ann>();
  const { connect, pass } = await startHub({ verifySocketToken: () => verified.promise });
  const socket = await connect();
  socket.take();
  socket.say({ type: "auth", token: "any" });
  socket.say({ type: "subscribe", tickers: symbols(30) });
  await pass(0);
  assert.deepEqual(socket.take(), []);
  verified.resolve(ann);
  await pass(0);
  assert.deepEqual(types(socket.take()), ["hello", "snapshot"], "30 are too many for a visitor");
});

Deno.test("twenty messages in 10 s are taken, the next one closes the socket", async () => {
  const { closeCode, connect, pass } = await startHub();
  const socket = await connect();
  const say = () => socket.say({ type: "unsubscribe", tickers: [] });
  for (let count = 0; count < 20; count++) say();
  await pass(10_000);
  for (let count = 0; count < 20; count++) say();
  assert.equal(await closeCode(socket), undefined);
  await pass(9_900);
  say();
  assert.equal(await closeCode(socket), closeCodes.limit);
});

const badMessages: Record<string, unknown> = {
  "text that is no JSON": "{",
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
    socket.sayRaw(data);
    assert.equal(await closeCode(socket), closeCodes.badMessage);
  });
}

Deno.test("a store that does not answer makes the user's socket come again later", async () => {
  const { closeCode, connect } = await startHub({
    loadLists: () => Promise.reject(new Error("down")),
  });
  const socket = await connect({ user: ann });
  assert.equal(await closeCode(socket), closeCodes.resync);
  assert.deepEqual(socket.take(), []);
});
