import assert from "node:assert/strict";
import { closeCodes } from "../protocol.ts";
import { startMs } from "../bus/leader_fixtures.ts";
import { anonymousMsMax } from "./anonymous_age.ts";
import { identity, list, startHub } from "./hub_fixtures.ts";
import { FakeSocket } from "./socket/socket_fixtures.ts";

const ann = identity("ann");

Deno.test("signing out closes that session's sockets, not the user's others", async () => {
  const { closeCode, connect, announce } = await startHub();
  const here = await connect({ user: ann });
  const elsewhere = await connect({ user: identity("ann", { sessionId: "other" }) });
  const bobs = await connect({ user: identity("bob") });
  await announce({ kind: "session_revoked", userId: "ann", sessionId: ann.sessionId });
  assert.equal(await closeCode(here), closeCodes.signedOut);
  assert.equal(await closeCode(elsewhere), undefined);
  assert.equal(await closeCode(bobs), undefined);
});

Deno.test("a session that ends while its socket is still opening closes it once it is open", async () => {
  const { closeCode, hub, announce } = await startHub();
  const socket = new FakeSocket();
  hub.accept(socket, { address: "192.0.2.1", identity: ann });
  await announce({ kind: "session_revoked", userId: "ann", sessionId: ann.sessionId });
  socket.open();
  assert.equal(await closeCode(socket), closeCodes.signedOut);
  assert.deepEqual(socket.sent, []);
});

Deno.test("after missed announcements signed-in sockets are closed as resync, and visitors stay", async () => {
  const gaps: (() => void)[] = [];
  const { closeCode, connect, pass } = await startHub({
    wrapBus: (bus) => ({
      ...bus,
      onGap(listener) {
        gaps.push(listener);
        return () => {};
      },
    }),
  });
  const user = await connect({ user: ann });
  const visitor = await connect();
  for (const gap of gaps) gap();
  await pass(0);
  assert.equal(await closeCode(user), closeCodes.resync);
  assert.equal(await closeCode(visitor), undefined);
});

Deno.test("one socket too many of a user: the oldest goes", async () => {
  const { closeCode, connect } = await startHub({
    limits: { socketsPerIp: 10, socketsPerUser: 2 },
  });
  const [first, second, third] = [
    await connect({ user: ann }),
    await connect({ user: ann }),
    await connect({ user: ann }),
  ];
  assert.equal(await closeCode(first), closeCodes.limit);
  assert.equal(await closeCode(second), undefined);
  assert.equal(await closeCode(third), undefined);
});

Deno.test("signing in on an open socket counts for the user's limit too", async () => {
  const { closeCode, connect, pass } = await startHub({
    limits: { socketsPerIp: 10, socketsPerUser: 1 },
    tokens: { good: ann },
  });
  const first = await connect({ user: ann });
  const second = await connect();
  second.receive({ type: "auth", token: "good" });
  await pass(0);
  assert.equal(await closeCode(first), closeCodes.limit);
  assert.equal(await closeCode(second), undefined);
});

Deno.test("disconnected sockets do not count for the user, even if they disconnect during their sign-in", async () => {
  const verified = Promise.withResolvers<typeof ann>();
  const { closeCode, connect, pass } = await startHub({
    limits: { socketsPerIp: 10, socketsPerUser: 1 },
    verifySocketToken: () => verified.promise,
  });
  (await connect({ user: ann })).disconnect();
  const signingIn = await connect();
  signingIn.receive({ type: "auth", token: "any" });
  signingIn.disconnect();
  verified.resolve(ann);
  await pass(0);
  const first = await connect({ user: ann });
  assert.equal(await closeCode(first), undefined);
  await connect({ user: ann });
  assert.equal(await closeCode(first), closeCodes.limit);
});

Deno.test("a list that changes before the socket is open is sent once, after hello", async () => {
  const { hub, announce, pass } = await startHub({ lists: { ann: [list("one", ["AAPL"], 2)] } });
  const socket = new FakeSocket();
  hub.accept(socket, { address: "192.0.2.1", identity: ann });
  await announce({ kind: "list_changed", userId: "ann", list: list("one", ["AAPL"], 2) });
  socket.open();
  await pass(0);
  assert.deepEqual(socket.takeSent().map(({ type }) => type), ["hello", "watchlist", "snapshot"]);
});

Deno.test("one socket too many of an address: the new one is closed, and closed ones make room", async () => {
  const { closeCode, connect, connectStock } = await startHub({
    limits: { socketsPerIp: 2, socketsPerUser: 20 },
  });
  const first = await connect({ address: "192.0.2.9" });
  await connectStock("AAPL", { address: "192.0.2.9" });
  const third = await connect({ address: "192.0.2.9" });
  const stock = await connectStock("AAPL", { address: "192.0.2.9" });
  assert.equal(await closeCode(third), closeCodes.limit);
  assert.equal(await closeCode(stock), closeCodes.limit);
  assert.equal(await closeCode(await connect({ address: "192.0.2.8" })), undefined);
  for (const socket of [first, third, stock]) socket.disconnect();
  assert.equal(await closeCode(await connect({ address: "192.0.2.9" })), undefined);
});

