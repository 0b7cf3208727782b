// Owns the manifest, which the build writes and the server reads: the hashed file of each name.

export interface Manifest {
  /** The digest of all inputs. If it is the same, there is nothing to build. */
  readonly digest: string;
  /** Sources outside node_modules, relative to the project. deno.lock stands for the packages. */
  readonly inputs: readonly string[];
  /** Logical name -> hashed name: "styles.css" -> "styles-ABCD1234.css". */
  readonly files: Readonly<Record<string, string>>;
  /** Island -> the hashed modules that it needs in addition to boot. A page preloads them, so that they load in parallel. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  /** All hashed names. */
  readonly all: readonly string[];
}

export const manifestName = "manifest.json";

/** Undefined if the text is not a manifest of this shape. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Partial<Manifest>;
    const isWhole = typeof value.digest === "string" && Array.isArray(value.inputs) &&
      Array.isArray(value.all) && typeof value.files === "object" &&
      typeof value.modules === "object";
    return isWhole ? value as Manifest : undefined;
  } catch {
    // Truncated, or not JSON: the next build replaces it.
    return undefined;
  }
}
