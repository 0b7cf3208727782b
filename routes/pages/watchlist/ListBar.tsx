// Owns the bar above the list: the user's lists as links, and the two menus, to make a list and to edit the shown one.

import type { ComponentChildren, JSX } from "preact";
import { EditList } from "./EditList.tsx";
import { listPath } from "../list_path.ts";
import { type ListFormProps, NameForm } from "./NameForm.tsx";

export interface ListBarProps extends ListFormProps {
  /** In the user's order. */
  readonly lists: readonly { readonly id: string; readonly name: string }[];
}

export function ListBar(props: ListBarProps): JSX.Element {
  const { lists, shown, refused } = props;
  return (
    // The script replaces the bar when the lists have changed.
    <div class="list-bar" data-lists={JSON.stringify(lists)}>
      {lists.length > 1 && (
        <nav class="tabs" aria-label="Your lists">
          {lists.map(({ id, name }) => (
            <a
              key={id}
              href={listPath(id)}
              aria-current={id === shown.id ? "page" : undefined}
              title={name}
            >
              <span>{name}</span>
            </a>
          ))}
        </nav>
      )}
      <Menu title="New list" open={refused?.action === "create"}>
        <NameForm
          {...props}
          action="create"
          label="Name of the new list"
          button={<button type="submit" name="action" value="create">Create</button>}
        />
      </Menu>
      <Menu title="Edit list" open={["rename", "import"].includes(refused?.action ?? "")}>
        <EditList {...props} position={lists.findIndex(({ id }) => id === shown.id)} />
      </Menu>
    </div>
  );
}

/** Only one is open at a time, since they share a name. */
function Menu({ title, open, children }: {
  title: string;
  open: boolean;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="menu" name="list-menu" open={open}>
      <summary>{title}</summary>
      <div class="menu-panel">{children}</div>
    </details>
  );
}
