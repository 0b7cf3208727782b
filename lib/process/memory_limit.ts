// Owns how much memory the process may use: what the operator says, else what the kernel said to the command that started it.

const mib = 2 ** 20;

/** Left free below the kernel's limit: memory grows between two looks of the guard, and during the goodbye. */
export const reserveBytes = 512 * mib;

/** A group of version 1 without a limit says almost 2 ** 63. */
const unlimitedBytes = 2 ** 60;

export interface MemorySettings {
  /** MEMORY_MAX_MB */
  readonly memoryMaxMb: number | undefined;
  /** KERNEL_LIMITS: the texts of memory.max or memory.limit_in_bytes (bytes or "max"), then of /proc/meminfo. */
  readonly kernelLimits: string | undefined;
}

/** In bytes. Undefined if nothing is known: no permission but `--allow-all` lets the process itself read /proc or /sys. */
export function memoryLimit({ memoryMaxMb, kernelLimits }: MemorySettings): number | undefined {
  if (memoryMaxMb !== undefined) return memoryMaxMb * mib;
  const text = kernelLimits ?? "";
  const [groups = ""] = /^(?:\s*(?:max|\d+)\b)*/.exec(text) ?? [];
  // A group without a limit says "max" (v2) or a number above all memory (v1): then the machine's memory is the least.
  const limits = (groups.match(/\d+/g) ?? []).map(Number);
  const machineKb = /MemTotal:\s*(\d+) kB/.exec(text)?.[1];
  if (machineKb) limits.push(Number(machineKb) * 1024);
  const least = Math.min(...limits.filter((limit) => limit > 0 && limit < unlimitedBytes));
  if (least === Infinity) return undefined;
  return Math.max(least - reserveBytes, least / 2);
}
