// Owns running several programs at once, up to a bound, and showing the output of each in one piece.

export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly name: string;
  readonly output: string;
  readonly success: boolean;
}

export interface SideBySideOptions {
  readonly atOnce: number;
  /** A program that takes longer is killed and counts as failed. */
  readonly deadlineMs: number;
  readonly onEnd?: (outcome: Outcome) => void;
}

/** Runs Deno once for each program. Programs start in the given order. */
export async function runSideBySide(
  programs: readonly Program[],
  { atOnce, deadlineMs, onEnd }: SideBySideOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = programs.values();
  async function work() {
    for (const program of waiting) {
      const outcome = await run(program, deadlineMs);
      outcomes.push(outcome);
      onEnd?.(outcome);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

async function run({ name, args, env = {} }: Program, deadlineMs: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(deadlineMs);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  const end = signal.aborted ? `\n${name} was ended after ${deadlineMs / 1_000} s.\n` : "";
  return { name, output: said + end, success };
}
