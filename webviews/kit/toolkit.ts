/**
 * The Webview UI Toolkit, which is archived upstream. No other file imports it or names its elements, so
 * that replacing these two controls replaces it. https://github.com/microsoft/vscode-webview-ui-toolkit
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from "vscode-webview-ui-toolkit";
import { element } from "./dom.ts";

/** Registers the custom elements that the functions below create. To be called once a page. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());
}

export interface ButtonOptions {
  readonly label: string;
  /** The label for screen readers, if `label` alone is ambiguous. */
  readonly fullLabel?: string;
  /** The tooltip. */
  readonly hint?: string;
  readonly primary?: boolean;
  readonly onClick: () => void;
}

/** A primary or secondary button with a text. */
export function button(options: ButtonOptions): HTMLElement {
  const appearance = options.primary === true ? "primary" : "secondary";
  const made = element("vscode-button", {
    appearance,
    class: `button ${appearance}`,
    ...(options.fullLabel !== undefined && { "aria-label": options.fullLabel }),
    ...(options.hint !== undefined && { title: options.hint }),
  });
  made.textContent = options.label;
  made.addEventListener("click", options.onClick);
  return made;
}

/** A spinner, hidden from screen readers: a text beside it must say what is in progress. */
export function progressRing(): HTMLElement {
  return element("vscode-progress-ring", { class: "ring", "aria-hidden": "true" });
}
