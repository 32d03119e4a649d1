import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from "vscode-webview-ui-toolkit";
import { element, icon } from "./dom.ts";

/** Makes the controls below known to the page. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export interface ButtonOptions {
  readonly label: string;
  /** What a screen reader says where the label alone is not enough. */
  readonly fullLabel?: string;
  readonly hint?: string;
  readonly primary?: boolean;
  readonly press: () => void;
}

/** A button of VS Code's look. */
export function button(options: ButtonOptions): HTMLElement {
  const made = element("vscode-button", {
    appearance: options.primary === true ? "primary" : "secondary",
    ...(options.fullLabel !== undefined && { "aria-label": options.fullLabel }),
    ...(options.hint !== undefined && { title: options.hint }),
  });
  made.textContent = options.label;
  made.addEventListener("click", options.press);
  return made;
}

/** A turning ring; the words beside it say what goes on. */
export function progressRing(): HTMLElement {
  return element("vscode-progress-ring", { class: "ring", "aria-hidden": "true" });
}

export interface IconButtonOptions {
  /** Said by screen readers and shown as a tooltip. */
  readonly label: string;
  /** The drawing, see `icon`. */
  readonly path: string;
  readonly press: () => void;
}

/** A flat button with a drawing, as in the title bars of VS Code's views. */
export function iconButton({ label, path, press }: IconButtonOptions): HTMLElement {
  const made = element("vscode-button", { appearance: "icon", "aria-label": label, title: label });
  made.append(icon(path));
  made.addEventListener("click", press);
  return made;
}

export interface Toggle {
  readonly element: HTMLElement;
  readonly set: (on: boolean) => void;
}

/** A flat button that stays pressed; `content` is its text or drawing. `press` is told the wish. */
export function toggle(label: string, content: Node | string, press: (on: boolean) => void): Toggle {
  const made = element("vscode-button", {
    appearance: "icon",
    class: "toggle",
    "aria-label": label,
    title: label,
  });
  made.append(content);
  const set = (on: boolean): void => {
    made.setAttribute("aria-pressed", String(on));
    // For the button inside, which screen readers see: the toolkit does not hand the attribute on.
    Reflect.set(made, "ariaPressed", String(on));
  };
  set(false);
  made.addEventListener("click", () => press(made.getAttribute("aria-pressed") !== "true"));
  return { element: made, set };
}

/** A box to tick; `press` is told the wish. */
export function checkbox(label: string, hint: string, press: (on: boolean) => void): Toggle {
  const made = element("vscode-checkbox", hint === "" ? {} : { title: hint });
  made.textContent = label;
  let shown = false;
  made.addEventListener("change", () => {
    const on = Reflect.get(made, "checked") === true;
    if (on === shown) return;
    shown = on;
    press(on);
  });
  return {
    element: made,
    set: (on) => {
      shown = on;
      Reflect.set(made, "checked", on);
    },
  };
}

export interface Choice {
  readonly value: string;
  readonly text: string;
  /** A class for the option, such as one that colours it. */
  readonly tone?: string;
}

export interface Dropdown {
  readonly element: HTMLElement;
  /** Replaces what may be chosen; does nothing when nothing has changed. */
  readonly set: (choices: readonly Choice[], chosen: string) => void;
}

/** One of several; `choose` is told the value when the user takes another. */
export function dropdown(label: string, choose: (value: string) => void): Dropdown {
  const made = element("vscode-dropdown", { "aria-label": label, title: label });
  let shown = "";
  let chosen = "";
  made.addEventListener("change", () => {
    const value: unknown = Reflect.get(made, "value");
    if (typeof value !== "string" || value === chosen) return;
    chosen = value;
    choose(value);
  });
  return {
    element: made,
    set: (choices, now) => {
      const next = JSON.stringify(choices);
      if (next !== shown) {
        shown = next;
        made.replaceChildren(
          ...choices.map(({ value, text, tone }) =>
            element("vscode-option", { value, ...(tone !== undefined && { class: tone }) }, text),
          ),
        );
      } else if (now === chosen) return;
      chosen = now;
      // The control looks for the option by value, which it has once it has seen its new children.
      queueMicrotask(() => Reflect.set(made, "value", chosen));
    },
  };
}

export interface TextField {
  readonly element: HTMLElement;
  readonly value: () => string;
  readonly set: (value: string) => void;
  /** Shows that what is typed is wrong and why; undefined when it is right. */
  readonly complain: (reason: string | undefined) => void;
  readonly focus: () => void;
}

/** A line of text; `typed` is called at every letter. */
export function textField(label: string, placeholder: string, typed: () => void): TextField {
  const made = element("vscode-text-field", { "aria-label": label, placeholder, spellcheck: "false" });
  made.addEventListener("input", typed);
  // The control names itself "Text field" when it comes into the page.
  requestAnimationFrame(() => made.setAttribute("aria-label", label));
  const value = (): string => {
    const now: unknown = Reflect.get(made, "value");
    return typeof now === "string" ? now : "";
  };
  return {
    element: made,
    value,
    set: (next) => void Reflect.set(made, "value", next),
    complain: (reason) => {
      made.classList.toggle("wrong", reason !== undefined);
      made.title = reason ?? "";
      if (reason === undefined) made.removeAttribute("aria-invalid");
      else made.setAttribute("aria-invalid", "true");
    },
    focus: () => {
      made.focus();
      made.shadowRoot?.querySelector("input")?.select();
    },
  };
}
