import { flatButton } from "./controls.ts";
import { element } from "./dom.ts";

export interface MenuItem {
  readonly label: string;
  readonly onClick: () => void;
}

/**
 * A flat button that opens a menu. Arrow keys move through its items, Escape closes it.
 * https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/
 */
export function menuButton(label: string, content: Node, items: readonly MenuItem[]): HTMLElement {
  const opener = flatButton(label, content, () => show(list.hidden === true));
  opener.setAttribute("aria-haspopup", "menu");
  const list = element("div", { class: "menu", role: "menu", "aria-label": label, hidden: "" });
  const buttons = items.map((item) => {
    const made = element("button", { role: "menuitem", tabindex: "-1" }, item.label);
    made.addEventListener("click", () => {
      show(false);
      item.onClick();
    });
    return made;
  });
  list.append(...buttons);
  const host = element("div", { class: "menuHost" }, opener, list);

  const show = (on: boolean): void => {
    list.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) buttons[0]?.focus();
    else if (host.contains(document.activeElement)) opener.focus();
  };
  show(false);
  host.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const at = buttons.findIndex((each) => each === document.activeElement);
    const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = steps[event.key];
    if (to !== undefined) buttons.at(to % buttons.length)?.focus();
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  host.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && host.contains(event.relatedTarget))) {
      list.hidden = true;
      opener.setAttribute("aria-expanded", "false");
    }
  });
  return host;
}
