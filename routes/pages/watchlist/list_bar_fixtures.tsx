// Owns a bar of two lists, the second one shown, for tests of its parts. No product code imports it.

import { renderToString } from "preact-render-to-string";
import { ListBar, type ListBarProps } from "./ListBar.tsx";

export const two = [{ id: "l1", name: "First" }, { id: "l2", name: "Second" }];

export function bar(props: Partial<ListBarProps> = {}): string {
  return renderToString(
    <ListBar lists={two} shown={{ id: "l2", name: "Second" }} {...props} />,
  );
}
