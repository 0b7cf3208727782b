import assert from "node:assert/strict";
import { forbiddenImports } from "./directions.ts";
import { importsIn } from "./imports.ts";
import { expand, roomOf } from "./patterns.ts";
import { rooms } from "./rules.ts";
import { treeOf } from "./tree_fixtures.ts";

function isForbidden(from: string, specifier: string): boolean {
  return forbiddenImports(importsIn(treeOf({ [from]: `import "${specifier}";` })), rooms).length >
    0;
}

const forbidden = {
  "pages do not import the API's routes": ["routes/pages/login/handler.ts", "../../api/auth.ts"],
  "the API's routes do not import pages": ["routes/api/auth.ts", "../pages/login/handler.ts"],
  "what routes share does not import pages": ["routes/middleware/guard.ts", "../pages/kit.ts"],
  "tools do not import routes": ["tools/users/create.ts", "../../routes/api/auth.ts"],
  "the hub does not know the book of interest": ["lib/hub/hub.ts", "../interest/book.ts"],
  "the hub does not read the store": ["lib/hub/hub.ts", "../store/store.ts"],
  "workers do not know budgets": ["workers/poll_quotes.ts", "./upstream/budget.ts"],
  "the poller does not know budgets": ["workers/polling/leader.ts", "../upstream/budget.ts"],
  "main.ts does not know budgets": ["main.ts", "./workers/upstream/budget.ts"],
  "lib does not import main.ts": ["lib/process/closing.ts", "../../main.ts"],
  "tools do not import main.ts": ["tools/build.ts", "../main.ts"],
  "benchmarks do not import main.ts": ["bench/hub.ts", "../main.ts"],
  "islands do not know the server's clock": ["islands/live/client.ts", "../../lib/clock.ts"],
  "quote.ts imports nothing": ["lib/quote.ts", "./clock.ts"],
  "interest does not read the store": ["lib/interest/book.ts", "../store/store.ts"],
  "the worker does not know the hub": ["workers/polling/leader.ts", "../../lib/hub/hub_ports.ts"],
  "lib does not import routes": ["lib/auth/sign_in.ts", "../../routes/middleware/http.ts"],
  "lib does not import workers": ["lib/market/calendar.ts", "../../workers/schedule.ts"],
} satisfies Record<string, [from: string, specifier: string]>;

for (const [sentence, [from, specifier]] of Object.entries(forbidden)) {
  Deno.test(sentence, () => assert.ok(isForbidden(from, specifier)));
}

const allowed: readonly (readonly [from: string, specifier: string])[] = [
  ["lib/protocol.ts", "./quote.ts"],
  ["islands/live/client.ts", "../../lib/protocol.ts"],
  ["lib/interest/book.ts", "../bus/bus.ts"],
  ["lib/lists/list_changes.ts", "../store/store.ts"],
  ["workers/poll_quotes.ts", "./upstream/upstreams.ts"],
  ["workers/upstream/allowance.ts", "./budget.ts"],
  ["routes/app.ts", "./pages/login/handler.ts"],
  ["routes/api/auth.ts", "../middleware/http.ts"],
  ["routes/pages/watchlist/Watchlist.tsx", "../../../islands/Watchlist.tsx"],
  ["tools/users/create.ts", "../../lib/auth/add_user.ts"],
  ["main.ts", "./routes/app.ts"],
];

for (const [from, specifier] of allowed) {
  Deno.test(`${from} may import ${specifier}`, () => assert.ok(!isForbidden(from, specifier)));
}

Deno.test("what runs in browsers imports only what runs in browsers", () => {
  const reachable = rooms.filter(({ isForBrowsers }) => isForBrowsers)
    .flatMap(({ may }) => may).flatMap(expand);
  assert.ok(reachable.length > 0);
  assert.deepEqual(reachable.filter((path) => !roomOf(path, rooms)?.isForBrowsers), []);
});

Deno.test("a pattern names the files of one room alone", () => {
  const files = rooms.flatMap((room) => room.files).flatMap(expand);
  assert.deepEqual(files.filter((file, index) => files.indexOf(file) !== index), []);
});
