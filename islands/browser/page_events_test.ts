import assert from "node:assert/strict";
import { openPage } from "../page_fixtures.ts";
import { followPage } from "./page_events.ts";

/** A live client that notes what it is called for. */
function notingClient() {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const live = {
    online: note("online"),
    offline: note("offline"),
    wake: note("wake"),
    stop: note("stop"),
  };
  return { calls, live };
}

function pageShow(persisted: boolean): Event {
  return Object.assign(new Event("pageshow"), { persisted });
}

Deno.test("the live client hears of the network and of a page that is left, shown again or kept", async () => {
  await using page = openPage();
  const { calls, live } = notingClient();
  const unfollow = followPage(live);
  const window = document.defaultView!;
  const steps: [Event, EventTarget, string | undefined][] = [
    [new Event("offline"), window, "offline"],
    [new Event("online"), window, "online"],
    [new Event("visibilitychange"), document, "wake"],
    [new Event("pagehide"), window, "stop"],
    [pageShow(false), window, undefined],
    [pageShow(true), window, "online"],
  ];
  for (const [event, target, expected] of steps) {
    await page.dispatch(target, event);
    assert.equal(calls.pop(), expected, event.type);
  }
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  await page.dispatch(document, new Event("visibilitychange"));
  assert.deepEqual(calls, [], "a page that is hidden need not wake");
  unfollow();
  for (const [event, target] of steps) await page.dispatch(target, event);
  assert.deepEqual(calls, []);
});
