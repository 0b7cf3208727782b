// Owns what a build leaves behind for the server: which hashed file stands for which name.

export interface Manifest {
  /** Of all that went into the build; the same digest means nothing to do. */
  readonly digest: string;
  /** Sources outside node_modules, relative to the project; deno.lock stands for the packages. */
  readonly inputs: readonly string[];
  /** Logical name -> hashed name: "styles.css" -> "styles-ABCD1234.css". */
  readonly files: Readonly<Record<string, string>>;
  /** Island -> the hashed modules its first paint needs besides boot, to be loaded at once instead of one after the other. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  /** All hashed names. */
  readonly all: readonly string[];
}

export const manifestName = "manifest.json";

/** Undefined when it is none of ours, or of another shape. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Partial<Manifest>;
    const isWhole = typeof value.digest === "string" && Array.isArray(value.inputs) &&
      Array.isArray(value.all) && typeof value.files === "object" &&
      typeof value.modules === "object";
    return isWhole ? value as Manifest : undefined;
  } catch {
    // Cut short or not JSON: a build replaces it.
    return undefined;
  }
}
