import assert from "node:assert/strict";
import { loadConfig, variables } from "./config.ts";
import { StartupError } from "./errors.ts";
import type { SourceDefinition } from "./sources/source.ts";
import { sources } from "./sources/sources.ts";

function load(env: Record<string, string>, definitions: readonly SourceDefinition[] = sources) {
  return loadConfig({ sources: definitions, read: (name) => env[name] });
}

function faultsOf(env: Record<string, string>): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof StartupError);
    return error.message.split("\n");
  }
}

Deno.test("nothing set is one offline process on embedded storage", () => {
  const config = load({});
  assert.equal(config.port, 8000);
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.kvPath, "data/quoteboard.kv");
  assert.equal(config.redis, undefined);
  assert.equal(config.sources.length, 1);
  assert.equal(config.pollIntervalMs, 5000);
  assert.equal(config.production, false);
  assert.equal(config.drainMs, 10_000);
});

Deno.test("an empty or blank variable counts as unset", () => {
  assert.equal(load({ PORT: "", HOST: "  " }).host, "127.0.0.1");
});

Deno.test("on an edge runtime the platform's KV is used and sockets are drained within 4 s", () => {
  const platform = load({ DENO_DEPLOYMENT_ID: "x", DRAIN_MS: "60000" });
  assert.deepEqual([platform.kvPath, platform.drainMs], [undefined, 4000]);
  const local = load({ EDGE: "1" });
  assert.deepEqual([local.kvPath, local.drainMs], [":memory:", 4000]);
});

Deno.test("on a platform with timelines only production polls", () => {
  const polls = (env: Record<string, string>) => load(env).polls;
  assert.equal(polls({}), true);
  assert.equal(polls({ DENO_TIMELINE: "production" }), true);
  for (const timeline of ["git-branch/main", "preview/x1", "preview"]) {
    assert.equal(polls({ DENO_TIMELINE: timeline }), false, timeline);
  }
  const redis = { UPSTASH_REDIS_REST_URL: "http://redis", UPSTASH_REDIS_REST_TOKEN: "t" };
  assert.equal(polls({ ROLE: "web", ...redis }), false);
  assert.equal(polls({ ROLE: "worker", DENO_TIMELINE: "production", ...redis }), true);
});

Deno.test("the development build is refused in production", () => {
  assert.equal(load({ DEV_BUILD: "b1" }).devBuild, "b1");
  const faults = faultsOf({ DEV_BUILD: "b1", APP_ENV: "production", JWT_KEYS: "{}" });
  assert.match(faults.join("\n"), /^DEV_BUILD is for development/);
});

Deno.test("every fault is told at once, and no value, which may be secret", () => {
  const faults = faultsOf({
    PORT: "70000",
    APP_ENV: "production",
    UPSTASH_REDIS_REST_TOKEN: "s3cret",
    ALLOWED_ORIGINS: "https://a.example/path",
    POLL_INTERVAL_MS: "7000",
    QUOTE_SOURCE: "albert",
    ALBERT_API_URL: "ftp://s3cret",
  });
  assert.equal(faults.length, 7, faults.join("\n"));
  assert.doesNotMatch(faults.join("\n"), /s3cret/);
});

Deno.test("a source that is not known is refused with the names of those that are", () => {
  assert.match(faultsOf({ QUOTE_SOURCE: "nope" })[0]!, /simulated, albert/);
});

Deno.test("README and .env.example tell of every variable, with its default", async () => {
  const read = (path: string) => Deno.readTextFile(new URL(`../${path}`, import.meta.url));
  const [readme, example] = [await read("README.md"), await read(".env.example")];
  for (const { name, fallback } of variables) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\``));
    assert.ok(row, `${name} has a row in README.md`);
    assert.equal(row.split("|")[2]?.trim(), fallback, `README's default of ${name}`);
    assert.match(example, new RegExp(`^#? ?${name}=`, "m"), `${name} in .env.example`);
  }
});

Deno.test("a secret may stand in a file that NAME_FILE names", () => {
  const files: Record<string, string> = {
    "/run/secrets/db": "postgres://u:p@db/quoteboard\n",
    "/run/secrets/redis": "s3cret\n",
    "/run/secrets/key": "k3y",
    "/run/secrets/empty": "\n",
    "/run/secrets/example": "change-me",
  };
  function loadWithFiles(env: Record<string, string>) {
    return loadConfig({
      sources,
      read: (name) => env[name],
      readFile(path) {
        const text = files[path];
        if (text === undefined) throw new Deno.errors.NotFound(path);
        return text;
      },
    });
  }
  const config = loadWithFiles({
    DATABASE_URL_FILE: "/run/secrets/db",
    UPSTASH_REDIS_REST_URL: "http://redis",
    UPSTASH_REDIS_REST_TOKEN_FILE: "/run/secrets/redis",
    QUOTE_SOURCE: "finnhub",
    FINNHUB_API_KEY_FILE: "/run/secrets/key",
  });
  assert.equal(config.databaseUrl, "postgres://u:p@db/quoteboard");
  assert.equal(config.redis?.token, "s3cret");
  assert.throws(
    () =>
      loadWithFiles({
        DATABASE_URL_FILE: "/run/secrets/none",
        JWT_KEYS_FILE: "/run/secrets/empty",
        METRICS_TOKEN: "t",
        METRICS_TOKEN_FILE: "/run/secrets/example",
      }),
    (error) => {
      assert.ok(error instanceof StartupError);
      assert.deepEqual(error.message.split("\n").map((line) => line.split(":")[0]), [
        "DATABASE_URL_FILE names a file that cannot be read.",
        "JWT_KEYS_FILE names an empty file.",
        "METRICS_TOKEN and METRICS_TOKEN_FILE are both set",
        "METRICS_TOKEN still holds the placeholder of an example",
      ]);
      return true;
    },
  );
});

Deno.test("a placeholder in place of a secret is refused", () => {
  const faults = faultsOf({
    UPSTASH_REDIS_REST_URL: "http://redis-rest:8079",
    UPSTASH_REDIS_REST_TOKEN: "change-me",
    DATABASE_URL: "postgres://quoteboard:CHANGEME@postgres/quoteboard",
  });
  assert.deepEqual(faults.map((fault) => fault.split(" ")[0]), [
    "DATABASE_URL",
    "UPSTASH_REDIS_REST_TOKEN",
  ]);
  assert.match(faults[0] ?? "", /placeholder/);
});
