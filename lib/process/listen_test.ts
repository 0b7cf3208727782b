import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { listen } from "./listen.ts";

const local = { host: "127.0.0.1", port: 0, tls: undefined };
const basics = { clock: createClock(), log: createLog("silent") };

async function withServer(
  handler: (request: Request) => Response,
  check: (url: string) => Promise<void>,
) {
  const server = listen(local, handler, basics);
  try {
    await check(`http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

Deno.test("a response to HEAD has no Content-Length of 0", async () => {
  const statuses: Record<string, number> = { page: 200, nothing: 204, same: 304, missing: 404 };
  const handler = ({ url }: Request) =>
    new Response(null, { status: statuses[new URL(url).pathname.slice(1)]! });
  await withServer(handler, async (url) => {
    for (const [path, status] of Object.entries(statuses)) {
      const answer = await fetch(url + path, { method: "HEAD" });
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get("content-length"), null, path);
      assert.equal(await answer.text(), "");
    }
  });
});

Deno.test("any other response is sent unchanged", async () => {
  await withServer(() => new Response("four", { headers: { etag: '"1"' } }), async (url) => {
    const answer = await fetch(url);
    assert.deepEqual([await answer.text(), answer.headers.get("etag")], ["four", '"1"']);
  });
});

Deno.test("each fault that the operator can correct is reported in one sentence", async () => {
  const folder = await Deno.makeTempDir();
  const notPem = `${folder}/not.pem`;
  await Deno.writeTextFile(notPem, "no certificate");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const pems = (certPath: string) => ({ ...local, tls: { certPath, keyPath: notPem } });
  const cases = [
    [{ ...local, port }, `Port ${port} on 127.0.0.1 is taken; set PORT to another one.`],
    [{ ...local, host: "192.0.2.1" }, "HOST 192.0.2.1 is no address of this machine."],
    [pems(`${folder}/none.pem`), `TLS_CERT: the file "${folder}/none.pem" cannot be read.`],
    [pems(notPem), "TLS_CERT and TLS_KEY must be a PEM certificate chain and its private key."],
  ] as const;
  for (const [options, message] of cases) {
    assert.throws(() => listen(options, () => new Response(), basics), {
      name: "StartupError",
      message,
    });
  }
  await Deno.remove(folder, { recursive: true });
});
