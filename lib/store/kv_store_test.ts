import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../clock.ts";
import { Problem, StartupError } from "../errors.ts";
import { createKvStore, openKvStore } from "./kv_store.ts";
import { testStoreContract } from "./store_contract.ts";
import { putUser, someSession, someTickers, ticker } from "./contract/store_fixtures.ts";

testStoreContract("Deno KV in a file", async () => {
  const folder = await Deno.makeTempDir();
  return {
    open: () => openKvStore({ path: `${folder}/test.kv` }),
    remove: () => Deno.remove(folder, { recursive: true }),
  };
});

Deno.test("creates the folder of its file, and its name shows the file", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/new/deeper/test.kv`;
    const store = await openKvStore({ path });
    assert.equal(store.name, `Deno KV (${path})`);
    await store.close();
    assert.equal((await Deno.stat(path)).isFile, true);
  });
});

Deno.test("a store in memory keeps nothing on disk", async () => {
  const store = await openKvStore({ path: ":memory:" });
  assert.equal(store.name, "Deno KV (in memory)");
  await store.ping();
  await store.close();
});

Deno.test("a KV Connect address without its token is reported, without its secret part", async () => {
  Deno.env.delete("DENO_KV_ACCESS_TOKEN");
  await assert.rejects(openKvStore({ path: "https://user:pw@kv.example.com/path?token=t" }), {
    name: "StartupError",
    message:
      /^The KV store https:\/\/kv\.example\.com cannot be opened: Missing DENO_KV_ACCESS_TOKEN/,
  });
});

Deno.test("a folder that cannot be written is reported in one sentence", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await assert.rejects(openKvStore({ path: `${folder}/file/test.kv` }), {
      name: "StartupError",
      message:
        `The folder ${folder}/file cannot be written: set KV_PATH to a file in a folder that this process may write.`,
    });
  });
});

Deno.test("a file that is not a KV file is reported, and its lock is released", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/test.kv`;
    await Deno.writeTextFile(path, "not a database ".repeat(100));
    const refused = {
      name: "StartupError",
      message: /^The KV store .*test\.kv cannot be opened: /,
    };
    await assert.rejects(openKvStore({ path }), refused);
    await assert.rejects(openKvStore({ path }), refused);
  });
});

Deno.test("a second process is refused with a clear sentence while the first one runs, and admitted after a crash of it", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/test.kv`;
    const child = startChild(path, `print("open"); setInterval(() => {}, 1000);`);
    await linesUntil(child, (line) => line === "open");
    await assert.rejects(
      openKvStore({ path }),
      new StartupError(
        `The KV file ${path} is in use by another running process: stop that one, or set KV_PATH to another file.`,
      ),
    );
    await killed(child);
    const store = await openKvStore({ path });
    await store.ping();
    await store.close();
  });
});

Deno.test("no acknowledged change is lost when the process is killed", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/test.kv`;
    const child = startChild(
      path,
      `const { user } = await fixtures.putUser(store);
       print(user.id);
       for (const ticker of fixtures.someTickers(200)) {
         const { kind } = await store.addTicker({ userId: user.id, listId: "first", ticker });
         if (kind === "added") print(ticker);
       }`,
    );
    const [userId, ...acknowledged] = await linesUntil(child, (_, count) => count > 40);
    await killed(child);
    const store = await openKvStore({ path });
    const [list] = await store.lists(userId!);
    await store.close();
    assert.deepEqual(list?.tickers.slice(0, acknowledged.length), acknowledged);
  });
});

Deno.test("a session is stored no longer than it is valid", async () => {
  const { kv, options } = recordingKv(await Deno.openKv(":memory:"));
  const clock = createClock(FakeTimers.createClock(1_000));
  const store = createKvStore(kv, { name: "test", clock });
  await store.createSession(someSession({ id: "idle", idleExpiresAt: 5_000, endsAt: 9_000 }));
  await store.createSession(someSession({ id: "end", idleExpiresAt: 9_000, endsAt: 7_000 }));
  await store.createSession(someSession({ id: "over", idleExpiresAt: 500, endsAt: 9_000 }));
  const keptMs = [4_000, 6_000, 1];
  // The session, and the entry that finds it by its user.
  assert.deepEqual(options, keptMs.flatMap((expireIn) => [{ expireIn }, { expireIn }]));
  await store.close();
});

Deno.test("a call on a locked file is repeated; if the file stays locked, the service is unavailable", async () => {
  const kv = await Deno.openKv(":memory:");
  let lockedTimes = 3;
  const locking = overriding(kv, "get", (key: Deno.KvKey) => {
    if (lockedTimes-- > 0) return Promise.reject(new TypeError("database is locked"));
    return kv.get(key);
  });
  const store = createKvStore(locking, { name: "test", clock: impatientClock() });
  await store.ping();
  assert.equal(lockedTimes, -1);
  lockedTimes = Infinity;
  await assert.rejects(store.ping(), (error) => isUnavailable(error));
  await store.close();
});

Deno.test("a call that failed for another reason is not repeated", async () => {
  const kv = await Deno.openKv(":memory:");
  let calls = 0;
  const broken = overriding(kv, "get", () => {
    calls++;
    return Promise.reject(new TypeError("broken"));
  });
  const store = createKvStore(broken, { name: "test", clock: impatientClock() });
  await assert.rejects(store.ping(), { name: "TypeError", message: "broken" });
  assert.equal(calls, 1);
  await store.close();
});

