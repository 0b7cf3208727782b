// Owns one HTTP call to a quote provider: its deadline, its bounds, and a name for each kind of failure.

import type { Clock } from "../../clock.ts";
import { parseDecimalJson } from "./decimal_json.ts";
import { parseRetryAfterMs } from "./retry_after.ts";
import type { FetchFailure, FetchOutcome } from "../source.ts";

export type GetOutcome =
  | { readonly kind: "ok"; readonly value: unknown }
  | Extract<FetchOutcome, { kind: "failed" }>;

export interface GetOptions {
  readonly clock: Clock;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** A longer body is not read to its end: `wrong_shape`. */
  readonly bodyBytesMax: number;
  readonly signal?: AbortSignal | undefined;
  /** The meaning of a status, where this provider has its own. */
  readonly statuses?: Readonly<Record<number, FetchFailure>>;
  /** Reads the body's text, and throws or rejects with a SyntaxError if it is malformed. By default JSON whose numbers keep their decimal text. */
  readonly parse?: (text: string) => unknown;
  /** Reads the body as text, such as a packed one; undefined if it is longer than allowed. Throws a SyntaxError if it is malformed. */
  readonly unpack?: (response: Response, bytesMax: number) => Promise<string | undefined>;
}

/** Never rejects. No detail contains a header or the query of the address. */
export async function getJson(url: URL, options: GetOptions): Promise<GetOutcome> {
  const deadline = new AbortController();
  const cancel = options.clock.after(options.timeoutMs, () => deadline.abort());
  const signals = options.signal ? [deadline.signal, options.signal] : [deadline.signal];
  const signal = AbortSignal.any(signals);
  try {
    return await Promise.race([get(url, { ...options, signal }), rejection(signal)]);
  } catch (error) {
    if (deadline.signal.aborted) return failed("timeout", `No answer in ${options.timeoutMs} ms`);
    if (signal.aborted) return failed("timeout", "The caller gave up waiting");
    return failed("network", withoutQuery(String(error), url));
  } finally {
    cancel();
  }
}

/** The signal alone is not enough: once the platform has collected a response, aborting no longer ends the read of its body. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

async function get(url: URL, options: GetOptions): Promise<GetOutcome> {
  const request = buildRequest(url, options);
  if (!request) {
    return failed("network", "The request cannot be built from its address and key");
  }
  const response = await fetch(request);
  if (response.status !== 200) {
    await response.body?.cancel();
    return failedStatus(response, options);
  }
  const { parse = parseDecimalJson, unpack = readText } = options;
  let text: string | undefined;
  try {
    text = await unpack(response, options.bodyBytesMax);
    if (text === undefined) return failed("wrong_shape", `Over ${options.bodyBytesMax} bytes`);
    return { kind: "ok", value: await parse(text) };
  } catch (error) {
    // The network failed while the body was read.
    if (text === undefined && !(error instanceof SyntaxError)) throw error;
    return failed("not_json", "The answer is malformed");
  }
}

/**
 * Redirects are not followed: fetch removes only the standard credentials on the way to another origin, so that a
 * provider's key header would be sent along. Undefined if the address or a header cannot be sent: the platform's error
 * contains this value, which may be a key, so the error is dropped.
 */
function buildRequest(url: URL, { headers, signal }: GetOptions): Request | undefined {
  try {
    return new Request(url, {
      headers: { accept: "application/json", ...headers },
      redirect: "manual",
      signal: signal ?? null,
    });
  } catch {
    return undefined;
  }
}

function failedStatus({ status, headers }: Response, { clock, statuses }: GetOptions): GetOutcome {
  const retryAfterMs = parseRetryAfterMs(headers.get("retry-after"), clock.now());
  const failure = statuses?.[status] ?? nameOf(status);
  return {
    ...failed(failure, `Status ${status}`),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

export function nameOf(status: number): FetchFailure {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 429) return "rate_limited";
  return status >= 500 ? "server_error" : "unexpected_status";
}

/** Undefined if the body is longer than allowed; the rest is not read. */
export async function readText(
  { body }: { readonly body: ReadableStream<Uint8Array> | null },
  bytesMax: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function failed(failure: FetchFailure, detail: string) {
  return { kind: "failed", failure, detail } as const;
}

function withoutQuery(text: string, url: URL): string {
  return text.replaceAll(url.href, url.origin + url.pathname);
}
