// Owns how many files and connections the process may have open, as far as the kernel said it to the command that started it.

/** The service's own: libraries, the store, the bus, the quote source, and the reserve. */
const ownMax = 100;

/** From the text of /proc/self/limits in KERNEL_LIMITS. Undefined if it does not say. */
export function openFilesLine(kernelLimits: string | undefined): string | undefined {
  const max = Number(/Max open files +(\d+)/.exec(kernelLimits ?? "")?.[1] ?? NaN);
  return max > ownMax ? `${max}, so at most ${max - ownMax} sockets` : undefined;
}
