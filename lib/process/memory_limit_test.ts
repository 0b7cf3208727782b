import assert from "node:assert/strict";
import { memoryLimit } from "./memory_limit.ts";

const mib = 2 ** 20;
const limitMb = (kernelLimits: string, memoryMaxMb?: number) => {
  const limit = memoryLimit({ memoryMaxMb, kernelLimits });
  return limit && limit / mib;
};
const machine = "MemTotal:        8388608 kB\nMemFree:  100 kB";

Deno.test("the operator's number is the limit", () => {
  assert.equal(limitMb(`1073741824\n${machine}`, 300), 300);
  assert.equal(limitMb("", 300), 300);
});

Deno.test("else the least of what the kernel says, less a reserve that is at most half of it", () => {
  const gib = 1024;
  assert.equal(limitMb(`2147483648\n${machine}`), 2 * gib - 512, "memory.max of version 2");
  assert.equal(limitMb(`max\n${machine}`), 8 * gib - 512, "version 2 without a limit");
  assert.equal(limitMb(`9223372036854771712 ${machine}`), 8 * gib - 512, "version 1 without one");
  assert.equal(limitMb(machine), 8 * gib - 512, "no group, as in a virtual machine");
  assert.equal(limitMb("2147483648"), 2 * gib - 512, "no /proc");
  assert.equal(limitMb(`536870912\n${machine}`), 256, "a small container");
});

Deno.test("without any number nothing is known", () => {
  for (const text of ["", "max", "9223372036854771712", "cat: no such file"]) {
    assert.equal(limitMb(text), undefined, text);
  }
  assert.equal(memoryLimit({ memoryMaxMb: undefined, kernelLimits: undefined }), undefined);
});
