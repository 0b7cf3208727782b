// Owns the Argon2id work, in a worker of its own because it would hold up the event loop. Answers messages only.

import { argon2id, argon2Verify } from "hash-wasm";

export type PasswordWork =
  | { readonly kind: "hash"; readonly password: string }
  | { readonly kind: "verify"; readonly password: string; readonly hash: string };

/** Answered in the order of the jobs. */
export type PasswordJob = PasswordWork & { readonly id: number };

/** `result` is the new hash, or whether the password matches. */
export type PasswordAnswer =
  | { readonly id: number; readonly result: string }
  | { readonly id: number; readonly failure: string };

/** What OWASP's password storage guide asks for at least; each hash carries its own in its PHC text. */
const parameters = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;
const saltBytes = 16;

/** hash-wasm refuses an empty password. This one is too short to be anybody's and costs the same work. */
const impossiblePassword = " ";

let last = Promise.resolve();

self.onmessage = ({ data: job }: MessageEvent<PasswordJob>) => {
  last = last.then(() => answer(job)).then((message) => self.postMessage(message));
};

async function answer(job: PasswordJob): Promise<PasswordAnswer> {
  try {
    return { id: job.id, result: await perform(job) };
  } catch (error) {
    return { id: job.id, failure: String(error) };
  }
}

async function perform(job: PasswordJob): Promise<string> {
  if (job.kind === "verify") {
    const password = job.password || impossiblePassword;
    return await argon2Verify({ password, hash: job.hash }) ? "match" : "mismatch";
  }
  const { password } = job;
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  return await argon2id({ ...parameters, password, salt, outputType: "encoded" });
}
