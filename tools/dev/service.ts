// Owns the service's process in `deno task dev`: starts, replaces and stops it. Never two at once, and none remains at the end.

export interface Service {
  /** Ends the present process and starts the next one. `build` identifies the build for the open pages. */
  restart(build: string): Promise<void>;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly root: string;
  /** Called if the process ended and nobody had stopped it. */
  readonly onEnd: (code: number) => void;
}

/** A process that does not stop within this time is killed. */
const stopTimeoutMs = 3_000;

export function createService({ root, onEnd }: ServiceOptions): Service {
  let running: { readonly process: Deno.ChildProcess; stopping: boolean } | undefined;

  function start(build: string) {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-P=serve", "main.ts"],
      cwd: root,
      // The pages reload anyway, so there is no need to drain sockets.
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
    // The process ended by itself a moment ago.
  }
}
