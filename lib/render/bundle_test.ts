import assert from "node:assert/strict";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { loadAssets } from "./assets.ts";
import { build, type BuildPlan } from "./bundle.ts";
import { stopCompiler } from "./compiler.ts";

const plan = {
  dist: "dist",
  boot: "boot.ts",
  islands: "roots",
  styles: "styles.css",
  copies: ["icon.svg"],
  alsoInputs: ["lock"],
};

/** A small project with two islands that share a module, and one that boot loads itself. */
async function withProject(run: (plan: BuildPlan) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const files = {
    "boot.ts": `import "./always.ts"; export const boot = (islands) => islands.First();`,
    "always.ts": `globalThis.name = "always"; export const always = () => globalThis.name;`,
    "roots/First.tsx":
      `import { shared } from "../shared.ts"; import { always } from "../always.ts";
      export const First = () => shared(1) + always();`,
    "roots/Second.tsx":
      `import { shared } from "../shared.ts"; export const Second = () => shared(2);`,
    "shared.ts": `export function shared(of: number) { globalThis.name += of; }`,
    "styles.css": ["a", "b", "i", "p", "q"].map((tag) =>
      `${tag}[title="a long selector"] { color: red }`
    ).join("\n"),
    "icon.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
    "lock": "1",
  };
  try {
    await Deno.mkdir(join(root, plan.islands));
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(root, name), text);
    }
    await run({ ...plan, root });
  } finally {
    await stopCompiler();
    await Deno.remove(root, { recursive: true });
  }
}

async function namesIn({ root, dist }: BuildPlan): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(join(root, dist)))).map(({ name }) => name).sort();
}

Deno.test("a second build of the same sources does nothing", () =>
  withProject(async (plan) => {
    assert.equal((await build(plan)).kind, "built");
    const before = await Deno.stat(join(plan.root, "dist/manifest.json"));
    assert.equal((await build(plan)).kind, "up_to_date");
    const after = await Deno.stat(join(plan.root, "dist/manifest.json"));
    assert.deepEqual(after.mtime, before.mtime);
  }));

Deno.test("a changed source, copy or lock file causes a build; so does a missing file in dist", () =>
  withProject(async (plan) => {
    await build(plan);
    for (const name of ["shared.ts", "icon.svg", "lock", "styles.css"]) {
      await Deno.writeTextFile(join(plan.root, name), "\n", { append: true });
      assert.equal((await build(plan)).kind, "built", name);
      assert.equal((await build(plan)).kind, "up_to_date", name);
    }
    const assets = await loadAssets(join(plan.root, "dist"));
    await Deno.remove(join(plan.root, "dist", assets.path("boot.js").split("/").at(-1) ?? ""));
    assert.equal((await build(plan)).kind, "built");
  }));

Deno.test("the same sources give the same names, so that all instances use the same URLs", () =>
  withProject(async (plan) => {
    await build(plan);
    const first = await namesIn(plan);
    await Deno.remove(join(plan.root, "dist"), { recursive: true });
    await build(plan);
    assert.deepEqual(await namesIn(plan), first);
  }));

Deno.test("concurrent builds leave one complete result and no other file", () =>
  withProject(async (plan) => {
    await Promise.all(Array.from({ length: 4 }, () => build(plan)));
    assert.deepEqual((await namesIn(plan)).filter((name) => name.endsWith(".tmp")), []);
    const assets = await loadAssets(join(plan.root, "dist"));
    assert.ok(assets.file(assets.path("boot.js").split("/").at(-1) ?? "", undefined));
  }));

Deno.test("the files of the previous build stay for a server that starts, older ones are removed", () =>
  withProject(async (plan) => {
    await build(plan);
    const dist = join(plan.root, "dist");
    const first = await namesIn(plan);
    const leftover = join(dist, "boot-OLD.js");
    await Deno.writeTextFile(leftover, "");
    await Deno.utime(leftover, 0, 0);
    await Deno.writeTextFile(join(plan.root, "styles.css"), "i { color: blue; }");
    await build(plan);
    const second = await namesIn(plan);
    assert.ok(first.every((name) => second.includes(name)));
    assert.ok(!second.includes("boot-OLD.js"));
  }));

