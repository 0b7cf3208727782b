// The files of .github/: actions cannot change beneath us, a job may only read, and each task that a file names exists.

import assert from "node:assert/strict";
import { parse } from "yaml";

const workflows = new URL("../.github/workflows/", import.meta.url);

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Record<string, { readonly permissions?: unknown; readonly steps: Step[] }>;
}

Deno.test("each action is pinned by a full commit, with its version beside it", async () => {
  for (const { name, text } of await workflowTexts()) {
    const uses = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    assert.ok(uses.length > 0, name);
    for (const line of uses) {
      assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name}: ${line}`);
    }
  }
});

Deno.test("a job may read the code and nothing else, and has a bound", async () => {
  for (const { name, text } of await workflowTexts()) {
    const { permissions, jobs }: Workflow = parse(text);
    assert.deepEqual(permissions, { contents: "read" }, name);
    for (const [job, options] of Object.entries(jobs)) {
      assert.equal(options.permissions, undefined, `${name}: ${job}`);
      assert.ok("timeout-minutes" in options, `${name}: ${job}`);
    }
  }
});

Deno.test("formatting, lint, types, unit tests and everything are jobs of their own", async () => {
  const [ci] = (await workflowTexts()).filter(({ name }) => name === "ci.yml");
  const { jobs }: Workflow = parse(ci!.text);
  const commands = Object.values(jobs).map(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  assert.deepEqual(commands, [
    ["npx deno fmt --check"],
    ["npx deno lint"],
    ["npx deno check ."],
    ["npx deno task test:unit"],
    ["bash .ci/run"],
  ]);
});

Deno.test("each task that a workflow, a form, the editor's settings or .ci/run names exists", async () => {
  const { tasks } = JSON.parse(await textOf("../deno.json"));
  const others = [
    "../.ci/run",
    "../.github/pull_request_template.md",
    "../.github/ISSUE_TEMPLATE/bug.yml",
    "../.vscode/launch.json",
    "../SECURITY.md",
  ];
  const texts = [
    ...(await workflowTexts()).map(({ text }) => text),
    ...await Promise.all(others.map(textOf)),
  ];
  const named = texts.flatMap((text) => [...text.matchAll(/deno task ([\w:-]+)/g)])
    .map(([, name = ""]) => name);
  assert.ok(named.length >= 4);
  assert.deepEqual(named.filter((name) => !(name in tasks)), []);
});

async function workflowTexts(): Promise<{ name: string; text: string }[]> {
  const found: { name: string; text: string }[] = [];
  for await (const { name } of Deno.readDir(workflows)) {
    found.push({ name, text: await Deno.readTextFile(new URL(name, workflows)) });
  }
  return found;
}

function textOf(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, import.meta.url));
}