Deno.test("a close ends a socket's subscriptions at once; its address has room again once the connection is gone", async () => {
  const { closeCode, watching, connect, tick, quote, metrics, bus, pass } = await startHub({
    limits: { socketsPerIp: 1, socketsPerUser: 1 },
    lists: { ann: [list("one", ["NVDA"])] },
  });
  const socket = await watching(["AAPL"], ann);
  socket.receiveRaw("{");
  assert.equal(await closeCode(socket), closeCodes.badMessage);
  assert.equal(await closeCode(await connect()), closeCodes.limit, "it has not answered the close");
  await pass(12_000);
  assert.deepEqual(await bus.wanted(), { signedIn: [], anonymous: [] });
  await tick({ quotes: [quote("AAPL")] });
  socket.disconnect();
  socket.disconnect();
  assert.deepEqual(socket.takeSent(), []);
  const gauge = (await metrics.sockets.get()).values.find(({ labels }) => labels.kind === "live");
  assert.equal(gauge?.value, 0);
});

Deno.test("an error of a socket makes room at its address", async () => {
  const { closeCode, connect } = await startHub({ limits: { socketsPerIp: 1, socketsPerUser: 1 } });
  const socket = await connect();
  socket.onerror?.(new Event("error"));
  assert.equal(await closeCode(await connect()), undefined);
});

Deno.test("an upgrade that never opens its socket stops counting after some time", async () => {
  const { closeCode, hub, connect, pass } = await startHub({
    limits: { socketsPerIp: 2, socketsPerUser: 1 },
  });
  const caller = { address: "192.0.2.1", identity: undefined };
  hub.accept(new FakeSocket(), caller);
  hub.accept(new FakeSocket(), caller);
  assert.equal(await closeCode(await connect()), closeCodes.limit);
  await pass(32_000);
  assert.equal(await closeCode(await connect()), undefined);
});

Deno.test("closed sockets are counted by code", async () => {
  const { connect, metrics } = await startHub();
  (await connect()).receiveRaw("{");
  const { values } = await metrics.socketsClosed.get();
  assert.deepEqual(values.map(({ labels, value }) => [labels.code, value]), [[4500, 1]]);
});

Deno.test("an address wants a bounded number of tickers over all its sockets; the others are shown, and polled if another address asks", async () => {
  const { bus, connect, pass, tick, quote } = await startHub();
  const subscribe = async (symbols: string[], address?: string) => {
    const socket = await connect({ ...(address && { address }) });
    socket.receive({ type: "subscribe", tickers: symbols });
    await pass(1_000);
    socket.takeSent();
    return socket;
  };
  const symbols = (from: number) => Array.from({ length: 25 }, (_, index) => `A${from + index}`);
  for (const from of [0, 25, 50, 75]) await subscribe(symbols(from));
  const last = await subscribe(symbols(100));
  assert.deepEqual(
    (await bus.wanted()).anonymous,
    [0, 25, 50, 75].flatMap(symbols),
  );
  await tick({ quotes: [quote("A110")] });
  assert.match(JSON.stringify(last.takeSent()), /A110/);
  await subscribe(["A110"], "192.0.2.2");
  assert.ok((await bus.wanted()).anonymous.map(String).includes("A110"));
});

Deno.test("when memory is short, anonymous sockets are closed as resync, and signed-in ones stay", async () => {
  const { closeCode, hub, connect, connectStock } = await startHub();
  const [user, visitor] = [await connect({ user: ann }), await connect()];
  const stock = await connectStock("AAPL");
  hub.closeAnonymous();
  assert.equal(await closeCode(visitor), closeCodes.resync);
  assert.equal(await closeCode(stock), closeCodes.resync);
  assert.equal(await closeCode(user), undefined);
});

Deno.test("anonymous sockets live at most an hour, and are not all closed at once", async () => {
  const { connect, connectStock, pass } = await startHub();
  const long = { expiresAt: startMs + 2 * anonymousMsMax };
  const user = await connect({ user: identity("ann", long) });
  const sockets: FakeSocket[] = [await connectStock("AAPL")];
  for (let count = 0; count < 250; count++) sockets.push(await connect());
  const closed = () => sockets.filter(({ closeCode }) => closeCode !== undefined);
  await pass(anonymousMsMax * 0.9 - 10_000);
  assert.equal(closed().length, 0);
  await pass(anonymousMsMax * 0.05 + 10_000);
  assert.ok(closed().length > 0 && closed().length < sockets.length);
  await pass(anonymousMsMax * 0.05 + 10_000);
  assert.ok(sockets.every(({ closeCode }) => closeCode === closeCodes.resync));
  assert.equal(user.closeCode, undefined);
});
