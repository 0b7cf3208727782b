// Owns the one process of the service in `deno task dev`: started, replaced, ended; never two at once, and none left behind.

export interface Service {
  /** Ends the present process and starts the next one. `build` is its name for the open pages. */
  restart(build: string): Promise<void>;
  /** Waits until the process is gone. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly root: string;
  /** The process ended without being stopped. */
  readonly onEnd: (code: number) => void;
}

/** A process that does not stop is killed. */
const stopTimeoutMs = 3_000;

export function createService({ root, onEnd }: ServiceOptions): Service {
  let running: { readonly process: Deno.ChildProcess; stopping: boolean } | undefined;

  function start(build: string) {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-P=serve", "main.ts"],
      cwd: root,
      // The pages load again anyway, so no socket is drained.
      env: { DEV_BUILD: build, DRAIN_MS: "0" },
      stdin: "null",
    }).spawn();
    const started = { process, stopping: false };
    running = started;
    void process.status.then(({ code }) => {
      if (running === started) running = undefined;
      if (!started.stopping) onEnd(code);
    });
  }

  async function stop() {
    const ending = running;
    if (!ending) return;
    ending.stopping = true;
    kill(ending.process, "SIGTERM");
    const timer = setTimeout(() => kill(ending.process, "SIGKILL"), stopTimeoutMs);
    await ending.process.status;
    clearTimeout(timer);
  }

  return {
    async restart(build) {
      await stop();
      start(build);
    },
    stop,
  };
}

function kill(process: Deno.ChildProcess, signal: Deno.Signal) {
  try {
    process.kill(signal);
  } catch {
    // It ended by itself a moment ago.
  }
}
