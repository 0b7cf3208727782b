// Owns a proxy between the bus and the REST gateway for tests: counts commands, and drops messages on request.

export interface RestProxy {
  readonly url: string;
  /** The names of the commands since the last reset, in order. Each command of a pipeline counts. */
  commands(): readonly string[];
  streams(): number;
  reset(): void;
  /** Drops the next data line that contains the text. */
  dropNext(text: string): void;
  /** Drops everything on the open streams, without closing them. New streams work. */
  deafen(): void;
  cutStreams(): void;
  /** Keeps the next command back. The returned function passes it on, and waits until Redis answered. */
  holdNext(): () => Promise<void>;
  /** The length of the longest line that passed, in bytes. */
  longestLine(): number;
  close(): Promise<void>;
}

interface Held {
  readonly released: PromiseWithResolvers<void>;
  readonly answered: PromiseWithResolvers<void>;
}

export function startRestProxy(target: string): RestProxy {
  let commands: string[] = [];
  let streams = 0;
  let longestLine = 0;
  let drop: string | undefined;
  let held: Held | undefined;
  const open = new Set<{ isDeaf: boolean; end(): void }>();

  function count(body: string) {
    const value: unknown = body === "" ? [] : JSON.parse(body);
    const rows = Array.isArray(value) && Array.isArray(value[0]) ? value : [value];
    for (const [name] of rows) commands.push(String(name).toUpperCase());
  }

  function passes(line: string): boolean {
    longestLine = Math.max(longestLine, new TextEncoder().encode(line).length);
    if (drop === undefined || !line.startsWith("data: ") || !line.includes(drop)) return true;
    drop = undefined;
    return false;
  }

  function stream(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const state = { isDeaf: false, end };
    open.add(state);
    let rest = "";
    let isEnded = false;
    function end() {
      isEnded = true;
      open.delete(state);
      void reader.cancel().catch(() => {});
    }
    return new ReadableStream<string>({
      async pull(controller) {
        for (let passed = ""; passed === "";) {
          const { done, value = "" } = await reader.read();
          if (done || isEnded) return controller.close();
          const lines = (rest + value).split("\n");
          rest = lines.pop() ?? "";
          if (state.isDeaf) continue;
          passed = lines.filter(passes).map((line) => `${line}\n`).join("");
          if (passed !== "") controller.enqueue(passed);
        }
      },
      cancel: end,
    }).pipeThrough(new TextEncoderStream());
  }

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const isStream = pathname.startsWith("/subscribe/");
    const body = await request.text();
    if (isStream) streams++;
    else count(body);
    const { headers } = request;
    const hold = isStream ? undefined : held;
    if (hold) {
      held = undefined;
      await hold.released.promise;
    }
    const response = await fetch(target + pathname, { method: "POST", headers, body });
    const answer = isStream && response.ok && response.body
      ? stream(response.body)
      : await response.text();
    hold?.answered.resolve();
    return new Response(answer, { status: response.status, headers: response.headers });
  });

  function cutStreams() {
    for (const { end } of open) end();
  }

  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    commands: () => commands,
    streams: () => streams,
    reset() {
      commands = [];
      streams = 0;
    },
    dropNext: (text) => drop = text,
    deafen() {
      for (const state of open) state.isDeaf = true;
    },
    cutStreams,
    holdNext() {
      const { released, answered } = held = {
        released: Promise.withResolvers<void>(),
        answered: Promise.withResolvers<void>(),
      };
      return () => {
        released.resolve();
        return answered.promise;
      };
    },
    longestLine: () => longestLine,
    async close() {
      cutStreams();
      await server.shutdown();
    },
  };
}
