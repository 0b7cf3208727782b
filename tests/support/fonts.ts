// Owns the fonts of the tests' browser, so that no layout check depends on the machine's fonts: two families from npm,
// installed once into a folder of this checkout, and a fontconfig file for each.

import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Two kinds: one has wide letters, the other has tall letters. */
export const fontFamilies = ["DejaVu Sans", "Noto Sans"] as const;
export type FontFamily = typeof fontFamilies[number];

/** TrueType, because Chromium accepts no WOFF from fontconfig. */
const packages: Record<FontFamily, { npm: string; folder: string }> = {
  "DejaVu Sans": { npm: "dejavu-fonts-ttf@2.37.3", folder: "dejavu-fonts-ttf/ttf" },
  "Noto Sans": {
    npm: "@expo-google-fonts/noto-sans@0.4.2",
    folder: "@expo-google-fonts/noto-sans",
  },
};
const folder = fileURLToPath(new URL("../../.test-browser/fonts/", import.meta.url));
const config = JSON.stringify({
  nodeModulesDir: "auto",
  imports: Object.fromEntries(
    Object.entries(packages).map(([family, { npm }]) => [family, `npm:${npm}`]),
  ),
});
/** Written last: if the file has this content, the installation is complete and the checkout was not moved. */
const markPath = join(folder, "installed");
const mark = `${folder} ${config}`;

/** Installs the fonts if they are not there. One call at a time. */
export async function ensureFonts(): Promise<void> {
  if (await textOf(markPath) === mark) return;
  console.error("Installing fonts from npm for the browser tests ...");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "deno.json"), config);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet"],
    cwd: folder,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("The fonts of the browser tests could not be installed.");
  for (const family of fontFamilies) {
    await Deno.writeTextFile(configPath(family), fontconfigOf(family));
  }
  await Deno.writeTextFile(markPath, mark);
}

/** The environment for a browser that uses this family and sees no font of the machine. */
export async function fontEnv(family: FontFamily): Promise<Record<string, string>> {
  await ensureFonts();
  return { FONTCONFIG_FILE: configPath(family) };
}

function configPath(family: FontFamily): string {
  return join(folder, `${family.replace(" ", "_")}.conf`);
}

/** Maps every requested family to this one. The other family provides the characters that this one lacks. */
function fontconfigOf(family: FontFamily): string {
  const folders = Object.values(packages).map(({ folder: name }) =>
    `<dir>${join(folder, "node_modules", name)}</dir>`
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  ${folders.join("\n  ")}
  <cachedir>${join(folder, "cache")}</cachedir>
  <match target="pattern">
    <edit name="family" mode="assign" binding="same"><string>${family}</string></edit>
    <edit name="hintstyle" mode="assign"><const>hintslight</const></edit>
  </match>
</fontconfig>
`;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
