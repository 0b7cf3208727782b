// Owns the page on which a list's stocks are put in order.

import { Arrange, type ArrangeProps } from "../../../islands/roots/Arrange.tsx";
import { Island } from "../../../lib/render/island.tsx";
import type { PageContent } from "../../../lib/render/page.tsx";

export interface ArrangePageProps extends ArrangeProps {
  /** Why a move was refused. */
  readonly refused?: string | undefined;
}

export function arrangePage({ refused, ...props }: ArrangePageProps): PageContent {
  return {
    title: `Order of ${props.list.name}`,
    body: (
      <>
        {refused && <p class="notice notice-error" role="alert">{refused}</p>}
        <Island component={Arrange} props={props} />
      </>
    ),
  };
}
