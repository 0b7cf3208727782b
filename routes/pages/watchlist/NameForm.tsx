// Owns the form of a list's name: for a new list, and for another name of the shown one.

import type { JSX } from "preact";
import type { ListBarProps } from "./ListBar.tsx";
import { listPath } from "../list_path.ts";

export interface NameFormProps extends Pick<ListBarProps, "shown" | "nameLengthMax" | "refused"> {
  readonly action: "create" | "rename";
  readonly label: string;
  readonly button: JSX.Element;
  readonly value?: string;
}

export function NameForm(props: NameFormProps): JSX.Element {
  const { action, label, button, shown, nameLengthMax, refused, value } = props;
  const id = `${action}-name`;
  const isRefused = refused?.action === action;
  return (
    <form method="post" action={listPath(shown.id)}>
      <label for={id}>{label}</label>
      <div class="inline-field">
        <input
          id={id}
          name="name"
          type="text"
          required
          maxLength={nameLengthMax}
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
