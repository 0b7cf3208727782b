// How the service knows its limits of memory and files: the command that starts it reads what the kernel says, since the service may not.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { memoryLimit } from "../../lib/process/memory_limit.ts";
import { openFilesLine } from "../../lib/process/open_files.ts";
import { startServer } from "../support/server.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("however the service is started, what the kernel says of memory and files is handed over", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  const dockerfile = await Deno.readTextFile(`${root}Dockerfile`);
  const [, container = ""] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  const starts: string[] = [
    tasks.start.command,
    tasks["start:edge"].command,
    ...JSON.parse(container),
  ];
  const words = starts.flatMap((text) => /KERNEL_LIMITS=("\$\(.*?\)") /.exec(text)?.[1] ?? []);
  assert.deepEqual(words, Array(3).fill(words[0]));

  const print = `KERNEL_LIMITS=${words[0]} deno eval 'console.log(Deno.env.get("KERNEL_LIMITS"))'`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--eval", print],
  }).output();
  const kernelLimits = new TextDecoder().decode(stdout);
  if (Deno.build.os !== "linux") return;
  const limit = memoryLimit({ memoryMaxMb: undefined, kernelLimits })!;
  assert.ok(limit > 0 && limit < Deno.systemMemoryInfo().total, `${limit} of ${kernelLimits}`);
  assert.match(openFilesLine(kernelLimits) ?? "", /^\d+, so at most \d+ sockets$/);
});

Deno.test("the greeting shows each limit, or how to set one", async () => {
  for (
    const [env, text] of [
      [{ KERNEL_LIMITS: "max MemTotal: 2097152 kB" }, "at most 1536 MB"],
      [{ KERNEL_LIMITS: "max MemTotal: 2097152 kB", MEMORY_MAX_MB: "300" }, "at most 300 MB"],
      [{}, "set MEMORY_MAX_MB"],
      [
        { KERNEL_LIMITS: "Max open files            1024     4096     files" },
        "1024, so at most 924 sockets",
      ],
    ] as const
  ) {
    await using server = await startServer({ env });
    assert.ok(server.output().includes(text));
  }
});
