import assert from "node:assert/strict";
import { identity, list, startHub } from "./hub_fixtures.ts";
import { ofType } from "./socket/socket_fixtures.ts";
import type { Watchlist } from "../watchlist.ts";
import type { ServerMessage } from "../protocol.ts";

const ann = identity("ann");
const types = (messages: readonly ServerMessage[]) => messages.map(({ type }) => type);

/** A store that answers, fails or waits, as the test says. */
function createStore() {
  let answer: () => Promise<Watchlist[]> = () => Promise.resolve([list("one", ["AAPL"])]);
  return {
    loadLists: () => answer(),
    fail: () => answer = () => Promise.reject(new Error("down")),
    stall() {
      const stalled = Promise.withResolvers<Watchlist[]>();
      answer = () => stalled.promise;
      return () => stalled.resolve([list("one", ["AAPL"])]);
    },
    work: () => answer = () => Promise.resolve([list("one", ["AAPL"])]),
  };
}

Deno.test("while the store fails, a user is greeted, gets subscribed prices, and the lists once it works", async () => {
  const store = createStore();
  store.fail();
  const { connect, pass, tick, quote } = await startHub(store);
  const socket = await connect({ user: ann });
  await pass(1_000);
  assert.deepEqual(types(socket.takeSent()), ["hello"]);
  socket.receive({ type: "subscribe", tickers: ["MSFT"] });
  await tick({ quotes: [quote("MSFT")] });
  assert.deepEqual(types(socket.takeSent()), ["snapshot", "tick"]);

  await pass(10 * 60_000);
  assert.equal(socket.closeCode, undefined);
  socket.takeSent();
  store.work();
  await pass(60_000);
  assert.deepEqual(types(socket.takeSent()), ["watchlist", "snapshot"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  assert.equal(ofType(socket.takeSent(), "tick")[0]?.quotes.length, 2);
});

Deno.test("while the store is slow, a user is greeted after a second, and the lists follow", async () => {
  const store = createStore();
  const answer = store.stall();
  const { connect, pass } = await startHub({ ...store, tokens: { valid: ann } });
  const byCookie = await connect({ user: ann });
  const byMessage = await connect();
  byMessage.takeSent();
  byMessage.receive({ type: "auth", token: "valid" });
  await pass(999);
  assert.deepEqual(types([...byCookie.takeSent(), ...byMessage.takeSent()]), []);
  await pass(1);
  for (const socket of [byCookie, byMessage]) {
    assert.deepEqual(types(socket.takeSent()), ["hello"]);
    socket.receive({ type: "subscribe", tickers: ["MSFT"] });
    assert.deepEqual(types(socket.takeSent()), ["snapshot"]);
  }
  answer();
  await pass(0);
  for (const socket of [byCookie, byMessage]) {
    assert.deepEqual(types(socket.takeSent()), ["watchlist", "snapshot"]);
  }
});

Deno.test("lists that are chosen while the store is slow are followed once it answers", async () => {
  const store = createStore();
  const { connect, pass } = await startHub(store);
  const socket = await connect({ user: ann });
  socket.takeSent();
  const answer = store.stall();
  socket.receive({ type: "follow", lists: ["one", "none"] });
  socket.receive({ type: "subscribe", tickers: ["MSFT"] });
  await pass(1_000);
  assert.deepEqual(types(socket.takeSent()), ["snapshot"]);
  answer();
  await pass(0);
  assert.deepEqual(types(socket.takeSent()), ["watchlist", "snapshot", "error"]);
});

Deno.test("a socket that has left is not read for again, and leaves no timer behind", async () => {
  const store = createStore();
  store.fail();
  const { connect, pass, timerCount } = await startHub(store);
  const before = timerCount();
  const socket = await connect({ user: ann });
  await pass(2_000);
  socket.disconnect();
  await pass(0);
  assert.equal(timerCount(), before);
});

Deno.test("a storm of users is read a few at a time, and a user's sockets by one read", async () => {
  let atOnce = 0;
  let most = 0;
  let reads = 0;
  const { connect, pass, clock } = await startHub({
    async loadLists() {
      reads++;
      most = Math.max(most, ++atOnce);
      await clock.sleep(10);
      atOnce--;
      return [list("one", ["AAPL"])];
    },
  });
  const users = Array.from({ length: 100 }, (_, index) => identity(`user${index}`));
  const sockets = [];
  for (const user of users) sockets.push(await connect({ user }), await connect({ user }));
  await pass(1_000);
  for (const socket of sockets) {
    assert.deepEqual(types(socket.takeSent()), ["hello", "watchlist", "snapshot"]);
  }
  assert.ok(most > 1 && most <= 20, `${most} reads at once`);
  assert.ok(reads < 150, `${reads} reads`);
});
