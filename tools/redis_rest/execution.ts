// Owns running the commands of a request: one command, a pipeline, a transaction. Parses no requests, keeps no connections.

import { ErrorReply } from "redis";
import {
  commandAnswer,
  type Encoding,
  errorAnswer,
  pipelineAnswer,
  type RestAnswer,
} from "./answers.ts";
import { type Command, isBlocking, refusal } from "./command_rules.ts";
import { type Connections, sendAll, Unavailable } from "./connections.ts";
import type { PipelineRow, RestRequest } from "./requests.ts";

type Executable = Extract<RestRequest, { kind: "command" | "pipeline" | "transaction" }>;

/** A blocking command that waits longer gets 504. */
const blockingTimeoutMs = 60_000;

export function createExecution(connections: Connections) {
  /** On the shared connection, a blocking command would delay everybody's commands. */
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
    return commandAnswer(reply, encoding);
  }

  async function runPipeline(rows: readonly PipelineRow[], { encoding, caller }: RunOptions) {
    const checked = rows.map(refusedOr);
    const replies = (await send(checked.filter(isCommand), caller)).values();
    return pipelineAnswer(
      checked.map((row) => isCommand(row) ? replies.next().value : row),
      encoding,
    );
  }

  async function runTransaction(rows: readonly PipelineRow[], { encoding }: RunOptions) {
    const checked = rows.map(refusedOr);
    const commands = checked.filter(isCommand);
    const refused = checked.find((row) => row instanceof ErrorReply);
    if (refused) return discarded(refused.message);
    const replies = await connections.withOwn((client) =>
      sendAll(client, [["MULTI"], ...commands, ["EXEC"]])
    );
    const results = replies.at(-1);
    // A transaction is always answered in JSON.
    if (Array.isArray(results)) return pipelineAnswer(results, jsonOf(encoding));
    const cause = replies.find((reply) => reply instanceof ErrorReply);
    return discarded(cause?.message ?? "an unknown error");
  }

  return {
    async run(request: Executable, caller: Caller): Promise<RestAnswer> {
      const options = { encoding: request.encoding, caller };
      try {
        if (request.kind === "command") return await runCommand(request.command, options);
        return await (request.kind === "pipeline" ? runPipeline : runTransaction)(
          request.rows,
          options,
        );
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        return errorAnswer(error.status, error.message);
      }
    },
  };
}

/** The HTTP request. Its signal is read only for a command that may wait for a long time. */
type Caller = Pick<Request, "signal">;

interface RunOptions {
  readonly encoding: Encoding;
  readonly caller: Caller;
}

function refusedOr(row: PipelineRow): Command | ErrorReply {
  const error = typeof row === "string" ? row : refusal(row);
  return typeof row === "string" || error ? new ErrorReply(error) : row;
}

function isCommand(row: Command | ErrorReply): row is Command {
  return !(row instanceof ErrorReply);
}

function discarded(cause: string): RestAnswer {
  return errorAnswer(400, `EXECABORT Transaction discarded because of: ${cause}`);
}

function jsonOf(encoding: Encoding): Encoding {
  return encoding === "resp2" ? "text" : encoding;
}
