// Owns how the built scripts make elements. The build takes it in place of preact/jsx-runtime, which has its own copy of what `h` does.

import { type Attributes, type ComponentType, Fragment, h, type VNode } from "preact";

/** What the compiler calls for each element. The children are among the props. */
export function jsx(type: ComponentType, props: Attributes, key?: string): VNode {
  return h(type, { ...props, key });
}

export { Fragment, jsx as jsxs };
