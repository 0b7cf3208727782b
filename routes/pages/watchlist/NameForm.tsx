// Owns the form of a list's name: for a new list, and for another name of the shown one.

import type { JSX } from "preact";
import { listNameLengthMax } from "../../../lib/watchlist.ts";
import { FormId } from "../form.tsx";
import { listPath } from "../list_path.ts";

/** What every form about a list needs. */
export interface ListFormProps {
  readonly shown: { readonly id: string; readonly name: string };
  /** The form that was refused: its menu stays open, with what was typed. */
  readonly refused?: {
    readonly action: string | undefined;
    readonly form: Readonly<Partial<Record<string, string>>>;
  } | undefined;
}

export interface NameFormProps extends ListFormProps {
  readonly action: "create" | "rename";
  readonly label: string;
  readonly button: JSX.Element;
  readonly value?: string;
}

export function NameForm(props: NameFormProps): JSX.Element {
  const { action, label, button, shown, refused, value } = props;
  const id = `${action}-name`;
  const isRefused = refused?.action === action;
  return (
    <form method="post" action={listPath(shown.id)}>
      <FormId />
      <label for={id}>{label}</label>
      <div class="inline-field">
        <input
          id={id}
          name="name"
          type="text"
          required
          maxLength={listNameLengthMax}
          autocomplete="off"
          value={isRefused ? refused.form.name : value}
          autofocus={isRefused}
          aria-invalid={isRefused || undefined}
          aria-describedby={isRefused ? "refusal" : undefined}
        />
        {button}
      </div>
    </form>
  );
}
