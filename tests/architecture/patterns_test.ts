import assert from "node:assert/strict";
import { expand, fits, foldersOf, roomOf } from "./patterns.ts";
import type { Room } from "./rules.ts";

Deno.test("braces name several paths", () => {
  assert.deepEqual(expand("lib/{a,b}/c.ts"), ["lib/a/c.ts", "lib/b/c.ts"]);
  assert.deepEqual(expand("main.ts"), ["main.ts"]);
});

Deno.test("a file fits its own path, its folder, and its folder's files", () => {
  assert.ok(fits("lib/hub/hub.ts", "lib/hub/hub.ts"));
  assert.ok(fits("lib/hub/hub.ts", "lib/"));
  assert.ok(fits("lib/hub/hub.ts", "lib/hub/*"));
  assert.ok(fits("lib/hub/hub.ts", "lib/{bus,hub}/"));
});

Deno.test("a file does not fit another file, a folder with a longer name, or a folder above with a star", () => {
  assert.ok(!fits("lib/hub/hub.ts", "lib/hub/hub.tsx"));
  assert.ok(!fits("lib/hub/hub.ts", "lib/hu/"));
  assert.ok(!fits("lib/hub_ports.ts", "lib/hub/"));
  assert.ok(!fits("lib/hub/hub.ts", "lib/*"));
});

Deno.test("a file belongs to the room that names it most closely, in whatever order rooms stand", () => {
  const rooms = [["routes/"], ["routes/api/"], ["routes/*"], ["routes/app.ts"]]
    .map((files): Room => ({ files, may: [] }));
  for (const ordered of [rooms, rooms.toReversed()]) {
    const roomName = (path: string) => roomOf(path, ordered)?.files[0];
    assert.equal(roomName("routes/api/me.ts"), "routes/api/");
    assert.equal(roomName("routes/live.ts"), "routes/*");
    assert.equal(roomName("routes/app.ts"), "routes/app.ts");
    assert.equal(roomName("routes/pages/login/Login.tsx"), "routes/");
    assert.equal(roomName("lib/clock.ts"), undefined);
  }
});

Deno.test("a room has the folders that its patterns name, each alone", () => {
  const room: Room = { files: ["workers/{*,polling/}", "main.ts"], may: [] };
  assert.deepEqual(foldersOf(room), ["workers/*", "workers/polling/"]);
});
