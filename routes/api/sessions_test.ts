import assert from "node:assert/strict";
import { password, type TestApp } from "../app_fixtures.ts";
import { assertCookiesGone, cookiesOf } from "../client_fixtures.ts";
import { testRoute } from "./route_fixtures.ts";

/** A user with two sessions; the second one belongs to a device of this name. */
async function withOtherDevice({ request, signUp }: TestApp) {
  const user = await signUp();
  const { username } = user;
  const { json } = await request("/api/auth/login", {
    json: { username, password },
    headers: { "user-agent": "Board/2.0" },
  });
  return { ...user, other: json.accessToken };
}

async function sessionsOf({ request }: TestApp, token: string) {
  const { json } = await request("/api/sessions", { token });
  const all: { id: string; current: boolean }[] = json;
  const idOf = (current: boolean) => all.find((session) => session.current === current)?.id ?? "";
  return { own: idOf(true), other: idOf(false) };
}

const end = ({ request }: TestApp, { token, id }: { token: string; id: string }) =>
  request(`/api/sessions/${id}`, { method: "DELETE", token });

testRoute("GET /api/sessions", {
  cases: {
    async "200 lists the devices and marks the one that asks"(app) {
      const { token } = await withOtherDevice(app);
      const answer = await app.request("/api/sessions", { token });
      const [last] = answer.json;
      assert.deepEqual(Object.keys(last), [
        "id",
        "createdAt",
        "lastUsedAt",
        "userAgent",
        "current",
      ]);
      assert.deepEqual(
        answer.json.map(({ userAgent, current }: typeof last) => [userAgent, current]),
        [["Board/2.0", false], [null, true]],
      );
      assert.equal(new Date(last.lastUsedAt).toISOString(), last.lastUsedAt);
      return answer;
    },
  },
});

testRoute("DELETE /api/sessions", {
  cases: {
    async "204 ends all sessions, and the cookies go"(app) {
      const { token, other } = await withOtherDevice(app);
      const answer = await app.request("/api/sessions", { method: "DELETE", token });
      assertCookiesGone(answer);
      for (const ended of [token, other]) {
        assert.equal((await app.request("/api/me", { token: ended })).status, 401);
      }
      return answer;
    },
  },
});

testRoute("DELETE /api/sessions/{id}", {
  cases: {
    async "204 ends another session, in whatever case its id is written"(app) {
      const { token, other } = await withOtherDevice(app);
      const { other: id } = await sessionsOf(app, token);
      const answer = await end(app, { token, id: id.toUpperCase() });
      assert.equal((await app.request("/api/me", { token: other })).status, 401);
      assert.equal((await app.request("/api/me", { token })).status, 200);
      assert.deepEqual(cookiesOf(answer), {});
      return answer;
    },
    async "204 ends the session that asks, and its cookies go"(app) {
      const { token } = await app.signUp();
      const { own: id } = await sessionsOf(app, token);
      const answer = await end(app, { token, id });
      assertCookiesGone(answer);
      return answer;
    },
    async "404 unknown_session for another user's, and it goes on"(app) {
      const [one, two] = [await app.signUp(), await app.signUp()];
      const { own: id } = await sessionsOf(app, two.token);
      const answer = await end(app, { token: one.token, id });
      assert.equal((await app.request("/api/me", { token: two.token })).status, 200);
      return answer;
    },
    async "404 unknown_session for a text that no session has as its id"(app) {
      const { token } = await app.signUp();
      return await end(app, { token, id: "nonsense" });
    },
  },
});
