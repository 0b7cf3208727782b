// Owns the log: JSON lines on standard error. Must not contain tokens, cookies, passwords or commands.

import { destination, type Logger, pino } from "pino";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

export const logLevels = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = typeof logLevels[number];

const secretPaths = ["authorization", "cookie", "password", "token", "accessToken", "refreshToken"];

export function createLog(level: LogLevel): Log {
  const redact = [...secretPaths, ...secretPaths.map((path) => `*.${path}`)];
  return pino({ level, base: null, redact }, destination({ dest: 2, sync: true }));
}
