// What the platform itself does with a message in fragments. When that changes, a part of ours can go.

import assert from "node:assert/strict";
import { addressOf } from "../fuzz/connection.ts";
import { beginFragments } from "../fuzz/fragments.ts";
import { type Program, startProgram } from "../support/server.ts";

/** Above the platform's bound of 64 MiB for a message in one frame. */
const fragmentsMib = 200;

Deno.test("the platform does not bound a message in fragments", async () => {
  await withPlatform(async ({ url, rssMb }) => {
    const before = rssMb();
    const { send, socket } = await beginFragments(addressOf(url));
    await send(fragmentsMib);
    await until(() => rssMb() - before > fragmentsMib / 2);
    assert.ok(
      rssMb() - before > fragmentsMib / 2,
      "the runtime bounds fragmented messages now: lib/process/memory_guard.ts can go",
    );
    socket.close();
  });
});

Deno.test("a socket whose message the platform could not take is dropped by its idle timeout", async () => {
  await withPlatform(async ({ url, output }) => {
    const { send, finish, socket } = await beginFragments(addressOf(url));
    await send(600);
    await finish();
    await until(() => output().includes("closed"));
    assert.ok(output().includes("closed"), output());
    socket.close();
  });
});

async function withPlatform(
  check: (
    platform: { url: string; output: () => string; rssMb: () => number },
  ) => Promise<void>,
): Promise<void> {
  const program: Program = startProgram(
    ["--no-prompt", "--allow-net", "tests/support/fragments_run.ts"],
    {},
  );
  const { output } = program;
  try {
    await until(() => /rss/.test(output()));
    const url = /http:\S+/.exec(output())![0];
    const rssMb = () => Number([...output().matchAll(/rss (\S+)/g)].at(-1)![1]);
    await check({ url, output, rssMb });
  } finally {
    await program.stop("SIGKILL");
  }
}

/** Returns also when the time is over: the assertion after it says what is missing. */
async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !isTrue() && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