Deno.test("the modules of an island are its own and those that it shares, without those that boot loads", () =>
  withProject(async (plan) => {
    await build(plan);
    const { modules } = await loadAssets(join(plan.root, "dist"));
    const [first = [], second = []] = [modules("First"), modules("Second")];
    assert.match(first[0] ?? "", /\/First-\w+\.js$/);
    assert.match(second[0] ?? "", /\/Second-\w+\.js$/);
    assert.deepEqual(first.slice(1), second.slice(1));
    assert.equal(second.length, 2);
    assert.deepEqual(modules("Unknown"), []);
  }));

Deno.test("a file that is added to the islands is built, one that is removed is not", () =>
  withProject(async (plan) => {
    await build(plan);
    const path = join(plan.root, "roots/Third.tsx");
    await Deno.writeTextFile(path, `export const Third = () => "third";`);
    assert.equal((await build(plan)).kind, "built");
    const { modules } = await loadAssets(join(plan.root, "dist"));
    assert.match(modules("Third")[0] ?? "", /\/Third-\w+\.js$/);
    await Deno.remove(path);
    assert.equal((await build(plan)).kind, "built");
    assert.deepEqual((await loadAssets(join(plan.root, "dist"))).modules("Third"), []);
  }));

Deno.test("an island's file must export the component that it is named after", () =>
  withProject(async (plan) => {
    await Deno.writeTextFile(join(plan.root, "roots/Third.tsx"), `export const Thrid = () => "";`);
    await assert.rejects(build(plan), /roots\/Third\.tsx does not export "Third"/);
  }));

Deno.test("a file is served in the best encoding that the client accepts, under a name that never changes", () =>
  withProject(async (plan) => {
    await build(plan);
    const assets = await loadAssets(join(plan.root, "dist"));
    const name = assets.path("styles.css").slice("/assets/".length);
    const plain = assets.file(name, undefined);
    const gzip = assets.file(name, "gzip");
    const brotli = assets.file(name, "gzip, deflate, br");
    assert.equal(plain?.headers["content-encoding"], undefined);
    assert.equal(gzip?.headers["content-encoding"], "gzip");
    assert.equal(brotli?.headers["content-encoding"], "br");
    assert.equal(assets.file(name, "br;q=0, gzip;q=0.0")?.headers["content-encoding"], undefined);
    assert.deepEqual(new Uint8Array(gunzipSync(gzip?.bytes ?? "")), plain?.bytes);
    assert.deepEqual(new Uint8Array(brotliDecompressSync(brotli?.bytes ?? "")), plain?.bytes);
    assert.equal(plain?.headers["content-type"], "text/css; charset=utf-8");
    assert.match(plain?.headers["cache-control"] ?? "", /immutable/);
  }));

Deno.test("only built files are served, and no compressed file by its own name", () =>
  withProject(async (plan) => {
    await build(plan);
    const assets = await loadAssets(join(plan.root, "dist"));
    const name = assets.path("styles.css").slice("/assets/".length);
    for (const other of ["manifest.json", "../boot.ts", "", "__proto__", `${name}.gz`]) {
      assert.equal(assets.file(other, "gzip"), undefined, other);
    }
    assert.throws(() => assets.path("none.css"), /No built file is called "none.css"/);
  }));

Deno.test("without a build the server names the command to run", async () => {
  const empty = await Deno.makeTempDir();
  await assert.rejects(loadAssets(empty), /run: deno task build/);
  await Deno.writeTextFile(join(empty, "manifest.json"), `{"digest":`);
  await assert.rejects(loadAssets(empty), /run: deno task build/);
  await Deno.remove(empty, { recursive: true });
});
