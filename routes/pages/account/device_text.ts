// Owns the name of a device in a few words, read from its User-Agent. A hint for people, never a proof.

/** The first match counts: many browsers also name other browsers. */
const browsers: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Headless)?(?:Chrome|Chromium|CriOS)\//, "Chrome"],
  [/\bVersion\/.*\bSafari\//, "Safari"],
];

const systems: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** "Firefox on Windows", "curl", "Unknown device". */
export function deviceText(userAgent: string | null): string {
  const text = userAgent ?? "";
  const browser = nameOf(text, browsers);
  const system = nameOf(text, systems);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? programOf(text) ?? system ?? "Unknown device";
}

function nameOf(text: string, known: typeof browsers): string | undefined {
  return known.find(([pattern]) => pattern.test(text))?.[1];
}

/** A program names itself first: "curl/8.5.0". Every browser calls itself Mozilla. */
function programOf(text: string): string | undefined {
  const [, name] = /^([A-Za-z][\w.-]{0,29})(?:\/|$| )/.exec(text) ?? [];
  return name === "Mozilla" ? undefined : name;
}
