// Owns loading modules without calling them, so that a coverage report contains the modules that no test loads.

/** A module that acts when imported may throw, but it is loaded. */
if (import.meta.main) {
  for (const path of Deno.args) await import(path).catch(() => {});
}
