// Owns real web proxies for tests: nginx and Caddy, each with the configuration that an operator would write.

import { join } from "node:path";
import type { TestCertificate } from "./certificate.ts";
import { findProgram, installDebianPackage } from "./debian_package.ts";
import { freePort } from "./free_port.ts";

export interface WebProxy {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const startTimeoutMs = 10_000;

/** `lines` are the directives of the location, beside `proxy_pass`. */
export async function startNginx(target: string, lines: readonly string[]): Promise<WebProxy> {
  const program = await ensure("nginx", "nginx-light");
  return start(({ port, folder }) => ({
    file: "nginx.conf",
    text: `
      daemon off;
      pid ${folder}/nginx.pid;
      error_log ${folder}/error.log;
      events {}
      http {
        access_log off;
        client_body_temp_path ${folder}/body;
        proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi;
        uwsgi_temp_path ${folder}/uwsgi;
        scgi_temp_path ${folder}/scgi;
        server {
          listen 127.0.0.1:${port};
          location / { proxy_pass ${target}; ${lines.join(" ")} }
        }
      }`,
    command: (path) => [program, "-c", path, "-p", folder],
  }));
}

/** `lines` are the directives of `reverse_proxy`. */
export async function startCaddy(
  target: string,
  lines: readonly string[] = [],
): Promise<WebProxy> {
  const program = await ensure("caddy", "caddy");
  return start(({ port }) => ({
    file: "Caddyfile",
    text: `{
      admin off
    }
    http://127.0.0.1:${port} {
      reverse_proxy ${target} {
        ${lines.join("\n")}
      }
    }
    `,
    command: (path) => [program, "run", "--config", path, "--adapter", "caddyfile"],
  }));
}

/** deploy/Caddyfile as shipped, but with the test's certificate. `target` is in the place of HAProxy. */
export async function startShippedCaddy(
  target: string,
  { certPath, keyPath }: TestCertificate,
): Promise<WebProxy> {
  const program = await ensure("caddy", "caddy");
  const deployed = await Deno.readTextFile(new URL("../../deploy/Caddyfile", import.meta.url));
  const proxy = await start(({ port }) => ({
    file: "Caddyfile",
    text: replaced(deployed, [
      // Redirects would take port 80.
      ["{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n"],
      [
        "\nlocalhost {",
        `\nhttps://localhost:${port}, https://127.0.0.1:${port} {\n\ttls ${certPath} ${keyPath}`,
      ],
      ["haproxy:8080", new URL(target).host],
    ]),
    command: (path) => [program, "run", "--config", path, "--adapter", "caddyfile"],
    // It would wait a minute for a socket that HAProxy takes nothing from.
  }), "SIGKILL");
  return { ...proxy, url: proxy.url.replace("http:", "https:") };
}

/** A part of the deployed file that is not found would leave the test with another file. */
function replaced(text: string, parts: readonly (readonly [string, string])[]): string {
  return parts.reduce((done, [from, to]) => {
    if (!done.includes(from)) throw new Error(`deploy/Caddyfile has no "${from}" any more.`);
    return done.replace(from, to);
  }, text);
}

async function ensure(name: string, debianPackage: string): Promise<string> {
  const program = await findProgram([name]) ??
    (await installDebianPackage(debianPackage) ? await findProgram([name]) : undefined);
  if (!program) throw new Error(`No ${name} was found nor could be installed: put it on the PATH.`);
  return program;
}

type Configure = (place: { port: number; folder: string }) => {
  readonly file: string;
  readonly text: string;
  readonly command: (path: string) => string[];
};

async function start(
  configure: Configure,
  stopSignal: Deno.Signal = "SIGTERM",
): Promise<WebProxy> {
  const folder = await Deno.makeTempDir({ prefix: "proxy_" });
  const port = freePort();
  const { file, text, command } = configure({ port, folder });
  const path = join(folder, file);
  await Deno.writeTextFile(path, text);
  const [program = "", ...args] = command(path);
  const process = new Deno.Command(program, {
    args,
    env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdout: "null",
    stderr: "null",
  }).spawn();
  let hasEnded = false;
  const ended = process.status.then(() => hasEnded = true);

  async function stop() {
    if (!hasEnded) process.kill(stopSignal);
    await ended;
    await Deno.remove(folder, { recursive: true });
  }

  const deadline = Date.now() + startTimeoutMs;
  while (!await listens(port)) {
    if (hasEnded || Date.now() > deadline) {
      await stop();
      throw new Error(`${program} did not start with this configuration:\n${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
