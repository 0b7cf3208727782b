// Owns running what a request asks for: one command, a pipeline, a transaction. Parses no requests, keeps no connections.

import { ErrorReply } from "redis";
import {
  type Encoding,
  errorAnswer,
  jsonAnswer,
  type RestAnswer,
  type Slot,
  slotOf,
} from "./answers.ts";
import { type Command, isBlocking, refusal } from "./command_rules.ts";
import { type Connections, sendAll, Unavailable } from "./connections.ts";
import type { RestRequest } from "./requests.ts";

type Executable = Extract<RestRequest, { kind: "command" | "pipeline" | "transaction" }>;

/** A blocking command that waits longer is answered 504. */
const blockingTimeoutMs = 60_000;

export function createExecution(connections: Connections) {
  /** A blocking command would hold up everybody on the shared connection. */
  function send(commands: readonly Command[], caller: Caller): Promise<unknown[]> {
    if (!commands.some(isBlocking)) return connections.runShared(commands);
    return connections.withOwn((client) => sendAll(client, commands), {
      signal: caller.signal,
      timeoutMs: blockingTimeoutMs,
    });
  }

  async function runCommand(command: Command, { encoding, caller }: RunOptions) {
    const error = refusal(command);
    if (error) return errorAnswer(400, error);
    const [reply] = await send([command], caller);
    const slot = slotOf(reply, encoding);
    return jsonAnswer("error" in slot ? 400 : 200, slot);
  }

  async function runPipeline(commands: readonly Command[], { encoding, caller }: RunOptions) {
    const allowed = commands.filter((command) => !refusal(command));
    const replies = (await send(allowed, caller)).values();
    const slots = commands.map((command): Slot => {
      const error = refusal(command);
      return error ? { error } : slotOf(replies.next().value, encoding);
    });
    return jsonAnswer(200, slots);
  }

  async function runTransaction(commands: readonly Command[], { encoding }: RunOptions) {
    const error = commands.map(refusal).find(Boolean);
    if (error) return errorAnswer(400, `EXECABORT Transaction discarded because of: ${error}`);
    const replies = await connections.withOwn((client) =>
      sendAll(client, [["MULTI"], ...commands, ["EXEC"]])
    );
    const results = replies.at(-1);
    if (Array.isArray(results)) {
      return jsonAnswer(200, results.map((reply) => slotOf(reply, encoding)));
    }
    const cause = replies.find((reply) => reply instanceof ErrorReply);
    return errorAnswer(
      400,
      `EXECABORT Transaction discarded because of: ${cause?.message ?? "an unknown error"}`,
    );
  }

  return {
    async run(request: Executable, caller: Caller): Promise<RestAnswer> {
      const options = { encoding: request.encoding, caller };
      try {
        if (request.kind === "command") return await runCommand(request.command, options);
        return await (request.kind === "pipeline" ? runPipeline : runTransaction)(
          request.commands,
          options,
        );
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        return errorAnswer(error.status, error.message);
      }
    },
  };
}

/** The HTTP request: its signal is asked for only where a command may wait for long. */
type Caller = Pick<Request, "signal">;

interface RunOptions {
  readonly encoding: Encoding;
  readonly caller: Caller;
}
