import { element } from "../../kit/dom.ts";

export interface PopupItem {
  readonly label: string;
  /** The state of a checkbox item, whose selection leaves the menu open. */
  readonly checked?: boolean;
  /** The keyboard shortcut of the same action. */
  readonly key?: string;
  readonly onClick: () => void;
}

export interface Popup {
  readonly element: HTMLElement;
  /** Opens at a point of the page, in pixels; `items` is called again after a checkbox item was selected. */
  readonly open: (x: number, y: number, label: string, items: () => readonly PopupItem[]) => void;
}

/**
 * A context menu. Arrow keys move through its items, Enter and Space select one, Escape closes it.
 * https://www.w3.org/WAI/ARIA/apg/patterns/menubar/
 */
export function createPopup(): Popup {
  const list = element("div", { class: "popup", role: "menu", hidden: "" });
  let before: Element | null = null;
  let now: () => readonly PopupItem[] = () => [];

  const buttons = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("button")];
  const close = (): void => {
    if (list.hidden) return;
    const inside = list.contains(document.activeElement);
    list.hidden = true;
    if (inside && before instanceof HTMLElement) before.focus();
  };
  const draw = (focused: number): void => {
    list.replaceChildren(
      ...now().map((item, index) => {
        const { checked, key } = item;
        const made = element(
          "button",
          {
            type: "button",
            tabindex: "-1",
            role: checked === undefined ? "menuitem" : "menuitemcheckbox",
            ...(checked !== undefined && { "aria-checked": String(checked) }),
            ...(key !== undefined && { "aria-keyshortcuts": key }),
          },
          element("span", { class: "tick", "aria-hidden": "true" }, checked === true ? "✓" : ""),
          element("span", { class: "what" }, item.label),
          element("span", { class: "key", "aria-hidden": "true" }, key ?? ""),
        );
        made.addEventListener("click", () => {
          if (checked === undefined) close();
          item.onClick();
          if (checked !== undefined) draw(index);
        });
        return made;
      }),
    );
    buttons()[focused]?.focus();
  };

  list.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.findIndex((each) => each === document.activeElement);
    const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = steps[event.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("focusout", (event) => {
    // Redrawing the menu removes the focus for a moment; relatedTarget is null then.
    if (event.relatedTarget instanceof Node && !list.contains(event.relatedTarget)) list.hidden = true;
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !list.contains(event.target)) list.hidden = true;
  });
  window.addEventListener("blur", () => (list.hidden = true));

  return {
    element: list,
    open: (x, y, label, items) => {
      before = document.activeElement;
      now = items;
      list.setAttribute("aria-label", label);
      list.hidden = false;
      draw(0);
      const { offsetWidth, offsetHeight } = list;
      list.style.left = `${Math.max(0, Math.min(x, window.innerWidth - offsetWidth - 4))}px`;
      list.style.top = `${Math.max(0, Math.min(y, window.innerHeight - offsetHeight - 4))}px`;
    },
  };
}
