// Owns the buttons that put a stock on a user's lists and take it off; for a stranger, the way to a list.

import type { JSX } from "preact";
import { stockPath } from "./path.ts";
import { pathWith } from "./wanted.ts";

/** Of a user: the lists in their order, undefined while they cannot be read. */
export type UserLists =
  | readonly {
    readonly id: string;
    readonly name: string;
    readonly isOn: boolean;
  }[]
  | undefined;

export interface ListButtonsProps {
  readonly ticker: string;
  /** False: the source cannot price it, so it cannot be added. */
  readonly isAddable: boolean;
  /** The id of the list that the page is about; else the first list is meant. */
  readonly list?: string | undefined;
  readonly viewer: { readonly kind: "stranger" } | {
    readonly kind: "user";
    readonly lists: UserLists;
  };
}

export function ListButtons(
  { ticker, isAddable, list, viewer }: ListButtonsProps,
): JSX.Element | null {
  if (viewer.kind === "stranger") {
    if (!isAddable) return null;
    return (
      <p class="stock-lists">
        <a class="button" href={pathWith("/register", ticker)} rel="nofollow">
          ☆ Add to a watchlist
        </a>
      </p>
    );
  }
  if (!viewer.lists) {
    return <p class="stock-lists status-text">Your lists cannot be read at the moment.</p>;
  }
  const on = viewer.lists.filter(({ isOn }) => isOn);
  const off = isAddable ? viewer.lists.filter(({ isOn }) => !isOn) : [];
  // The one that is offered at once; the others are behind a menu.
  const offered = off.find(({ id }) => id === list) ?? (on.length === 0 ? off[0] : undefined);
  const others = off.filter((other) => other !== offered);
  return (
    <form class="stock-lists" method="post" action={stockPath(ticker, { list })}>
      {on.map(({ id, name }) => (
        <button
          key={id}
          type="submit"
          name="remove"
          value={id}
          class="quiet"
          title={`Remove ${ticker} from ${name}`}
        >
          <span>
            <span aria-hidden="true">★</span>
            <span class="visually-hidden">Remove {ticker} from</span> {name}
          </span>
        </button>
      ))}
      {offered && (
        <button type="submit" name="add" value={offered.id}>
          <span>
            <span aria-hidden="true">☆</span> Add to {offered.name}
          </span>
        </button>
      )}
      {others.length > 0 && (
        <details class="menu">
          <summary>Add to another list</summary>
          <div class="menu-panel">
            {others.map(({ id, name }) => (
              <button key={id} type="submit" name="add" value={id} class="quiet">
                <span>{name}</span>
              </button>
            ))}
          </div>
        </details>
      )}
    </form>
  );
}
