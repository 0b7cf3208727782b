// Counts the files that one action enters on the server, with the call coverage of the engine.

import inspector from "node:inspector";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const username = "user1";
const password = "watchlist";
const ticker = "KO";
/** Longer than a tick of the simulated market. */
const tickWaitMs = 6_000;
/** Longer than an action, and shorter than the time until the next tick. */
const settleMs = 700;

const session = new inspector.Session();
session.connect();

function ask(method: string, parameters?: object): Promise<{ result?: ScriptCoverage[] }> {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error: Error | null, value?: object) => {
      if (error) reject(error);
      else resolve(value ?? {});
    });
  });
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
}

/** Returns the project's files with a function that was called since the last call of this one. */
async function filesEntered(): Promise<string[]> {
  const { result = [] } = await ask("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => url.startsWith("file://") && !url.includes("node_modules"))
    .filter(({ functions }) =>
      functions.some(({ ranges }) => ranges.some(({ count }) => count > 0))
    )
    .map(({ url }) => relative(root, fileURLToPath(url)))
    .filter((path) => !/^(?:bench|tests|\.\.)\b/.test(path))
    .sort();
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function show(action: string, files: readonly string[]) {
  const rooms = Map.groupBy(files, (file) => file.split("/").slice(0, 2).join("/"));
  console.info(`\n${action}: ${files.length} files`);
  for (const [room, members] of rooms) {
    const names = members.map((file) => file.split("/").slice(2).join("/")).filter(Boolean);
    console.info(`  ${room} ${members.length}${names.length > 0 ? `: ${names.join(" ")}` : ""}`);
  }
}

const port = 18_000 + Deno.pid % 10_000;
const address = `127.0.0.1:${port}`;
for (
  const [name, value] of Object.entries({ PORT: port, KV_PATH: ":memory:", LOG_LEVEL: "error" })
) {
  Deno.env.set(name, String(value));
}

await ask("Profiler.enable");
await ask("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
await import(new URL("../main.ts", import.meta.url).href);

const forms = {
  "content-type": "application/x-www-form-urlencoded",
  "sec-fetch-site": "same-origin",
};
function send(path: string, fields: Record<string, string>, cookie = "") {
  return fetch(`http://${address}${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { ...forms, accept: "text/html", cookie },
    body: new URLSearchParams(fields).toString(),
  });
}

async function measured(act: () => Promise<unknown>): Promise<string[]> {
  await filesEntered();
  await act();
  await sleep(settleMs);
  return await filesEntered();
}

/** Starts just after a tick, so that no tick happens during the next action. */
async function untilTick(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.addEventListener("message", function hear({ data }) {
      if (!String(data).startsWith('{"type":"tick"')) return;
      socket.removeEventListener("message", hear);
      resolve();
    });
  });
  await sleep(100);
}

// The first user makes the ticker a watched one, and a second device shows the list of the second user.
const signIn = await send("/login", { username, password });
const cookie = signIn.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
await signIn.body?.cancel();
const other = await send("/login", { username: "user2", password });
const otherCookie = other.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
await other.body?.cancel();
await (await send("/watchlist", { ticker }, otherCookie)).body?.cancel();
const socket: WebSocket = Reflect.construct(WebSocket, [`ws://${address}/ws`, {
  headers: { cookie },
}]);
await new Promise((resolve) => socket.onopen = resolve);
await (await send("/watchlist", { ticker: "AAPL" }, cookie)).body?.cancel();
await sleep(tickWaitMs);

const [list] = await (await fetch(`http://${address}/api/watchlists`, { headers: { cookie } }))
  .json();
await untilTick(socket);
const adding = await measured(async () => {
  const answer = await fetch(`http://${address}/api/watchlists/${list.id}/items`, {
    method: "POST",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", cookie },
    body: JSON.stringify({ ticker }),
  });
  await answer.body?.cancel();
});
await untilTick(socket);
const anyRequest = await measured(async () => {
  await (await fetch(`http://${address}/healthz`, { headers: { cookie } })).body?.cancel();
});
await untilTick(socket);
const signingIn = await measured(async () => {
  await (await send("/login", { username, password })).body?.cancel();
});
await untilTick(socket);
await filesEntered();
await untilTick(socket);
const price = await filesEntered();

/** Without the files that any request enters: routes/app.ts lists them in their order. */
const own = (files: readonly string[]) => files.filter((file) => !anyRequest.includes(file));
show("Any request", anyRequest);
show("Add a ticker, until another device has the list, beyond any request", own(adding));
show("Sign in by form, beyond any request", own(signingIn));
show("A price, from the source to the sockets", price);

const exit = Deno.exit;
Deno.exit = (() => {
  void filesEntered().then((files) => {
    show("SIGTERM", files);
    exit(0);
  });
}) as typeof Deno.exit;
await filesEntered();
Deno.kill(Deno.pid, "SIGTERM");