Deno.test("if the store does not answer, the service is unavailable after the deadline", async () => {
  const kv = await Deno.openKv(":memory:");
  const timers = FakeTimers.createClock();
  const silent = overriding(kv, "get", () => new Promise(() => {}));
  const store = createKvStore(silent, { name: "test", clock: createClock(timers) });
  const ping = assert.rejects(store.ping(), (error) => isUnavailable(error));
  await timers.tickAsync(10_000);
  await ping;
  await store.close();
});

Deno.test("if a change loses to others too often, the service is unavailable", async () => {
  const kv = await Deno.openKv(":memory:");
  const { user } = await putUser(createKvStore(kv, { name: "test" }));
  let reads = 0;
  const racing = overriding(kv, "list", (selector: Deno.KvListSelector) => {
    reads++;
    return changedAfterReading(kv, selector);
  });
  const store = createKvStore(racing, { name: "test", clock: impatientClock() });
  const add = store.addTicker({ userId: user.id, listId: "first", ticker: ticker("AAPL") });
  await assert.rejects(add, (error) => isUnavailable(error));
  assert.equal(reads, 30);
  await store.close();
});

Deno.test("a read during which the catalog is replaced returns the new one", async () => {
  const kv = await Deno.openKv(":memory:");
  const writer = createKvStore(kv, { name: "writer" });
  const [old, latest] = ["old", "latest"].map((name) => [
    { ticker: ticker("AAPL"), name, priceable: true },
  ]);
  await writer.saveCatalog(old!);
  let replaced = false;
  const racing = overriding(kv, "list", (selector: Deno.KvListSelector) => {
    if (replaced) return kv.list(selector);
    replaced = true;
    return (async function* () {
      await writer.saveCatalog(latest!);
      yield* kv.list(selector);
    })();
  });
  assert.deepEqual(await createKvStore(racing, { name: "reader" }).catalog(), latest);
  kv.close();
});

Deno.test("a later save removes the chunks of an interrupted save of the catalog", async () => {
  const kv = await Deno.openKv(":memory:");
  const entries = [{ ticker: ticker("AAPL"), name: "Apple", priceable: true }];
  const timers = FakeTimers.createClock(Date.now());
  const failing = overriding(kv, "get", () => Promise.reject(new Error("killed")));
  const clock = createClock(timers);
  await assert.rejects(createKvStore(failing, { name: "test", clock }).saveCatalog(entries));
  assert.equal(await countChunks(kv), 1);

  timers.setSystemTime(timers.Date.now() + 3_600_001);
  const store = createKvStore(kv, { name: "test", clock });
  await store.saveCatalog(entries);
  assert.equal(await countChunks(kv), 1);
  assert.deepEqual(await store.catalog(), entries);
  await store.close();
});

Deno.test("a list of 200 of the longest tickers fits", async () => {
  const store = await openKvStore({ path: ":memory:" });
  const tickers = someTickers(200).map((short) => ticker(short.padEnd(15, "X")));
  const { user } = await putUser(store, tickers);
  assert.deepEqual((await store.lists(user.id))[0]?.tickers, tickers);
  await store.close();
});

async function withFolder(check: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts a process that opens the store at `path`, then runs `script` with `store`, `fixtures` and `print`. */
function startChild(path: string, script: string): Deno.ChildProcess {
  const code = `
    import { openKvStore } from "${import.meta.resolve("./kv_store.ts")}";
    import * as fixtures from "${import.meta.resolve("./contract/store_fixtures.ts")}";
    const store = await openKvStore({ path: ${JSON.stringify(path)} });
    const print = (text) => Deno.stdout.writeSync(new TextEncoder().encode(text + "\\n"));
    ${script}`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = ["eval", "--quiet", "--no-check", "--config", config, code];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
}

async function linesUntil(
  child: Deno.ChildProcess,
  isLast: (line: string, count: number) => boolean,
): Promise<string[]> {
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const lines = text.split("\n").slice(0, -1);
    if (lines.some((line, index) => isLast(line, index + 1))) return lines;
  }
  await child.status;
  assert.fail(`The process ended after printing: ${text}`);
}

async function killed(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

/** The same KV with one method replaced. */
function overriding(kv: Deno.Kv, method: keyof Deno.Kv, replacement: unknown): Deno.Kv {
  return new Proxy(kv, {
    get(target, name) {
      if (name === method) return replacement;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Records the options of each `set` in atomic operations. */
function recordingKv(kv: Deno.Kv): { kv: Deno.Kv; options: unknown[] } {
  const options: unknown[] = [];
  function atomic(): Deno.AtomicOperation {
    const operation = kv.atomic();
    const set = operation.set.bind(operation);
    operation.set = (key, value, given) => {
      options.push(given);
      return set(key, value, given);
    };
    return operation;
  }
  return { kv: overriding(kv, "atomic", atomic), options };
}

/** Each entry changes right after it was read. */
async function* changedAfterReading(kv: Deno.Kv, selector: Deno.KvListSelector) {
  for await (const entry of kv.list(selector)) {
    await kv.set(entry.key, entry.value);
    yield entry;
  }
}

async function countChunks(kv: Deno.Kv): Promise<number> {
  return (await Array.fromAsync(kv.list({ prefix: ["catalog_chunk"] }))).length;
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === "unavailable";
}

/** A clock that never waits, so that pauses between tries take no time. */
function impatientClock() {
  return { ...createClock(), sleep: () => Promise.resolve() };
}
