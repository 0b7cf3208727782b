// Owns the contract of the store for passwords, reset tickets and the deletion of an account. store_contract.ts registers it.

import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { listsMax, listTickersMax } from "../../watchlist.ts";
import type { ResetTicket } from "../store.ts";
import type { StoreTest } from "./store_place.ts";
import {
  malformedIds,
  putUser,
  rotationOf,
  someList,
  someSession,
  someTickers,
  someUser,
} from "./store_fixtures.ts";

export function testAccountContract(test: StoreTest): void {
  testPasswords(test);
  testResetTickets(test);
  testDeletion(test);
}

function testPasswords(test: StoreTest): void {
  test(
    "a password hash changes if the old one is still the present one",
    async (store, reopen) => {
      const { user } = await putUser(store);
      assert.equal(await store.changePassword(user.id, { from: "other", to: "new" }), false);
      assert.equal(await store.changePassword(user.id, { from: "hash", to: "new" }), true);
      assert.equal(await store.changePassword(user.id, { from: "hash", to: "late" }), false);
      const found = await (await reopen()).credentials(user.username);
      assert.deepEqual(found, { user, passwordHash: "new" });
    },
  );

  test("of 10 concurrent changes of one password, one is done", async (store) => {
    const { user } = await putUser(store);
    const outcomes = await Promise.all(
      Array.from(
        { length: 10 },
        (_, index) => store.changePassword(user.id, { from: "hash", to: `hash-${index}` }),
      ),
    );
    assert.equal(outcomes.filter(Boolean).length, 1);
    const found = await store.credentials(user.username);
    assert.equal(found?.passwordHash, `hash-${outcomes.indexOf(true)}`);
  });

  test("the password of an unknown user cannot be changed", async (store) => {
    for (const id of [uuidv7(), ...malformedIds]) {
      assert.equal(await store.changePassword(id, { from: "hash", to: "new" }), false);
    }
  });
}

function testResetTickets(test: StoreTest): void {
  const expiresAt = 2_000;
  const inTime = { at: expiresAt - 1, passwordHash: "new" };

  test(
    "a reset ticket names its user and sets a password once, also after a restart",
    async (store, reopen) => {
      const { user } = await putUser(store);
      const ticket = { userId: user.id, tokenHash: "token" };
      assert.equal(await store.putResetTicket({ ...ticket, expiresAt }), true);
      const reopened = await reopen();
      assert.deepEqual(await reopened.resetTicketHolder(ticket, inTime.at), user);
      assert.deepEqual(await reopened.credentials(user.username), { user, passwordHash: "hash" });
      assert.equal(await reopened.resetPassword(ticket, inTime), true);
      assert.equal((await reopened.credentials(user.username))?.passwordHash, "new");
      assert.equal(
        await reopened.resetPassword(ticket, { ...inTime, passwordHash: "again" }),
        false,
      );
      assert.equal(await reopened.resetTicketHolder(ticket, inTime.at), undefined);
      assert.equal((await reopened.credentials(user.username))?.passwordHash, "new");
    },
  );

  test("of 10 concurrent uses of one reset ticket, one sets its password", async (store) => {
    const { user } = await putUser(store);
    const ticket = { userId: user.id, tokenHash: "token" };
    await store.putResetTicket({ ...ticket, expiresAt });
    const outcomes = await Promise.all(
      Array.from(
        { length: 10 },
        (_, index) => store.resetPassword(ticket, { ...inTime, passwordHash: `hash-${index}` }),
      ),
    );
    assert.equal(outcomes.filter(Boolean).length, 1);
    const found = await store.credentials(user.username);
    assert.equal(found?.passwordHash, `hash-${outcomes.indexOf(true)}`);
  });

  test("a ticket that expired, was replaced, is of another user or does not exist is refused", async (store) => {
    const { user } = await putUser(store);
    const other = await putUser(store);
    const former = { userId: user.id, tokenHash: "former" };
    const ticket = { userId: user.id, tokenHash: "token" };
    await store.putResetTicket({ ...former, expiresAt });
    await store.putResetTicket({ ...ticket, expiresAt });
    const refused: [ticket: ResetTicket, at: number][] = [
      [ticket, expiresAt],
      [former, inTime.at],
      [{ ...ticket, userId: other.user.id }, inTime.at],
      [{ ...ticket, userId: uuidv7() }, inTime.at],
      ...malformedIds.map((userId): [ResetTicket, number] => [{ ...ticket, userId }, inTime.at]),
    ];
    for (const [each, at] of refused) {
      assert.equal(await store.resetTicketHolder(each, at), undefined);
      assert.equal(await store.resetPassword(each, { at, passwordHash: "new" }), false);
    }
    assert.deepEqual(await store.resetTicketHolder(ticket, inTime.at), user);
  });

  test("a change of the password ends the ticket", async (store) => {
    const { user } = await putUser(store);
    const ticket = { userId: user.id, tokenHash: "token" };
    await store.putResetTicket({ ...ticket, expiresAt });
    await store.changePassword(user.id, { from: "hash", to: "changed" });
    assert.equal(await store.resetPassword(ticket, inTime), false);
    assert.equal((await store.credentials(user.username))?.passwordHash, "changed");
  });

  test("an unknown user gets no ticket", async (store) => {
    for (const userId of [uuidv7(), ...malformedIds]) {
      assert.equal(await store.putResetTicket({ userId, tokenHash: "token", expiresAt }), false);
    }
  });
}

