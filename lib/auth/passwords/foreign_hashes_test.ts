import assert from "node:assert/strict";
import fc from "fast-check";
import { argon2id } from "hash-wasm";
import { createClock } from "../../clock.ts";
import { unknownUserHash } from "./argon2.ts";
import { hashFault } from "./foreign_hashes.ts";
import { createPasswords } from "./passwords.ts";

const asker = { network: "192.0.2.1" };

/** The salt has 16 bytes, the hash has 32. */
const [salt, hash] = ["c2FsdHNhbHRzYWx0c2FsdA", "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"];
const phc = (parameters: string) => `$argon2id$v=19$${parameters}$${salt}$${hash}`;

Deno.test("hashes with the parameters of common libraries are accepted, and our own too", () => {
  const accepted = {
    own: unknownUserHash,
    libsodium: phc("m=65536,t=2,p=1"),
    "argon2-cffi": phc("m=65536,t=3,p=4"),
    PHP: phc("m=65536,t=4,p=1"),
    Spring: phc("m=16384,t=2,p=1"),
    "the smallest": phc("m=8,t=1,p=1"),
  };
  for (const [name, text] of Object.entries(accepted)) {
    assert.equal(hashFault(text), undefined, name);
  }
});

Deno.test("a hash that would delay other users' sign-in is refused as too costly", () => {
  for (
    const parameters of [
      "m=65537,t=1,p=1",
      "m=65536,t=5,p=1",
      "m=8,t=999999999,p=1",
      "m=999999999,t=1,p=1",
      "m=65536,t=1,p=17",
    ]
  ) {
    assert.equal(hashFault(phc(parameters)), "too_costly", parameters);
  }
});

Deno.test("plain passwords, hashes of other schemes and malformed hashes are refused as not Argon2id", () => {
  const bcrypt = "$2b$12$eImiTXuWVxfM37uY4JANjQ==eImiTXuWVxfM37uY4JANjQ";
  for (
    const text of [
      "",
      "correct horse battery staple",
      bcrypt,
      phc("m=19456,t=2,p=1").replace("argon2id", "argon2i"),
      phc("m=19456,t=2,p=1").replace("v=19", "v=16"),
      phc("t=2,m=19456,p=1"),
      phc("m=19456,t=2"),
      phc("m=19456,t=2,p=1,data=eA"),
      phc("m=15,t=2,p=2"),
      phc("m=19456,t=0,p=1"),
      phc("m=19456,t=2,p=0"),
      `${phc("m=19456,t=2,p=1")} `,
      `${phc("m=19456,t=2,p=1")}\n`,
      `${phc("m=19456,t=2,p=1")}=`,
      `$argon2id$v=19$m=19456,t=2,p=1$short$${hash}`,
      `$argon2id$v=19$m=19456,t=2,p=1$${salt}$tooShort`,
      `$argon2id$v=19$m=19456,t=2,p=1$${salt}aaa$${hash}`,
    ]
  ) {
    assert.equal(hashFault(text), "not_argon2id", text);
  }
});

Deno.test("an accepted hash matches the right password and no other", async () => {
  const passwords = createPasswords({ clock: createClock() });
  const parameters = fc.record({
    memorySize: fc.integer({ min: 64, max: 512 }),
    iterations: fc.integer({ min: 1, max: 3 }),
    parallelism: fc.integer({ min: 1, max: 8 }),
    hashLength: fc.integer({ min: 16, max: 64 }),
    salt: fc.uint8Array({ minLength: 8, maxLength: 64 }),
  });
  try {
    await fc.assert(
      fc.asyncProperty(parameters, fc.string({ minLength: 1 }), async (options, password) => {
        const normalized = password.normalize("NFKC");
        const text = await argon2id({ ...options, password: normalized, outputType: "encoded" });
        assert.equal(hashFault(text), undefined, text);
        assert.deepEqual(await passwords.verify(text, password, asker), { kind: "ok" });
        assert.deepEqual(await passwords.verify(text, `${password}x`, asker), { kind: "mismatch" });
      }),
      { numRuns: 30 },
    );
  } finally {
    passwords.close();
  }
});
