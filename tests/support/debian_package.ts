// Owns installing a program from Debian's packages, where the tests may: on Debian or its kin, as root.

let update: Promise<boolean> | undefined;

/** False: this is not such a machine, or there is no such package. One call at a time: apt-get locks its database. */
export async function installDebianPackage(name: string): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0 || !await hasApt()) return false;
  console.error(`Installing ${name} with apt-get for the tests ...`);
  await (update ??= aptGet("update", "-qq"));
  return aptGet("install", "-y", "-qq", "--no-install-recommends", name);
}

async function hasApt(): Promise<boolean> {
  try {
    return (await Deno.stat("/usr/bin/apt-get")).isFile;
  } catch {
    return false;
  }
}

async function aptGet(...args: string[]): Promise<boolean> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const command = new Deno.Command("apt-get", { args, env, stdout: "null", stderr: "inherit" });
  return (await command.output()).success;
}
