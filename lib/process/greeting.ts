// Owns the lines that the operator reads once the service is ready: its address, and what it uses.

import type { Config } from "../config.ts";
import { openFilesLine } from "./open_files.ts";

export interface Greeted {
  readonly port: number;
  readonly store: { readonly name: string };
  readonly bus: { readonly name: string };
  readonly source: { readonly name: string; readonly notice: string; readonly budget: string };
  /** Of the process's memory. Undefined if no limit is known. */
  readonly maxBytes: number | undefined;
  /** How to sign in; undefined where there are no demo users. */
  readonly signIn: string | undefined;
}

export function greeting(
  { host, tls, kernelLimits }: Pick<Config, "host" | "tls" | "kernelLimits">,
  { port, store, bus, source, maxBytes, signIn }: Greeted,
): string {
  const isAnyAddress = host === "0.0.0.0" || host === "::";
  const shownHost = isAnyAddress ? "localhost" : host.includes(":") ? `[${host}]` : host;
  const memory = maxBytes === undefined
    ? "no limit is known: set MEMORY_MAX_MB"
    : `at most ${Math.round(maxBytes / 2 ** 20)} MB`;
  const openFiles = openFilesLine(kernelLimits);
  return [
    `Quoteboard is at ${tls ? "https" : "http"}://${shownHost}:${port}/`,
    "",
    ...(signIn ? [`  Sign in  ${signIn}`] : []),
    `  Storage  ${store.name}`,
    `  Bus      ${bus.name}`,
    `  Memory   ${memory}`,
    `  Quotes   ${source.name} (${source.notice})`,
    ...(source.budget ? [`  Budget   at most ${source.budget}; then less often`] : []),
    ...(openFiles ? [`  Files    ${openFiles}`] : []),
  ].join("\n");
}
