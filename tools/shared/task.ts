// Owns how an operator's task starts and ends: its help, and for an error that the operator can correct, one sentence and exit code 1.

import { Problem, StartupError } from "../../lib/errors.ts";

/** The arguments of the task are wrong. Its usage text is shown with the sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export async function runTask(
  usage: string,
  main: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  if (Deno.args.includes("--help") || Deno.args.includes("-h")) return console.info(usage);
  try {
    await main(Deno.args);
  } catch (error) {
    const sentence = sentenceOf(error, usage);
    if (sentence === undefined) throw error;
    console.error(sentence);
    Deno.exit(1);
  }
}

/** Returns undefined for an unexpected error, which is shown with its stack. */
function sentenceOf(error: unknown, usage: string): string | undefined {
  if (error instanceof StartupError) return error.message;
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (error instanceof Problem && error.code === "unavailable") {
    return "The store does not answer. Run the task again when it does.";
  }
  const code = error instanceof TypeError && "code" in error ? String(error.code) : "";
  if (!code.startsWith("ERR_PARSE_ARGS_") || !(error instanceof Error)) return undefined;
  const [fault] = error.message.split(/\.\s/);
  return `${fault}.\n\n${usage}`;
}
