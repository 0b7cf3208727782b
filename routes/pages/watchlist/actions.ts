// Owns what the forms of the watchlist's page do. Knows no page: it returns which list to show, or the report of an import.

import type { Deps } from "../../../lib/deps.ts";
import { Problem, type ProblemCode } from "../../../lib/errors.ts";
import { importList, type ImportReport } from "../../../lib/lists/list_import.ts";
import { parseTicker } from "../../../lib/quote.ts";
import { findAddable } from "../../../lib/securities/find_security.ts";
import type { ListRef } from "../../../lib/store/store.ts";
import { listNameFault, listsMax, parseListName } from "../../../lib/watchlist.ts";
import { type Form, positionIn } from "../form_fields.ts";

/** `show`: the list to show next, by its id or as the first one. */
export type ActionOutcome =
  | { readonly kind: "done"; readonly show: ListRef["listId"] }
  | { readonly kind: "imported"; readonly report: ImportReport };

interface Target {
  readonly list: ListRef;
  readonly deps: Pick<Deps, "lists" | "securities">;
}

type Action = (form: Form, target: Target) => Promise<ActionOutcome>;

/** Throws a Problem for what is refused. */
export function act(form: Form, target: Target): Promise<ActionOutcome> {
  // Buttons of the list's own form name no action: they carry a ticker.
  const implied = form.remove !== undefined ? "remove" : "add";
  const action = actions.get(form.action ?? implied);
  if (!action) throw new Problem("bad_request");
  return action(form, target);
}

const actions = new Map<string, Action>(Object.entries(
  {
    async add({ ticker = "" }, { list, deps: { lists, securities } }) {
      await lists.add({ ...list, ticker: findAddable(securities, ticker).ticker });
      return stayOn(list);
    },
    async remove({ remove }, { list, deps: { lists } }) {
      const ticker = parseTicker(remove);
      if (!ticker) throw new Problem("not_on_list");
      await unlessGone("not_on_list", lists.remove({ ...list, ticker }));
      return stayOn(list);
    },
    async create({ name }, { list: { userId }, deps: { lists } }) {
      const { id } = await lists.create({ userId, name: nameIn(name) });
      return { kind: "done", show: id };
    },
    async rename({ name }, { list, deps: { lists } }) {
      await lists.rename({ ...list, name: nameIn(name) });
      return stayOn(list);
    },
    async move({ position }, { list, deps: { lists } }) {
      await lists.move({ ...list, position: positionIn(position, listsMax) });
      return stayOn(list);
    },
    async delete(_, { list, deps: { lists } }) {
      await unlessGone("unknown_list", lists.delete(list));
      return { kind: "done", show: "first" };
    },
    async import({ file, text }, { list, deps: { lists, securities } }) {
      const content = file || text || "";
      if (content.trim() === "") {
        throw new Problem("bad_request", { detail: "Paste a list, or choose a file." });
      }
      const { list: _, ...report } = await importList(content, { change: list, lists, securities });
      return { kind: "imported", report };
    },
  } satisfies Record<string, Action>,
));

/** What is gone already, as after a second click, is what the user asked for. */
async function unlessGone(code: ProblemCode, removal: Promise<unknown>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!(error instanceof Problem && error.code === code)) throw error;
  });
}

function stayOn({ listId }: ListRef): ActionOutcome {
  return { kind: "done", show: listId };
}

function nameIn(text = ""): string {
  const name = parseListName(text);
  if (name === undefined) throw new Problem("invalid_body", { detail: listNameFault });
  return name;
}
