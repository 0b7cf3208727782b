// Owns how an open page follows the development build: it asks which build the service is of, and loads again if another.

import type { JSX } from "preact";

/** Answers a stream whose first event is the build; it ends with the process. */
export const reloadPath = "/dev/events";

/** A service that restarts is asked again after this. */
const retryMs = 150;

export function ReloadScript({ build, nonce }: { build: string; nonce: string }): JSX.Element {
  return (
    <script
      nonce={nonce}
      data-build={build}
      // deno-lint-ignore react-no-danger -- a constant of this file
      dangerouslySetInnerHTML={{ __html: script }}
    />
  );
}

const script = `{
  const { build } = document.currentScript.dataset;
  const follow = () => {
    const stream = new EventSource("${reloadPath}");
    stream.onmessage = ({ data }) => data === build || location.reload();
    stream.onerror = () => {
      stream.close();
      setTimeout(follow, ${retryMs});
    };
  };
  follow();
}`;
