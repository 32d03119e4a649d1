import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from "vscode-webview-ui-toolkit";
import { element } from "./dom.ts";

/** Makes the controls below known to the page. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());
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
