// Owns the cell of a row with the small line of today. The server draws it; in the browser it stays as it came.

import type { JSX } from "preact";

/** `svg`: markup of `sparkSvg`, on the server alone. Preact does not touch such content when it hydrates. */
export function SparkCell({ svg = "" }: { svg?: string | undefined }): JSX.Element {
  return (
    <td
      role="cell"
      class="spark"
      data-part="spark"
      // deno-lint-ignore react-no-danger -- the props need not carry the line once more; it has only numbers
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  );
}