function testDeletion(test: StoreTest): void {
  test("nothing of a deleted user is left, and the name is free again", async (store, reopen) => {
    const { user, list } = await putUser(store, someTickers(200));
    const neighbour = await putUser(store, someTickers(3));
    const session = someSession({ userId: user.id });
    await store.createSession(session);
    await store.putResetTicket({ userId: user.id, tokenHash: "token", expiresAt: 2_000 });
    assert.deepEqual(await store.deleteUser(user.id, Date.now()), [session.id]);

    const reopened = await reopen();
    assert.equal(await reopened.user(user.id), undefined);
    assert.equal(await reopened.credentials(user.username), undefined);
    assert.deepEqual(await reopened.lists(user.id), []);
    assert.equal(await reopened.session(session.id), undefined);
    const ticket = { userId: user.id, tokenHash: "token" };
    assert.equal(await reopened.resetTicketHolder(ticket, 0), undefined);
    const target = { userId: user.id, listId: list.id };
    const ticker = someTickers(1)[0]!;
    assert.deepEqual(await reopened.addTicker({ ...target, ticker }), { kind: "unknown_list" });

    const next = someUser(user.username);
    const created = await reopened.createUser({ user: next, passwordHash: "h", list: someList() });
    assert.equal(created, "created");
    assert.deepEqual(await reopened.lists(neighbour.user.id), [neighbour.list]);
  });

  test(
    "the sessions of a deleted user are still revoked after a restart",
    async (store, reopen) => {
      const { user } = await putUser(store);
      const at = Date.now();
      const [live, revoked] = [someSession({ userId: user.id }), someSession({ userId: user.id })];
      for (const session of [live, revoked]) await store.createSession(session);
      await store.revokeSession(revoked.id, at - 1);
      assert.deepEqual(await store.deleteUser(user.id, at), [live.id]);
      const known = await (await reopen()).revokedSessions(at - 1);
      for (const { id } of [live, revoked]) assert.ok(known.includes(id));
    },
  );

  test("a user with the most lists is deleted completely, even while one is added", async (store) => {
    const { user } = await putUser(store, someTickers(listTickersMax));
    const full = () => ({ userId: user.id, list: someList(someTickers(listTickersMax)) });
    for (let count = 2; count < listsMax; count++) await store.createList(full());
    await Promise.all([store.createList(full()), store.deleteUser(user.id, Date.now())]);
    assert.deepEqual(await store.lists(user.id), []);
    assert.equal(await store.user(user.id), undefined);
  });

  test("a session of a deleted user does not rotate, also if both happen at once", async (store) => {
    const { user } = await putUser(store);
    const session = someSession({ userId: user.id });
    await store.createSession(session);
    const rotation = rotationOf(session);
    await Promise.all([
      store.rotateSession(rotation),
      store.deleteUser(user.id, Date.now()),
    ]);
    assert.equal(await store.session(session.id), undefined);
    assert.equal(await store.rotateSession(rotation), undefined);
    assert.deepEqual(await store.sessionsOf(user.id, Date.now()), []);
  });

  test("deleting an unknown user, or a user twice, changes nothing", async (store) => {
    const { user } = await putUser(store);
    await store.deleteUser(user.id, Date.now());
    for (const id of [user.id, uuidv7(), ...malformedIds]) {
      assert.deepEqual(await store.deleteUser(id, Date.now()), []);
    }
  });
}
