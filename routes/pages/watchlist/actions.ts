// Owns what the forms of the watchlist's page do. Knows no page: it says where to go next, or what an import came to.

import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import { parseTicker } from "../../../lib/quote.ts";
import type { ListRef } from "../../../lib/store/store.ts";
import { listNameFault, parseListName } from "../../../lib/watchlist.ts";
import type { ListChanges } from "../../list_changes.ts";
import { importList, type ImportReport } from "../../api/lists/files.ts";
import { listPosition } from "../../api/lists/schemas.ts";
import { findAddable } from "../../api/securities.ts";

export type Form = Partial<Record<string, string>>;

/** `show`: the list to show next, by its id or as the first one. */
export type ActionOutcome =
  | { readonly kind: "done"; readonly show: ListRef["listId"] }
  | { readonly kind: "imported"; readonly report: ImportReport };

interface Work {
  readonly list: ListRef;
  readonly changes: ListChanges;
  readonly deps: Pick<Deps, "securities">;
}

type Action = (form: Form, work: Work) => Promise<ActionOutcome>;

/** Throws a Problem for what is refused. */
export function act(form: Form, work: Work): Promise<ActionOutcome> {
  const implied = form.remove !== undefined ? "remove" : "add";
  const action = actions.get(form.action ?? implied);
  if (!action) throw new Problem("bad_request");
  return action(form, work);
}

/** Buttons of the list's own form name no action: they carry a ticker. */
const actions = new Map<string, Action>(Object.entries(
  {
    async add({ ticker = "" }, { list, changes, deps }) {
      await changes.add({ ...list, ticker: findAddable(deps, ticker).ticker });
      return stayOn(list);
    },
    async remove({ remove }, { list, changes }) {
      const ticker = parseTicker(remove);
      if (!ticker) throw new Problem("not_on_list");
      await changes.remove({ ...list, ticker });
      return stayOn(list);
    },
    async create({ name }, { list: { userId }, changes }) {
      const { id } = await changes.create({ userId, name: nameIn(name) });
      return { kind: "done", show: id };
    },
    async rename({ name }, { list, changes }) {
      await changes.rename({ ...list, name: nameIn(name) });
      return stayOn(list);
    },
    async move({ position }, { list, changes }) {
      const place = listPosition.safeParse(Number(position || NaN));
      if (!place.success) throw new Problem("bad_request");
      await changes.move({ ...list, position: place.data });
      return stayOn(list);
    },
    async delete(_, { list, changes }) {
      await changes.delete(list);
      return { kind: "done", show: "first" };
    },
    async import({ file, text }, { list, changes, deps }) {
      const content = file || text || "";
      if (content.trim() === "") {
        throw new Problem("bad_request", { detail: "Paste a list, or choose a file." });
      }
      const { list: _, ...report } = await importList(content, { change: list, changes, deps });
      return { kind: "imported", report };
    },
  } satisfies Record<string, Action>,
));

function stayOn({ listId }: ListRef): ActionOutcome {
  return { kind: "done", show: listId };
}

function nameIn(text: string | undefined): string {
  const name = parseListName(text ?? "");
  if (name === undefined) throw new Problem("invalid_body", { detail: listNameFault });
  return name;
}
