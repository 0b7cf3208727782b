// Owns `deno task check`: what must be true of the code before its tests run. Runs four checks at once and names those that failed.

export interface Check {
  readonly name: string;
  /** The arguments for `deno`. */
  readonly args: readonly string[];
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

export const checks: readonly Check[] = [
  { name: "Formatting", args: ["fmt", "--check", "--quiet"] },
  { name: "Lint", args: ["lint", "--quiet"] },
  { name: "Types", args: ["check", "--quiet", "."] },
  {
    name: "Architecture",
    args: ["test", "--no-check", "--quiet", "-P=architecture", "tests/architecture_test.ts"],
  },
];

/** A check that takes longer is killed, and counts as failed. */
const checkTimeoutMs = 120_000;

/** Reports each check when it ends. Returns the names of those that failed. */
export async function runChecks(
  checks: readonly Check[],
  report: (text: string) => void,
): Promise<readonly string[]> {
  const outcomes = await Promise.all(checks.map(async (check) => {
    const outcome = await runCheck(check);
    report(`${outcome.passed ? "ok    " : "FAILED"}  ${outcome.name} (${outcome.seconds} s)`);
    return outcome;
  }));
  const failed = outcomes.filter((outcome) => !outcome.passed);
  for (const { name, output } of failed) report(`\n--- ${name} ---\n${output.trim()}`);
  if (failed.length > 0) report(`\nFailed: ${failed.map(({ name }) => name).join(", ")}`);
  return failed.map(({ name }) => name);
}

async function runCheck({ name, args }: Check): Promise<Outcome> {
  const started = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    signal: AbortSignal.timeout(checkTimeoutMs),
  }).output();
  const decoder = new TextDecoder();
  return {
    name,
    passed: success,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    output: decoder.decode(stdout) + decoder.decode(stderr),
  };
}

if (import.meta.main) {
  const failed = await runChecks(checks, (text) => console.info(text));
  Deno.exit(failed.length > 0 ? 1 : 0);
}
