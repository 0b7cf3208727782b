// Owns how an open page follows the development build: it reloads once the service runs another build.
// A hidden page holds no stream: a browser opens six of them to one host at most, and the next page would wait.

import type { JSX } from "preact";

/** The URL of a stream whose first event is the build. The stream ends with the process. */
export const reloadPath = "/dev/events";

/** The delay before the page connects again to a service that restarts. */
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
  let stream;
  const follow = () => {
    stream?.close();
    if (document.hidden) return;
    stream = new EventSource("${reloadPath}");
    stream.onmessage = ({ data }) => data === build || location.reload();
    stream.onerror = () => {
      stream.close();
      setTimeout(follow, ${retryMs});
    };
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}`;
