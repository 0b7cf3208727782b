// Owns how many files and connections the process may have open, as far as the system says it.

/** The service's own: libraries, the store, the bus, the quote source, and the reserve. */
const ownMax = 100;

/** Undefined where the limit may not be read: Deno shows /proc only to a process with all permissions. */
export function openFilesLine(): string | undefined {
  let limits: string;
  try {
    limits = Deno.readTextFileSync("/proc/self/limits");
  } catch {
    return undefined;
  }
  const max = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? NaN);
  return max > ownMax ? `${max}, so at most ${max - ownMax} sockets` : undefined;
}
