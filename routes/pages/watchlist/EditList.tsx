// Owns the forms that edit a list as a whole: rename, move, export, import, delete. Each works without JavaScript.

import type { JSX } from "preact";
import { arrangePath, listPath } from "../list_path.ts";
import { type ListFormProps, NameForm } from "./NameForm.tsx";

export interface EditListProps extends ListFormProps {
  /** In the user's order. */
  readonly lists: readonly { readonly id: string; readonly name: string }[];
  /** Of the shown list among the user's, from 0. */
  readonly position: number;
}

export function EditList(props: EditListProps): JSX.Element {
  return (
    <>
      <NameForm
        {...props}
        action="rename"
        label="Name"
        button={<button type="submit" name="action" value="rename" class="quiet">Rename</button>}
        value={props.shown.name}
      />
      {props.lists.length > 1 && <Move {...props} />}
      <p class="menu-row">
        <span>Stocks</span>
        <a href={arrangePath(props.shown.id)}>Change their order</a>
      </p>
      <Export {...props} />
      <Import {...props} />
      {props.lists.length > 1 && <Delete {...props} />}
    </>
  );
}

function Move({ lists, shown, position }: EditListProps): JSX.Element {
  return (
    <form method="post" action={listPath(shown.id)} class="menu-row">
      <span>Place {position + 1} of {lists.length}</span>
      <input type="hidden" name="action" value="move" />
      <button
        type="submit"
        name="position"
        value={position - 1}
        class="quiet"
        aria-label="Move left"
        disabled={position === 0}
      >
        ← Left
      </button>
      <button
        type="submit"
        name="position"
        value={position + 1}
        class="quiet"
        aria-label="Move right"
        disabled={position === lists.length - 1}
      >
        Right →
      </button>
    </form>
  );
}

const files = [
  { format: "text", text: "Text" },
  { format: "csv", text: "CSV" },
  { format: "tradingview", text: "TradingView" },
];

function Export({ shown }: EditListProps): JSX.Element {
  return (
    <p class="menu-row">
      <span>Download</span>
      {files.map(({ format, text }) => (
        <a key={format} href={`${listPath(shown.id)}&export=${format}`}>{text}</a>
      ))}
    </p>
  );
}

function Import({ shown, refused }: EditListProps): JSX.Element {
  const isRefused = refused?.action === "import";
  const typed = isRefused ? refused.form.text : undefined;
  return (
    <details class="fold" open={isRefused}>
      <summary>Import stocks</summary>
      <form method="post" action={listPath(shown.id)} encType="multipart/form-data">
        <label for="import-text">Tickers</label>
        <p class="hint" id="import-hint">
          Separated by lines or commas, or a list of TradingView or Yahoo Finance.
        </p>
        <textarea
          id="import-text"
          name="text"
          rows={4}
          autofocus={isRefused}
          aria-describedby={isRefused ? "refusal" : "import-hint"}
        >
          {typed}
        </textarea>
        <label for="import-file">or a file, up to 60 KB</label>
        <input id="import-file" name="file" type="file" accept=".txt,.csv,text/plain,text/csv" />
        <button type="submit" name="action" value="import">Import</button>
      </form>
    </details>
  );
}

function Delete({ shown: { id, name } }: EditListProps): JSX.Element {
  return (
    <details class="fold">
      <summary class="danger">Delete this list</summary>
      <form method="post" action={listPath(id)}>
        <p>
          Delete “<bdi>{name}</bdi>” with all that is on it? This cannot be undone.
        </p>
        <button type="submit" name="action" value="delete" class="danger">Yes, delete it</button>
      </form>
    </details>
  );
}
