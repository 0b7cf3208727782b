// Owns loading modules without calling anything in them, so that a coverage report holds those that no test loads.

/** One that acts on import may fail: it is loaded nevertheless. */
if (import.meta.main) {
  for (const path of Deno.args) await import(path).catch(() => {});
}
