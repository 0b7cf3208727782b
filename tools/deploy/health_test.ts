import assert from "node:assert/strict";
import { makeCertificate } from "../../tests/support/certificate.ts";
import { startServer } from "../../tests/support/server.ts";
import { runTask } from "../../tests/support/task.ts";

const portOf = (url: string) => new URL(url).port;

Deno.test("the health task speaks the scheme of the settings, and its exit code says whether the service is ready", async () => {
  await using certificate = await makeCertificate();
  const { client, certPath, keyPath } = certificate;
  const tls = { TLS_CERT: certPath, TLS_KEY: keyPath };
  for (const settings of [{ env: {} }, { env: tls, client }]) {
    await using server = await startServer(settings);
    const env = { ...settings.env, PORT: portOf(server.url), HOST: "0.0.0.0" };
    const healthy = await runTask("health", { env });
    assert.equal(healthy.code, 0, healthy.output);
    assert.match(healthy.output, /answers 200: .*"ready"/);
    assert.equal((await runTask("health", { env, args: ["--strict"] })).code, 0);
    await server.stop();
    assert.equal((await runTask("health", { env })).code, 1);
  }
});

Deno.test("the image's health check is the task, and comes seldom", async () => {
  const dockerfile = await Deno.readTextFile("Dockerfile");
  const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
  const [, interval, command = ""] = /^HEALTHCHECK --interval=(\d+)s [^\n]*\\\n +CMD (.*)$/m
    .exec(dockerfile) ?? [];
  assert.ok(Number(interval) >= 30);
  const args = JSON.parse(command).filter((arg: string) => arg !== "--cached-only");
  assert.equal(args.join(" "), tasks.health.command);
});
