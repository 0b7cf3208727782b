// Owns the frame of every page: head, header, footer, and the script if the page has islands. Knows no content of a page.

import type { ComponentChildren, JSX } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Assets } from "./assets.ts";
import { type UsedIslands, UsedIslandsContext } from "./island.tsx";
import { ReloadScript } from "./reload.tsx";

/** What a page's component returns. */
export interface PageContent {
  readonly title: string;
  readonly description?: string;
  /** What links to the page show, and its one address where several lead to it. */
  readonly shared?: { readonly path: string; readonly title: string };
  readonly body: ComponentChildren;
}

/** What the frame shows; it depends on the request alone. */
export interface PageFrame {
  readonly assets: Pick<Assets, "path" | "modules">;
  /** The nonce of the answer's Content-Security-Policy. */
  readonly nonce: string;
  /** The path of the request. The navigation marks its link. */
  readonly path: string;
  /** The user who is signed in. */
  readonly username?: string | undefined;
  /** False where strangers cannot register: there is no link to it. Default: true. */
  readonly mayRegister?: boolean;
  /** In development, the build of this page. The page reloads once the service runs another build. */
  readonly devBuild?: string | undefined;
  /** What the quote source says about its prices. */
  readonly notice: string;
}

export function renderPage(content: PageContent, frame: PageFrame): string {
  const used: UsedIslands = { loadedWithPage: new Set(), all: new Set() };
  const body = renderToString(
    <UsedIslandsContext.Provider value={used}>
      <Header frame={frame} />
      <main id="main">{content.body}</main>
      <Footer notice={frame.notice} />
    </UsedIslandsContext.Provider>,
  );
  // The head is rendered second, because rendering the body collects the islands.
  const head = renderToString(<Head content={content} frame={frame} used={used} />);
  return `<!doctype html><html lang="en">${head}<body>${body}</body></html>`;
}

const defaultDescription = "Your stocks on one page, with prices that move as you watch.";

function Head({ content, frame, used }: {
  content: PageContent;
  frame: PageFrame;
  used: UsedIslands;
}): JSX.Element {
  const { assets, nonce } = frame;
  const { shared, description = defaultDescription } = content;
  const modules = new Set([...used.loadedWithPage].flatMap((island) => assets.modules(island)));
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{content.title} · Quoteboard</title>
      <meta name="description" content={description} />
      {shared && (
        <>
          <link rel="canonical" href={shared.path} />
          <meta property="og:type" content="website" />
          <meta property="og:site_name" content="Quoteboard" />
          <meta property="og:title" content={shared.title} />
          <meta property="og:description" content={description} />
        </>
      )}
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" content="#f6f7f9" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#10141a" media="(prefers-color-scheme: dark)" />
      <link rel="icon" type="image/svg+xml" href={assets.path("favicon.svg")} />
      <link rel="stylesheet" href={assets.path("styles.css")} />
      {used.all.size > 0 && (
        <>
          <script type="module" nonce={nonce} src={assets.path("boot.js")} />
          {[...modules].map((path) => (
            <link key={path} rel="modulepreload" nonce={nonce} href={path} />
          ))}
        </>
      )}
      {frame.devBuild !== undefined && <ReloadScript build={frame.devBuild} nonce={nonce} />}
    </head>
  );
}

function Header({ frame }: { frame: PageFrame }): JSX.Element {
  return (
    <>
      <a class="skip-link" href="#main">Skip to content</a>
      <header class="site-header">
        <a class="brand" href="/">
          <Logo />
          <span>Quoteboard</span>
        </a>
        <nav aria-label="Site">
          {frame.username === undefined
            ? (
              <>
                <NavLink frame={frame} to="/login">Sign in</NavLink>
                {frame.mayRegister !== false && (
                  <NavLink frame={frame} to="/register">Create account</NavLink>
                )}
              </>
            )
            : (
              <>
                <NavLink frame={frame} to="/watchlist">Watchlist</NavLink>
                <NavLink frame={frame} to="/account">Account</NavLink>
                <form method="post" action="/account">
                  <button type="submit" name="action" value="sign-out" class="quiet">
                    Sign out
                  </button>
                </form>
              </>
            )}
        </nav>
      </header>
    </>
  );
}

function NavLink({ frame, to, children }: {
  frame: PageFrame;
  to: string;
  children: ComponentChildren;
}): JSX.Element {
  return <a href={to} aria-current={frame.path === to ? "page" : undefined}>{children}</a>;
}

function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <path
        d="M6 21.5l6.5-7 5 4.5L26 9.5"
        fill="none"
        stroke="#fff"
        stroke-width="3"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

function Footer({ notice }: { notice: string }): JSX.Element {
  return (
    <footer class="site-footer">
      <p>{notice}</p>
      <p>
        <a href="/api/docs">API</a>
      </p>
    </footer>
  );
}
