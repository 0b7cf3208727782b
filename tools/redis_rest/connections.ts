// Owns the gateway's connections to Redis: ordinary commands share one, others borrow one each. Parses no requests.

import { Buffer } from "node:buffer";
import { createClient, ErrorReply, RESP_TYPES } from "redis";
import { createClock } from "../../lib/clock.ts";
import { DeadlineError, within } from "../../lib/deadline.ts";
import { StartupError } from "../../lib/errors.ts";
import { type Command, withinDatabase } from "./command_rules.ts";

/** Redis cannot be reached or is too slow, or the gateway is full. The command may or may not have been done. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  readonly status: 503 | 504;

  constructor(status: 503 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

export type Client = ReturnType<typeof openClient>;

export interface Connections {
  /** Sends all commands at once and returns the replies in order. A Redis error is a reply. */
  runShared(commands: readonly Command[]): Promise<unknown[]>;
  /** Lends a connection that nobody else uses. If the work throws or the signal aborts, the connection is discarded. */
  withOwn<T>(use: (client: Client) => Promise<T>, options?: OwnOptions): Promise<T>;
  /** Lends a connection until it is discarded. */
  borrow(): Promise<Client>;
  discard(client: Client): void;
  close(): void;
}

interface OwnOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface ConnectionOptions {
  readonly redisUrl: string;
  readonly commandTimeoutMs: number;
  /** The next connection for a stream, a transaction or a blocking command gets 503. */
  readonly connectionsMax: number;
}

/** The next command gets 503. */
const commandsInFlightMax = 10_000;
const idleConnectionsMax = 4;
const connectTimeoutMs = 2_000;
const reconnectMsMax = 1_000;
/** A Redis that stays read-only is asked for a new connection once in this time. */
const replaceGapMs = 1_000;

export async function connectRedis(
  { redisUrl, commandTimeoutMs, connectionsMax }: ConnectionOptions,
): Promise<Connections> {
  let shared = openShared();
  let isClosed = false;
  const own = new Set<Client>();
  const idle: Client[] = [];

  function openShared(): Client {
    const client = openClient(redisUrl, {
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, reconnectMsMax),
    });
    // The client reconnects by itself until it is destroyed. Only then does this promise reject.
    client.connect().catch(() => {});
    return client;
  }

  async function borrow(): Promise<Client> {
    if (isClosed || own.size >= connectionsMax) {
      throw new Unavailable(503, "ERR too many connections are in use");
    }
    const client = openClient(redisUrl, { reconnectStrategy: false });
    own.add(client);
    try {
      await inTime(client.connect(), connectTimeoutMs);
      return client;
    } catch (error) {
      discard(client);
      throw unavailable(error);
    }
  }

  function discard(client: Client) {
    own.delete(client);
    client.destroy();
  }

  function giveBack(client: Client) {
    if (client.isReady && idle.length < idleConnectionsMax) idle.push(client);
    else discard(client);
  }

  function takeIdle(): Client | undefined {
    for (let client = idle.pop(); client; client = idle.pop()) {
      if (client.isReady) return client;
      discard(client);
    }
    return undefined;
  }

  let replacedAt = -Infinity;

  /** After a failover the old primary still answers. The address may lead to the new one by now. */
  function leaveOldPrimary(client: Client, replies: readonly unknown[]) {
    const now = clock.now();
    const mayReplace = client === shared && !isClosed && now - replacedAt >= replaceGapMs;
    if (!mayReplace || !replies.some(isOfOldPrimary)) return;
    replacedAt = now;
    shared = openShared();
    for (const one of idle.splice(0)) discard(one);
    void leave(client);
  }

  const leaving = new Set<Client>();

  /** The commands that wait for their replies get them first, for the time of a command at most. */
  async function leave(client: Client) {
    leaving.add(client);
    await inTime(client.close(), commandTimeoutMs).catch(() => client.destroy());
    leaving.delete(client);
  }

  await firstAttempt(shared, connectTimeoutMs);

  return {
    async runShared(commands) {
      const client = shared;
      if (!client.isReady) throw new Unavailable(503, "ERR Redis cannot be reached");
      try {
        const replies = await inTime(sendAll(client, commands), commandTimeoutMs);
        leaveOldPrimary(client, replies);
        return replies;
      } catch (error) {
        const reason = unavailable(error);
        // Later commands on this connection would wait behind the unanswered one, so a new connection replaces it.
        if (reason.status === 504 && client === shared && !isClosed) {
          shared = openShared();
          client.destroy();
        }
        throw reason;
      }
    },
    async withOwn(use, { signal, timeoutMs = commandTimeoutMs } = {}) {
      const client = takeIdle() ?? await borrow();
      const giveUp = () => discard(client);
      signal?.addEventListener("abort", giveUp, { once: true });
      if (signal?.aborted) giveUp();
      try {
        const result = await inTime(use(client), timeoutMs);
        // After a failover the next one to use this connection would be refused too.
        if (isRefusedByOldPrimary(result)) discard(client);
        else giveBack(client);
        return result;
      } catch (error) {
        discard(client);
        throw unavailable(error);
      } finally {
        signal?.removeEventListener("abort", giveUp);
      }
    },
    borrow,
    discard,
    close() {
      isClosed = true;
      shared.destroy();
      for (const client of [...own, ...leaving]) client.destroy();
    },
  };
}

