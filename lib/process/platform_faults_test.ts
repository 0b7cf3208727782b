import assert from "node:assert/strict";
import { surviveSocketFaults } from "./platform_faults.ts";

/** True if the fault would not end the process. */
function survives(reason: unknown): boolean {
  const stop = surviveSocketFaults({ warn() {} });
  const event = new PromiseRejectionEvent("unhandledrejection", {
    promise: Promise.resolve(),
    reason,
    cancelable: true,
  });
  dispatchEvent(event);
  stop();
  return event.defaultPrevented;
}

function fault(message: string, at: string): TypeError {
  const error = new TypeError(message);
  error.stack = `TypeError: ${message}\n    at ${at}`;
  return error;
}

const message = "failed to allocate string; buffer exceeds maximum length";
const platform = "WebSocket.[[[eventLoop]]] (ext:deno_websocket/01_websocket.js:1:10077)";

Deno.test("a message that is too long for the platform does not end the process", () => {
  assert.ok(survives(fault(message, platform)));
});

Deno.test("any other fault still ends it", () => {
  assert.ok(!survives(fault(message, "file:///app/lib/hub/hub.ts:1:1")));
  assert.ok(!survives(fault("x is not a function", platform)));
  assert.ok(!survives("text"));
  assert.ok(!survives(undefined));
});
