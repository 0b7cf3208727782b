// Owns an instance in a separate process for tests: a poller, or a leader that publishes without pause. Only tests start it.

import { createRedisBus } from "../../lib/bus/redis_bus.ts";
import { createClock } from "../../lib/clock.ts";
import { createLog } from "../../lib/log.ts";
import { isStale } from "../../lib/quote.ts";
import { createMetrics } from "../../lib/metrics.ts";
import { createAlbert } from "../../lib/sources/albert.ts";
import { createPoller } from "../../workers/poll_quotes.ts";
import { createUpstreams } from "../../workers/upstream/create_upstreams.ts";

export interface ProcessOptions {
  readonly role: "poller" | "publisher";
  readonly url: string;
  readonly token: string;
  readonly prefix: string;
  readonly instanceId: string;
  readonly upstreamUrl: string;
}

export interface InstanceProcess {
  readonly instanceId: string;
  /** Resolves with the next line that the process prints. */
  say(): Promise<string>;
  kill(signal: Deno.Signal): void;
  end(): Promise<void>;
}

export function startInstance(options: ProcessOptions): InstanceProcess {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "--no-prompt", "--allow-net", "--allow-read", "--allow-env"],
      ...["--allow-sys=hostname", import.meta.url, JSON.stringify(options)],
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let lines: string[] = [];
  return {
    instanceId: options.instanceId,
    async say() {
      while (lines.length === 0) {
        const { done, value = "" } = await reader.read();
        if (done) throw new Error("The process has ended.");
        lines = value.split("\n").filter(Boolean);
      }
      return lines.shift() ?? "";
    },
    kill: (signal) => process.kill(signal),
    async end() {
      await reader.cancel();
      try {
        process.kill("SIGKILL");
      } catch {
        // The process has ended already.
      }
      await process.status;
    },
  };
}

async function run({ role, url, token, prefix, instanceId, upstreamUrl }: ProcessOptions) {
  const clock = createClock();
  const log = createLog("silent");
  const metrics = createMetrics();
  const pollIntervalMs = 1_000;
  const common = { clock, log, metrics };
  const bus = await createRedisBus({
    ...common,
    ...{ url, token, prefix, isStale, cadenceMs: pollIntervalMs },
  });
  if (role === "poller") {
    const albert = createAlbert({ url: new URL(upstreamUrl), key: "demo", clock });
    // Calls under a limit are reserved by a tick of their own; the tests compare ticks and calls.
    const source = { ...albert, limits: [] };
    const poller = createPoller({
      ...common,
      upstreams: createUpstreams([source], { ...common, pollIntervalMs }),
      bus,
      instanceId,
      pollIntervalMs,
    });
    console.log("ready");
    for (;;) await poller.openWindow();
  }
  const lease = await bus.lease.take(instanceId, { ttlMs: 400, seenEpoch: 0 });
  if (!lease) throw new Error("The lease should have been free.");
  for (let seq = 1;; seq++) {
    const at = clock.now();
    const tick = { kind: "mark", epoch: lease.epoch, seq, at, tickMs: 1_000, nextAt: at } as const;
    console.log(await bus.publish({ ...tick, quotes: [], unchanged: [] }, lease));
    await clock.sleep(50);
  }
}

if (import.meta.main) await run(JSON.parse(Deno.args[0] ?? "{}"));
