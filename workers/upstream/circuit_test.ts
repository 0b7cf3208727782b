import assert from "node:assert/strict";
import { createCircuit } from "./circuit.ts";

const mark = Date.UTC(2026, 2, 11, 14, 30);

Deno.test("pauses double from the failed mark on and never exceed 30 seconds", () => {
  const circuit = createCircuit(5_000);
  let at = mark;
  const pauses = Array.from({ length: 8 }, () => {
    circuit.failed({ startedAt: at + 3, now: at + 900, retryAfterMs: 0 });
    const failedAt = at;
    while (circuit.state(at) === "open") at += 5_000;
    return at - failedAt;
  });
  assert.deepEqual(pauses.slice(0, 4), [5_000, 10_000, 20_000, 30_000]);
  assert.ok(pauses.slice(4).every((pause) => pause === 30_000));
});

Deno.test("with a cadence that does not divide 30 seconds, pauses stay below 30 seconds too", () => {
  const circuit = createCircuit(20_000);
  for (let tries = 0; tries < 5; tries++) {
    circuit.failed({ startedAt: mark, now: mark, retryAfterMs: 0 });
  }
  assert.notEqual(circuit.state(mark + 20_000), "open");
});

Deno.test("after a success the first pause is short again", () => {
  const circuit = createCircuit(5_000);
  for (let tries = 0; tries < 4; tries++) {
    circuit.failed({ startedAt: mark, now: mark, retryAfterMs: 0 });
  }
  circuit.succeeded();
  assert.equal(circuit.state(mark + 60_000), "closed");
  circuit.failed({ startedAt: mark + 60_000, now: mark + 60_100, retryAfterMs: 0 });
  assert.notEqual(circuit.state(mark + 65_000), "open");
});

Deno.test("Retry-After counts from the provider's answer and may be longer than our own pause", () => {
  const circuit = createCircuit(5_000);
  circuit.failed({ startedAt: mark, now: mark + 200, retryAfterMs: 45_000 });
  assert.equal(circuit.state(mark + 45_000), "open");
  assert.equal(circuit.state(mark + 45_200), "half_open");
});

Deno.test("after the pause one call is allowed, and the others wait for its outcome", () => {
  const circuit = createCircuit(5_000);
  const next = mark + 5_000;
  circuit.failed({ startedAt: mark, now: mark, retryAfterMs: 0 });
  assert.equal(circuit.state(next), "half_open");
  circuit.tryBegins();
  assert.equal(circuit.state(next), "open");
  circuit.tryGivenUp();
  assert.equal(circuit.state(next), "half_open");
  circuit.tryBegins();
  circuit.failed({ startedAt: next, now: next, retryAfterMs: 0 });
  assert.equal(circuit.state(next + 5_000), "open");
  assert.equal(circuit.state(next + 10_000), "half_open");
  circuit.tryBegins();
  circuit.succeeded();
  assert.equal(circuit.state(next + 10_000), "closed");
});
