// deploy/quoteboard.service: what systemd itself says of it, and what the service needs of it.

import assert from "node:assert/strict";
import { findProgram } from "../../tests/support/debian_package.ts";

const text = await Deno.readTextFile(new URL("../../deploy/quoteboard.service", import.meta.url));

/** Each setting of the unit with its values. A line that is neither section, setting nor comment is a fault. */
function settingsOf(unit: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of unit.split("\n")) {
    if (/^(#.*|\[\w+\]|)$/.test(line)) continue;
    const [, name = "", value = ""] = /^([A-Z]\w*)=(.*)$/.exec(line) ?? [];
    assert.notEqual(name, "", line);
    settings.set(name, [...settings.get(name) ?? [], value]);
  }
  return settings;
}

Deno.test("the unit starts Deno itself, restarts it, gives it time to drain, and has room for sockets", () => {
  const settings = settingsOf(text);
  const one = (name: string) => settings.get(name)?.join() ?? "";
  assert.match(one("ExecStart"), /^\/usr\/local\/bin\/deno run .*-P=serve main\.ts$/);
  assert.doesNotMatch(text.replaceAll(/^#.*$/gm, ""), /\bnpx\b/);
  assert.equal(one("Restart"), "always");
  assert.ok(Number(one("TimeoutStopSec")) > 11, "DRAIN_MS and the rest of the stop");
  assert.ok(Number(one("LimitNOFILE")) >= 65_536);
  assert.equal(one("NoNewPrivileges"), "true");
  assert.equal(one("ProtectSystem"), "strict");
  assert.equal(one("CapabilityBoundingSet"), "");
  assert.ok(settings.has("CapabilityBoundingSet"));
});

Deno.test("systemd finds no fault in the unit", async (t) => {
  const program = await findProgram(["systemd-analyze"]);
  if (!program) {
    return void await t.step({ name: "no systemd-analyze here", ignore: true, fn() {} });
  }
  const folder = await Deno.makeTempDir();
  const path = `${folder}/quoteboard.service`;
  // systemd looks for the program, which stands elsewhere here.
  await Deno.writeTextFile(path, text.replaceAll("/usr/local/bin/deno", "/bin/true"));
  const { success, stderr } = await new Deno.Command(program, { args: ["verify", path] }).output();
  await Deno.remove(folder, { recursive: true });
  const faults = new TextDecoder().decode(stderr).split("\n")
    .filter((line) => line.includes("quoteboard"));
  assert.deepEqual(faults, []);
  assert.ok(success);
});
