// Owns the contract of the store for invitations. store_contract.ts registers it.

import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import type { Store, User } from "../store.ts";
import type { StoreTest } from "./store_place.ts";
import { someList, someUser } from "./store_fixtures.ts";

const hourMs = 3_600_000;

export function testInviteContract(test: StoreTest): void {
  test(
    "an invite creates one user, also after a restart, and is used up",
    async (store, reopen) => {
      const { tokenHash, at } = await putInvite(store);
      const reopened = await reopen();
      assert.equal(await reopened.isInvited(tokenHash, at), true);
      const [first, second] = [someUser(), someUser()];
      assert.equal(await create(reopened, first, { tokenHash, at }), "created");
      assert.equal(await create(reopened, second, { tokenHash, at }), "invalid_invite");
      assert.equal(await reopened.isInvited(tokenHash, at), false);
      assert.deepEqual(await reopened.user(first.id), first);
      assert.equal((await reopened.lists(first.id)).length, 1);
      assert.equal(await reopened.user(second.id), undefined);
    },
  );

  test("an unknown invite and one that has expired create no user", async (store) => {
    const { tokenHash, at } = await putInvite(store);
    for (
      const invite of [{ tokenHash: uuidv7(), at }, { tokenHash, at: at + hourMs }]
    ) {
      assert.equal(await store.isInvited(invite.tokenHash, invite.at), false);
      const user = someUser();
      assert.equal(await create(store, user, invite), "invalid_invite");
      assert.equal(await store.credentials(user.username), undefined);
    }
    assert.equal(await create(store, someUser(), { tokenHash, at: at + hourMs - 1 }), "created");
  });

  test("a name that is taken does not use up an invite, and a later invite leaves it", async (store) => {
    const invite = await putInvite(store);
    const { username } = someUser();
    assert.equal(await create(store, { ...someUser(), username }), "created");
    assert.equal(await create(store, { ...someUser(), username }, invite), "username_taken");
    await putInvite(store);
    assert.equal(await create(store, someUser(), invite), "created");
  });

  test("of 10 users who use one invite at once, one is created", async (store) => {
    const invite = await putInvite(store);
    const users = Array.from({ length: 10 }, () => someUser());
    const outcomes = await Promise.all(users.map((user) => create(store, user, invite)));
    const created = users.filter((_, index) => outcomes[index] === "created");
    assert.equal(created.length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === "invalid_invite").length, 9);
    const stored = await Promise.all(users.map(({ id }) => store.user(id)));
    assert.deepEqual(stored.filter((user) => user !== undefined), created);
  });
}

/** An invite that expires in an hour. */
async function putInvite(store: Store): Promise<{ tokenHash: string; at: number }> {
  const [tokenHash, at] = [uuidv7(), Date.now()];
  await store.putInvite({ tokenHash, expiresAt: at + hourMs }, at);
  return { tokenHash, at };
}

function create(store: Store, user: User, invite?: { tokenHash: string; at: number }) {
  return store.createUser({ user, passwordHash: "hash", list: someList(), invite });
}
