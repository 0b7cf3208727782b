// Owns which commands the gateway passes on, and which need a separate connection. Does no I/O.

import { Buffer } from "node:buffer";

/** Name and arguments: text, or the bytes of a request's body. */
export type Command = readonly (string | Buffer)[];

/** These commands change the state of a shared connection, or affect more than the data. */
const refused = new Set(
  ("SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR SYNC PSYNC REPLCONF " +
    "MULTI EXEC DISCARD WATCH UNWATCH SELECT AUTH HELLO RESET QUIT ASKING READONLY READWRITE " +
    "SHUTDOWN DEBUG CONFIG MODULE REPLICAOF SLAVEOF FAILOVER MIGRATE " +
    "ACL CLUSTER SAVE BGSAVE BGREWRITEAOF SWAPDB MOVE LATENCY SLOWLOG").split(" "),
);
/** Of these commands, only the named subcommands pass. */
const allowedSubcommands: Readonly<Record<string, readonly string[]>> = {
  CLIENT: ["ID", "INFO", "GETNAME", "SETINFO"],
  SCRIPT: ["LOAD", "EXISTS", "FLUSH"],
};

const blocking = new Set(
  "BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF".split(" "),
);

/** Returns the error for a refused command, or undefined if the command may pass. */
export function refusal(command: Command): string | undefined {
  const name = word(command, 0);
  if (refused.has(name)) return `ERR Command is not available: '${name}'`;
  const allowed = Object.hasOwn(allowedSubcommands, name) ? allowedSubcommands[name] : undefined;
  const subcommand = word(command, 1);
  return allowed?.includes(subcommand) === false
    ? `ERR Command is not available: '${name} ${subcommand}'`
    : undefined;
}

/** Clients flush "all" that they see, which is one database of the Redis. */
export function withinDatabase(command: Command): Command {
  return word(command, 0) === "FLUSHALL" ? ["FLUSHDB", ...command.slice(1)] : command;
}

export function isBlocking(command: Command): boolean {
  const name = word(command, 0);
  if (name !== "XREAD" && name !== "XREADGROUP") return blocking.has(name);
  const options = command.map((_, index) => word(command, index));
  const streams = options.indexOf("STREAMS");
  return options.slice(0, streams < 0 ? undefined : streams).includes("BLOCK");
}

function word(command: Command, index: number): string {
  const text = command[index]?.toString() ?? "";
  // Only names and option words are compared. A long argument is neither of them.
  return text.length > 32 ? "" : text.toUpperCase();
}
