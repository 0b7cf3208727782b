// Owns a real HAProxy with deploy/haproxy.cfg in front of a test's server, installed from Debian's packages where it is missing.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestCertificate } from "./certificate.ts";
import { installDebianPackage } from "./debian_package.ts";
import { freePort } from "./free_port.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = "/usr/sbin/haproxy";
const deployedLimit = "2048 65536 1048576";
const startTimeoutMs = 15_000;

export interface HaproxyRig {
  /** With TLS, as deployed. */
  readonly url: string;
  /** The same proxy without TLS, for clients that write bytes. */
  readonly plainUrl: string;
  /** The processor's time that it has used, in hundredths of a second. */
  processorTicks(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startHaproxy(
  { serverUrl, certificate, uploadLimit = deployedLimit }: {
    serverUrl: string;
    certificate: TestCertificate;
    /** Bytes a second, at once and in all: other ones than deployed. */
    uploadLimit?: string;
  },
): Promise<HaproxyRig> {
  await ensureHaproxy();
  const [port, plainPort] = [freePort(), freePort()];
  const folder = await Deno.makeTempDir();
  const pem = join(folder, "quoteboard.pem");
  const parts = [certificate.certPath, certificate.keyPath].map((path) => Deno.readTextFile(path));
  await Deno.writeTextFile(pem, (await Promise.all(parts)).join(""));

  const deployed = await Deno.readTextFile(join(root, "deploy/haproxy.cfg"));
  const { host } = new URL(serverUrl);
  const config = replaced(deployed, [
    ["/etc/haproxy/haproxy_upload_limit.lua", join(root, "deploy/haproxy_upload_limit.lua")],
    [deployedLimit, uploadLimit],
    ["maxconn 20000", "maxconn 500"],
    ["bind :443 ", `bind 127.0.0.1:${plainPort}\n\tbind 127.0.0.1:${port} `],
    ["/etc/haproxy/quoteboard.pem", pem],
    ["app1:8000", host],
    ["\tserver app2 app2:8000\n", ""],
  ]);
  const path = join(folder, "haproxy.cfg");
  await Deno.writeTextFile(path, config);
  const process = new Deno.Command(program, {
    args: ["-db", "-f", path],
    stdout: "null",
    stderr: "inherit",
  }).spawn();

  const url = `https://127.0.0.1:${port}`;
  await answers(url, certificate.client);
  return {
    url,
    plainUrl: `http://127.0.0.1:${plainPort}`,
    async processorTicks() {
      // Only `--allow-all` lets Deno itself read /proc.
      const { stdout } = await new Deno.Command("cat", { args: [`/proc/${process.pid}/stat`] })
        .output();
      const fields = new TextDecoder().decode(stdout).split(" ");
      return Number(fields[13]) + Number(fields[14]);
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

export async function ensureHaproxy(): Promise<void> {
  const isThere = () => Deno.stat(program).then(() => true, () => false);
  if (await isThere() || await installDebianPackage("haproxy") && await isThere()) return;
  throw new Error(`No HAProxy was found nor could be installed: put it at ${program}.`);
}

/** A part of the deployed file that is not found would leave the test with another file. */
function replaced(text: string, parts: readonly (readonly [string, string])[]): string {
  return parts.reduce((done, [from, to]) => {
    if (!done.includes(from)) throw new Error(`deploy/haproxy.cfg has no "${from}" any more.`);
    return done.replace(from, to);
  }, text);
}

async function answers(url: string, client: Deno.HttpClient): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      const response = await fetch(`${url}/healthz`, { headers: {}, ...{ client } });
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // HAProxy does not listen yet.
    }
    if (Date.now() > deadline) throw new Error("HAProxy did not start.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
