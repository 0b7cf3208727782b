// Owns what a page says when it cannot be shown: not found, refused, broken.

import type { JSX } from "preact";
import type { PageContent } from "../../../lib/render/page.tsx";

export interface ErrorPageProps {
  readonly status: number;
  /** Public text, a whole sentence. */
  readonly text: string;
  readonly isSignedIn?: boolean;
}

export function errorPage(props: ErrorPageProps): PageContent {
  return { title: titleOf(props.status), body: <ErrorPage {...props} /> };
}

function ErrorPage({ status, text, isSignedIn }: ErrorPageProps): JSX.Element {
  return (
    <section class="card">
      <p class="status-code">{status}</p>
      <h1>{titleOf(status)}</h1>
      <p>{text}</p>
      <p class="actions">
        {isSignedIn
          ? <a class="button" href="/watchlist">Open your watchlist</a>
          : <a class="button" href="/">Go to the start page</a>}
      </p>
    </section>
  );
}

function titleOf(status: number): string {
  if (status === 404) return "Page not found";
  return status >= 500 ? "Something went wrong" : "That did not work";
}