type SocketOptions = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["socket"]>;

function openClient(
  redisUrl: string,
  { reconnectStrategy }: Required<Pick<SocketOptions, "reconnectStrategy">>,
) {
  try {
    const client = createClient({
      url: redisUrl,
      RESP: 2,
      maintNotifications: "disabled",
      disableClientInfo: true,
      disableOfflineQueue: true,
      commandsQueueMaxLength: commandsInFlightMax,
      socket: { connectTimeout: connectTimeoutMs, reconnectStrategy },
      // Text would lose bytes and floats would lose digits.
      commandOptions: {
        typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String },
      },
    });
    // Each command rejects by itself. Without a listener, the event would end the process.
    client.on("error", () => {});
    return client;
  } catch (error) {
    throw new StartupError("REDIS_URL must be like redis://[user:password@]host:6379[/0].", {
      cause: error,
    });
  }
}

/** A Redis error counts as a reply. A lost connection rejects. */
export function sendAll(client: Client, commands: readonly Command[]): Promise<unknown[]> {
  return Promise.all(commands.map(async (command) => {
    try {
      return await client.sendCommand([...withinDatabase(command)]);
    } catch (error) {
      if (error instanceof ErrorReply) return error;
      throw error;
    }
  }));
}

/** The replies of one borrower: to its commands, and within EXEC to each of its own. */
function isRefusedByOldPrimary(replies: unknown): boolean {
  return Array.isArray(replies) && replies.flat().some(isOfOldPrimary);
}

/** The errors of a Redis that is not, or not yet, the primary; a script's error quotes them. */
function isOfOldPrimary(reply: unknown): boolean {
  return reply instanceof ErrorReply &&
    /(?:^|-)(?:READONLY|LOADING|MASTERDOWN|NOREPLICAS)\b/.test(reply.message);
}

const clock = createClock();

/** Rejects with `Unavailable` if Redis takes longer. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  try {
    return await within(work, { clock, ms, what: "Redis" });
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw new Unavailable(504, `ERR Redis did not answer within ${ms} ms`);
  }
}

function unavailable(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  const name = error instanceof Error ? error.name : "";
  return new Unavailable(503, `ERR the connection to Redis was lost ${name}`.trim());
}

/** Resolves when the first connection is open or has failed. */
function firstAttempt(client: Client, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, ms);
    function finish() {
      clearTimeout(timer);
      client.off("ready", finish);
      client.off("error", finish);
      resolve();
    }
    client.once("ready", finish);
    client.once("error", finish);
  });
}
