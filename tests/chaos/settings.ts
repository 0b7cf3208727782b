// Owns the settings of a chaos run in the environment: how long, and which seed.

export function chaosSettings(
  defaults: { seconds: number; seed?: number },
): { seed: number; seconds: number } {
  return {
    seconds: Number(Deno.env.get("CHAOS_SECONDS") || defaults.seconds),
    seed: Number(Deno.env.get("CHAOS_SEED") || (defaults.seed ?? Date.now() % 1_000_000)),
  };
}
