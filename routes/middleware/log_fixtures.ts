// Owns a log that keeps its lines, for tests of what is logged. No product code imports it.

import type { Log } from "../../lib/log.ts";

export interface LogLine {
  readonly level: keyof Log;
  /** The members, each read as a logger that writes them does. */
  readonly members: Record<string, unknown>;
}

export function createKeptLog() {
  const lines: LogLine[] = [];
  const keep = (level: keyof Log) => (members: object) => {
    lines.push({ level, members: { ...members } });
  };
  const log: Log = {
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
  return { log, lines };
}
