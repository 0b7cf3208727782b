// Owns reading JSON whose numbers are prices: they keep their decimal text and never become floats.

/** A JSON number as it was written. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Like JSON.parse, with every number as NumberText. Throws a SyntaxError if the text is not JSON. Some providers' servers
 * write NaN and Infinity, which JSON does not have: they count as null.
 */
export function parseDecimalJson(json: string): unknown {
  try {
    return parse(json);
  } catch (error) {
    const repaired = json.replace(textOrNoNumber, (part) => part.startsWith('"') ? part : "null");
    if (repaired === json) throw error;
    return parse(repaired);
  }
}

/** A text is matched to skip it: its words stay. One without an end is matched to the end, so that no text takes long. */
const textOrNoNumber = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b/g;

function parse(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown, context?: { source?: string }) => {
    return typeof value === "number" ? new NumberText(context?.source ?? String(value)) : value;
  });
}

/** The members of a JSON object; undefined for anything else. */
export function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof NumberText);
  return isObject ? new Map(Object.entries(value)) : undefined;
}
