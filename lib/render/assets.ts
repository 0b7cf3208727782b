// Owns the built files of a running server: it reads them once at the start, keeps them in memory, and finds them by name.

import { join } from "node:path";
import { type Manifest, manifestName, parseManifest } from "./manifest.ts";

export interface Assets {
  /** The URL path of a logical name: "styles.css" -> "/assets/styles-ABCD1234.css". */
  path(logicalName: string): string;
  /** The URL paths of the modules that an island needs in addition to boot.js. */
  modules(island: string): readonly string[];
  /** A hashed file in the best encoding that the client accepts; undefined if no file has that name. */
  file(hashedName: string, acceptEncoding: string | undefined): AssetFile | undefined;
}

export interface AssetFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The path of the asset route. */
export const assetsPath = "/assets/";

const contentTypes: Record<string, string | undefined> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
};

/** The best encoding first. `suffix` is the end of the built file's name. */
const encodings = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;

/** Rejects with a sentence for the operator if nothing was built. */
export async function loadAssets(dist: string): Promise<Assets> {
  const manifest = await readBuild(dist);
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of manifest.all) contents.set(name, await Deno.readFile(join(dist, name)));

  return {
    path(logicalName) {
      const name = manifest.files[logicalName];
      if (!name) throw new Error(`No built file is called "${logicalName}"`);
      return assetsPath + name;
    },
    modules: (island) => (manifest.modules[island] ?? []).map((name) => assetsPath + name),
    file(hashedName, acceptEncoding) {
      const contentType = contentTypes[hashedName.split(".").pop() ?? ""];
      const plain = contents.get(hashedName);
      if (!plain || !contentType) return undefined;
      const headers: Record<string, string> = {
        "content-type": contentType,
        "cache-control": "public, max-age=31536000, immutable",
        "vary": "accept-encoding",
      };
      for (const { name, suffix } of encodings) {
        const bytes = contents.get(hashedName + suffix);
        if (!bytes || !accepts(acceptEncoding, name)) continue;
        return { bytes, headers: { ...headers, "content-encoding": name } };
      }
      return { bytes: plain, headers };
    },
  };
}

async function readBuild(dist: string): Promise<Manifest> {
  let text = "";
  try {
    text = await Deno.readTextFile(join(dist, manifestName));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const manifest = parseManifest(text);
  if (!manifest) throw new Error(`Nothing is built in "${dist}"; run: deno task build`);
  return manifest;
}

/** `gzip;q=0` means refused. Other weights do not matter, because both encodings contain the same bytes. */
function accepts(header: string | undefined, encoding: string): boolean {
  return (header ?? "").toLowerCase().split(",").some((part) => {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    return name === encoding && !parameters.some((text) => /^q=0(\.0*)?$/.test(text));
  });
}
