// Owns a process that checks many password hashes of little memory, and prints by how many MB it has grown.

import { verifyPassword } from "../../lib/auth/passwords/argon2.ts";

/** After this number the memory no longer grows. */
const hashesMax = 60;

/** Needs 19 MiB, which OWASP recommends with two passes. */
const hash =
  "$argon2id$v=19$m=19456,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

async function main(): Promise<void> {
  await verifyPassword(hash, "x");
  const before = Deno.memoryUsage().rss;
  for (let hashes = 0; hashes < hashesMax; hashes++) await verifyPassword(hash, "x");
  console.info((Deno.memoryUsage().rss - before) / 2 ** 20);
}

if (import.meta.main) await main();
