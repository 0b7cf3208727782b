// Owns the markup of an island in a page: what the server renders, and the serialized props beside it.

import { createContext, type FunctionComponent, type JSX } from "preact";
import { useContext } from "preact/hooks";

export interface IslandProps<Props> {
  /** A component of islands/roots/. Its function name is the name of its file, by which the browser loads it. */
  readonly component: FunctionComponent<Props>;
  readonly props: Props;
  /** When the browser loads its code: with the page, or at the user's first interaction with it. */
  readonly load?: "page" | "interaction";
}

/** The islands of one page. Each render has its own, so that requests share nothing. */
export interface UsedIslands {
  readonly loadedWithPage: Set<string>;
  readonly all: Set<string>;
}

export const UsedIslandsContext = createContext<UsedIslands | undefined>(undefined);

export function Island<Props extends object>(
  { component: Component, props, load = "page" }: IslandProps<Props>,
): JSX.Element {
  const { name } = Component;
  const used = useContext(UsedIslandsContext);
  used?.all.add(name);
  if (load === "page") used?.loadedWithPage.add(name);
  return (
    <>
      <div data-island={name} data-load={load}>
        <Component {...props} />
      </div>
      <script
        type="application/json"
        // deno-lint-ignore react-no-danger -- the only way to write JSON into a script; serializeProps escapes it
        dangerouslySetInnerHTML={{ __html: serializeProps(props) }}
      />
    </>
  );
}

/**
 * Escapes `<`, so that the JSON cannot end its script element or open a comment. Escapes U+2028 and U+2029 for
 * tools that parse the element as JavaScript.
 */
export function serializeProps(props: unknown): string {
  return JSON.stringify(props).replace(
    /[<\u2028\u2029]/g,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
