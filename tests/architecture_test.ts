// Holds the directions of imports: who may know whom. The table stands in ARCHITECTURE.md too.

import assert from "node:assert/strict";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

const common = [
  "lib/quote.ts",
  "lib/watchlist.ts",
  "lib/errors.ts",
  "lib/bounded_map.ts",
  "lib/clock.ts",
  "lib/deadline.ts",
  "lib/identity.ts",
  "lib/log.ts",
  "lib/metrics.ts",
];
const room = (name: string, ...more: string[]) => ({
  files: new RegExp(`^lib/${name}/`),
  may: [...common, "lib/config.ts", `lib/${name}/`, ...more],
});
const interfaces = [
  "lib/auth/auth.ts",
  "lib/bus/bus.ts",
  "lib/hub/hub_ports.ts",
  "lib/interest/interest.ts",
  "lib/lists/list_changes.ts",
  "lib/market/day_series.ts",
  "lib/securities/securities.ts",
  "lib/store/store.ts",
];

/** The first rule whose pattern fits a file holds for it. `npm` limits its packages. */
const rules: readonly { files: RegExp; may: readonly string[]; npm?: readonly string[] }[] = [
  { files: /^lib\/quote\.ts$/, may: [], npm: [] },
  { files: /^lib\/watchlist\.ts$/, may: ["lib/quote.ts"], npm: [] },
  { files: /^lib\/protocol\.ts$/, may: ["lib/quote.ts"], npm: [] },
  {
    files: /^islands\//,
    may: ["lib/quote.ts", "lib/protocol.ts", "islands/"],
    npm: ["preact", "@preact/signals"],
  },
  room("auth", "lib/store/store.ts"),
  room("bus"),
  room("market"),
  room("securities"),
  room("sources"),
  room("store"),
  room("interest", "lib/bus/bus.ts"),
  room("hub", "lib/protocol.ts", "lib/bus/bus.ts", "lib/interest/interest.ts"),
  {
    files: /^lib\/interchange\//,
    may: ["lib/quote.ts", "lib/interchange/"],
    npm: ["papaparse"],
  },
  { files: /^lib\/bounded_map\.ts$/, may: [], npm: [] },
  { files: /^lib\/identity\.ts$/, may: [], npm: [] },
  room(
    "lists",
    "lib/bus/bus.ts",
    "lib/interchange/",
    "lib/interest/interest.ts",
    "lib/securities/securities.ts",
    "lib/store/store.ts",
  ),
  { files: /^lib\/render\//, may: ["lib/render/"] },
  { files: /^lib\/process\//, may: [...common, "lib/config.ts"] },
  {
    files: /^lib\/config\.ts$/,
    may: [...common, "lib/config_reader.ts", "lib/sources/source.ts"],
  },
  { files: /^lib\/config_reader\.ts$/, may: [], npm: [] },
  { files: /^lib\/deps\.ts$/, may: [...common, ...interfaces, "lib/config.ts", "lib/render/"] },
  { files: /^lib\/(errors|clock|log|metrics)\.ts$/, may: [] },
  { files: /^lib\/deadline\.ts$/, may: ["lib/clock.ts"] },
  {
    files: /^workers\//,
    may: [
      ...common,
      "lib/sources/source.ts",
      "lib/bus/bus.ts",
      "lib/market/",
      "lib/store/store.ts",
      "lib/securities/securities.ts",
      "workers/",
    ],
  },
  {
    files: /^routes\//,
    may: [
      ...common,
      ...interfaces,
      "lib/auth/passwords/rules.ts",
      "lib/auth/account_export.ts",
      "lib/auth/registration.ts",
      "lib/lists/",
      "lib/securities/find_security.ts",
      "lib/deps.ts",
      "lib/interchange/",
      "lib/protocol.ts",
      "lib/render/",
      "islands/",
      "routes/",
    ],
  },
  { files: /^tools\/(run_tests\.ts$|testing\/)/, may: ["tests/support/", "tools/testing/"] },
  { files: /^bench\/(fuzz|sign_in)\.ts$/, may: ["tests/fuzz/", "tests/support/"] },
  { files: /^bench\/store(_\w+)?\.ts$/, may: ["lib/", "bench/", "tests/support/"] },
  {
    files: /^(main\.ts|tools\/|bench\/)/,
    may: ["lib/", "routes/", "workers/", "tools/", "bench/"],
  },
];

Deno.test("no file imports against the directions of the architecture", async () => {
  const faults: string[] = [];
  for await (const file of sourceFiles()) {
    const rule = rules.find(({ files }) => files.test(file));
    if (!rule) {
      faults.push(`${file} belongs to no rule`);
      continue;
    }
    for (const specifier of importsOf(await Deno.readTextFile(resolve(root, file)))) {
      if (!isAllowed(specifier, { file, rule })) faults.push(`${file} imports ${specifier}`);
    }
  }
  assert.deepEqual(faults, []);
});

Deno.test("only main.ts acts when imported: no other file serves, registers cron or opens KV at its top level", async () => {
  const faults: string[] = [];
  for await (const file of sourceFiles()) {
    if (file === "main.ts") continue;
    const text = await Deno.readTextFile(resolve(root, file));
    if (/^(?:await |const .* = (?:await )?)?Deno\.(?:serve|cron|openKv)\(/m.test(text)) {
      faults.push(file);
    }
  }
  assert.deepEqual(faults, []);
});

Deno.test("only lib/config.ts reads the environment of the service", async () => {
  const faults: string[] = [];
  for await (const file of sourceFiles()) {
    if (file === "lib/config.ts" || /^(tools|bench)\//.test(file)) continue;
    if (/Deno\.env|process\.env/.test(await Deno.readTextFile(resolve(root, file)))) {
      faults.push(file);
    }
  }
  assert.deepEqual(faults, []);
});

Deno.test("the browser's files type-check with DOM libraries alone", async () => {
  const config = JSON.parse(await Deno.readTextFile(resolve(root, "deno.json")));
  const { imports, compilerOptions } = config;
  const lib = ["dom", "dom.iterable", "dom.asynciterable", "esnext"];
  const folder = await Deno.makeTempDir();
  try {
    const configPath = resolve(folder, "deno.json");
    const browserConfig = { imports, compilerOptions: { ...compilerOptions, lib } };
    await Deno.writeTextFile(configPath, JSON.stringify(browserConfig));
    const files = ["lib/quote.ts", "lib/protocol.ts", "islands/boot.ts"];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-lock", `--config=${configPath}`, ...files],
      cwd: root,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function isAllowed(
  specifier: string,
  { file, rule }: { file: string; rule: typeof rules[number] },
): boolean {
  if (!specifier.startsWith(".")) {
    return rule.npm?.some((name) => specifier === name || specifier.startsWith(`${name}/`)) ?? true;
  }
  const target = relative(root, resolve(root, file, "..", specifier));
  return rule.may.some((path) => path.endsWith("/") ? target.startsWith(path) : target === path);
}

function* importsOf(text: string) {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  for (const [, fromClause, dynamic, bare] of text.matchAll(pattern)) {
    yield (fromClause ?? dynamic ?? bare)!;
  }
}

async function* sourceFiles(folder = ""): AsyncGenerator<string> {
  const folders = new Set(["bench", "islands", "lib", "routes", "tools", "workers"]);
  for await (const entry of Deno.readDir(resolve(root, folder))) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory && (folder || folders.has(entry.name))) yield* sourceFiles(path);
    else if (path === "main.ts") yield path;
    else if (
      entry.isFile && folder && /(?<!_test)\.tsx?$/.test(path) &&
      !/_(contract|fixtures)\.ts$/.test(path)
    ) {
      yield path;
    }
  }
}
