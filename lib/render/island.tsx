// Owns how an island stands in a page: its server-rendered markup, and its props serialized once beside it.

import { createContext, type FunctionComponent, type JSX } from "preact";
import { useContext } from "preact/hooks";

export interface IslandProps<Props> {
  /** A component of islands/roots/. Its name, which is that of its file, tells the browser what to load. */
  readonly component: FunctionComponent<Props>;
  readonly props: Props;
  /** When its code is loaded: with the page, or when the user first touches it. */
  readonly load?: "page" | "interaction";
}

/** The islands one render came across; a new set for each, so that nothing is shared between requests. */
export interface UsedIslands {
  readonly atStart: Set<string>;
  readonly all: Set<string>;
}

export const UsedIslandsContext = createContext<UsedIslands | undefined>(undefined);

export function Island<Props extends object>(
  { component: Component, props, load = "page" }: IslandProps<Props>,
): JSX.Element {
  const { name } = Component;
  const used = useContext(UsedIslandsContext);
  used?.all.add(name);
  if (load === "page") used?.atStart.add(name);
  return (
    <>
      <div data-island={name} data-load={load}>
        <Component {...props} />
      </div>
      <script
        type="application/json"
        // deno-lint-ignore react-no-danger -- the only way to write JSON into a script; serializeProps makes it harmless
        dangerouslySetInnerHTML={{ __html: serializeProps(props) }}
      />
    </>
  );
}

/**
 * JSON that cannot end its script element or open a comment: `<` is escaped. U+2028 and U+2029 are too, for
 * tools that read the element as JavaScript.
 */
export function serializeProps(props: unknown): string {
  return JSON.stringify(props).replace(
    /[<\u2028\u2029]/g,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
