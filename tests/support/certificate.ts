// Owns a self-signed certificate for tests, in a temporary folder that is removed with it.

import { join } from "node:path";

export interface TestCertificate {
  readonly certPath: string;
  readonly keyPath: string;
  /** An HTTP client that trusts this certificate. */
  readonly client: Deno.HttpClient;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function makeCertificate(): Promise<TestCertificate> {
  const folder = await Deno.makeTempDir();
  const [certPath, keyPath] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      // Deno's client refuses a server certificate that is marked as an authority.
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-keyout", keyPath, "-out", certPath],
    ],
  }).output();
  if (!success) throw new Error(`openssl failed: ${new TextDecoder().decode(stderr)}`);
  const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(certPath)] });
  return {
    certPath,
    keyPath,
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
