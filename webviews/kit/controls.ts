/** Plain elements that look like VS Code's own controls; controls.css styles them with the theme's variables. */
import { element, icon } from "./dom.ts";

export interface IconButtonOptions {
  /** The label for screen readers, also the tooltip. */
  readonly label: string;
  /** The drawing, see `icon`. */
  readonly path: string;
  readonly onClick: () => void;
}

/** A flat button with an icon, as in the title bars of VS Code's views. */
export function iconButton({ label, path, onClick }: IconButtonOptions): HTMLElement {
  return flatButton(label, icon(path), onClick);
}

/** A flat button with this content; `label` is for screen readers and the tooltip. */
export function flatButton(label: string, content: Node | string, onClick: () => void): HTMLElement {
  const made = element("button", { type: "button", class: "flat", "aria-label": label, title: label });
  made.append(content);
  made.addEventListener("click", onClick);
  return made;
}

export interface Toggle {
  readonly element: HTMLElement;
  /** Shows a state; does not call `onChange`. */
  readonly set: (on: boolean) => void;
}

/**
 * A flat button that is pressed or not; `content` is its text or icon. A click calls `onChange` with the
 * requested state, and the caller calls `set` if it accepts that.
 */
export function toggle(label: string, content: Node | string, onChange: (on: boolean) => void): Toggle {
  const made = flatButton(label, content, () => onChange(made.getAttribute("aria-pressed") !== "true"));
  made.classList.add("toggle");
  const set = (on: boolean): void => made.setAttribute("aria-pressed", String(on));
  set(false);
  return { element: made, set };
}

/** A checkbox. `onChange` receives the new state. */
export function checkbox(label: string, hint: string, onChange: (on: boolean) => void): Toggle {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.addEventListener("change", () => onChange(input.checked));
  const made = element("label", { class: "checkbox", ...(hint !== "" && { title: hint }) }, input, label);
  return { element: made, set: (on) => void (input.checked = on) };
}

export interface DropdownChoice {
  readonly value: string;
  readonly text: string;
  /** A class for the option, such as one that colours it. */
  readonly tone?: string;
}

export interface Dropdown {
  readonly element: HTMLElement;
  /** Replaces the choices and selects one; does nothing if neither has changed. */
  readonly set: (choices: readonly DropdownChoice[], selected: string) => void;
}

/** A list of which one value is selected. `onChange` receives the value that the user selects. */
export function dropdown(label: string, onChange: (value: string) => void): Dropdown {
  const select = document.createElement("select");
  select.className = "dropdown";
  select.title = label;
  select.setAttribute("aria-label", label);
  select.addEventListener("change", () => onChange(select.value));
  let shown = "";
  return {
    element: select,
    set: (choices, selected) => {
      const next = JSON.stringify(choices);
      // Replacing the options would close an open list.
      if (next !== shown) {
        shown = next;
        select.replaceChildren(
          ...choices.map(({ value, text, tone }) =>
            element("option", { value, ...(tone !== undefined && { class: tone }) }, text),
          ),
        );
      }
      if (select.value !== selected) select.value = selected;
    },
  };
}

export interface TextField {
  readonly element: HTMLElement;
  readonly value: () => string;
  readonly set: (value: string) => void;
  /** Marks the text as invalid, with the reason as its tooltip; undefined clears that. */
  readonly setError: (reason: string | undefined) => void;
  readonly hasFocus: () => boolean;
  /** Moves the focus here and selects the text. */
  readonly focus: () => void;
}

/** A single-line text field. `onInput` is called after each change by the user. */
export function textField(label: string, placeholder: string, onInput: () => void): TextField {
  const input = document.createElement("input");
  input.type = "text";
  input.spellcheck = false;
  input.placeholder = placeholder;
  input.setAttribute("aria-label", label);
  input.addEventListener("input", onInput);
  const made = element("span", { class: "textField" }, input);
  return {
    element: made,
    value: () => input.value,
    set: (next) => void (input.value = next),
    setError: (reason) => {
      made.classList.toggle("invalid", reason !== undefined);
      input.title = reason ?? "";
      if (reason === undefined) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    },
    hasFocus: () => document.activeElement === input,
    focus: () => {
      input.focus();
      input.select();
    },
  };
}
