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
/** Fewer than deployed, as a test's process may have fewer files. */
const connectionsMax = 1_500;

export interface HaproxyRig {
  /** With TLS, as deployed alone; behind Caddy without. */
  readonly url: string;
  /** The same proxy without TLS, for clients that write bytes. */
  readonly plainUrl: string;
  /** The processor's time that it has used, in hundredths of a second. */
  processorTicks(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** With a certificate as deployed alone; without one as in docker-compose.yml, behind Caddy. */
export async function startHaproxy(
  { serverUrls, certificate, uploadLimit = deployedLimit }: {
    serverUrls: readonly string[];
    certificate?: TestCertificate;
    /** Bytes a second, at once and in all: other ones than deployed. */
    uploadLimit?: string;
  },
): Promise<HaproxyRig> {
  await ensureHaproxy();
  const [port, plainPort] = [freePort(), freePort()];
  const folder = await Deno.makeTempDir();
  const deployed = await Deno.readTextFile(join(root, "deploy/haproxy.cfg"));
  const servers = serverUrls.map((url, index) => `\tserver app${index + 1} ${new URL(url).host}\n`);
  const config = replaced(deployed, [
    ["/etc/haproxy/haproxy_upload_limit.lua", join(root, "deploy/haproxy_upload_limit.lua")],
    [deployedLimit, uploadLimit],
    ["maxconn 20000", `maxconn ${connectionsMax}`],
    ["bind :443 ", `bind 127.0.0.1:${plainPort}\n\tbind 127.0.0.1:${port} `],
    ["bind :8080", `bind 127.0.0.1:${plainPort}`],
    ["/etc/haproxy/quoteboard.pem", await writePem(folder, certificate)],
    ["\tserver app1 app1:8000\n\tserver app2 app2:8000\n", servers.join("")],
  ]);
  const path = join(folder, "haproxy.cfg");
  await Deno.writeTextFile(path, config);
  const process = new Deno.Command(program, {
    args: ["-db", "-f", path],
    env: certificate ? {} : { BEHIND_CADDY: "1" },
    stdout: "null",
    stderr: "inherit",
  }).spawn();

  const plainUrl = `http://127.0.0.1:${plainPort}`;
  await answers(plainUrl);
  return {
    url: certificate ? `https://127.0.0.1:${port}` : plainUrl,
    plainUrl,
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

/** HAProxy takes the certificate and its key from one file. */
async function writePem(folder: string, certificate: TestCertificate | undefined): Promise<string> {
  const pem = join(folder, "quoteboard.pem");
  if (!certificate) return pem;
  const parts = [certificate.certPath, certificate.keyPath].map((path) => Deno.readTextFile(path));
  await Deno.writeTextFile(pem, (await Promise.all(parts)).join(""));
  return pem;
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      const response = await fetch(`${url}/healthz`);
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // HAProxy does not listen yet.
    }
    if (Date.now() > deadline) throw new Error("HAProxy did not start.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
