import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { loadConfig } from "../../lib/config.ts";
import { sources } from "../../lib/sources/sources.ts";
import { withFolder } from "../../tests/support/task.ts";

const tool = fileURLToPath(new URL("./secrets.ts", import.meta.url));

async function run(cwd: string) {
  const args = ["run", "--no-prompt", "--allow-read=.", "--allow-write=.env", tool];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("the secrets are new each time, readable by their owner alone, and never replace others", async () => {
  const texts = new Set<string>();
  for (let count = 0; count < 2; count++) {
    await withFolder(async (folder) => {
      const path = `${folder}/.env`;
      assert.deepEqual(await run(folder), { code: 0, stderr: "" });
      const text = await Deno.readTextFile(path);
      texts.add(text);
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
      const again = await run(folder);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /^The file \.env exists already/);
      assert.equal(await Deno.readTextFile(path), text);
    });
  }
  assert.equal(texts.size, 2);
});

Deno.test("docker compose starts production, with every secret from .env and none in the repository", async () => {
  await withFolder(async (folder) => {
    await run(folder);
    const secrets = Object.fromEntries(
      (await Deno.readTextFile(`${folder}/.env`)).trim().split("\n").map((line) => {
        const [, name, value] = /^([A-Z_]+)='?(.*?)'?$/.exec(line) ?? [];
        return [name, value];
      }),
    );
    const yaml = await Deno.readTextFile("docker-compose.yml");
    const needed = [...yaml.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(needed)].sort(), Object.keys(secrets).sort());
    const { services } = parse(yaml, { merge: true });
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries<string>(services.app1.environment)) {
      env[name] = value.replace(
        /\$\{([A-Z_]+):.([^}]*)\}/g,
        (_, key, text) => secrets[key] ?? text,
      );
    }
    const config = loadConfig({ sources, read: (name) => env[name] });
    assert.equal(config.production, true);
    assert.equal(config.redis?.token, secrets.UPSTASH_REDIS_REST_TOKEN);
    for await (const { name } of Deno.readDir("deploy")) {
      const text = await Deno.readTextFile(`deploy/${name}`);
      assert.doesNotMatch(text, /(PASSWORD|TOKEN|KEYS|SECRET)=./, name);
    }
    assert.match(await Deno.readTextFile(".dockerignore"), /^\.env$/m);
  });
});
