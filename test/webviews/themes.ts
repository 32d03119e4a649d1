/** VS Code's default themes as a webview sees them: the variables that the views use, without `--vscode-`. */
export interface Theme {
  /** The class of the body and its data-vscode-theme-kind. */
  readonly kind: "vscode-dark" | "vscode-light" | "vscode-high-contrast" | "vscode-high-contrast-light";
  readonly variables: Readonly<Record<string, string>>;
}

const fonts = {
  "font-family": "system-ui, 'DejaVu Sans', sans-serif",
  "font-size": "13px",
  "font-weight": "normal",
  "editor-font-family": "'DejaVu Sans Mono', monospace",
  "editor-font-size": "14px",
};

const dark = {
  ...fonts,
  foreground: "#cccccc",
  descriptionForeground: "#9d9d9d",
  errorForeground: "#f85149",
  focusBorder: "#0078d4",
  "editor-background": "#1f1f1f",
  "editor-foreground": "#cccccc",
  "editorWarning-foreground": "#cca700",
  "editorInfo-foreground": "#3794ff",
  "testing-iconPassed": "#73c991",
  "widget-border": "#313131",
  "list-hoverBackground": "#2a2d2e",
  "textPreformat-foreground": "#d0d0d0",
  "textPreformat-background": "#3c3c3c",
  "progressBar-background": "#0078d4",
  "button-background": "#0078d4",
  "button-foreground": "#ffffff",
  "button-hoverBackground": "#026ec1",
  "button-border": "#ffffff12",
  "button-secondaryBackground": "#00000000",
  "button-secondaryForeground": "#cccccc",
  "button-secondaryHoverBackground": "#2b2b2b",
};

const light = {
  ...dark,
  foreground: "#3b3b3b",
  descriptionForeground: "#3b3b3b",
  focusBorder: "#005fb8",
  "editor-background": "#ffffff",
  "editor-foreground": "#3b3b3b",
  "editorWarning-foreground": "#bf8803",
  "editorInfo-foreground": "#0063d3",
  "testing-iconPassed": "#388a34",
  "widget-border": "#e5e5e5",
  "list-hoverBackground": "#f2f2f2",
  "textPreformat-foreground": "#3b3b3b",
  "textPreformat-background": "#0000001f",
  "progressBar-background": "#005fb8",
  "button-background": "#005fb8",
  "button-hoverBackground": "#0258a8",
  "button-border": "#0000001a",
  "button-secondaryBackground": "#e5e5e5",
  "button-secondaryForeground": "#3b3b3b",
  "button-secondaryHoverBackground": "#cccccc",
};

/** High contrast leaves hover colours and secondary buttons undefined and draws borders instead. */
const highContrast = {
  ...fonts,
  foreground: "#ffffff",
  descriptionForeground: "#ffffffb3",
  errorForeground: "#f48771",
  focusBorder: "#f38518",
  contrastBorder: "#6fc3df",
  contrastActiveBorder: "#f38518",
  "editor-background": "#000000",
  "editor-foreground": "#ffffff",
  "editorWarning-foreground": "#ffd370",
  "editorInfo-foreground": "#3794ff",
  "testing-iconPassed": "#73c991",
  "widget-border": "#6fc3df",
  "textPreformat-foreground": "#ffffff",
  "progressBar-background": "#6fc3df",
  "button-foreground": "#ffffff",
  "button-background": "#000000",
  "button-border": "#6fc3df",
  "button-secondaryForeground": "#ffffff",
};

const highContrastLight = {
  ...highContrast,
  foreground: "#292929",
  descriptionForeground: "#292929b3",
  errorForeground: "#b5200d",
  focusBorder: "#006bbd",
  contrastBorder: "#0f4a85",
  contrastActiveBorder: "#006bbd",
  "editor-background": "#ffffff",
  "editor-foreground": "#292929",
  "editorWarning-foreground": "#895503",
  "editorInfo-foreground": "#1a85ff",
  "testing-iconPassed": "#007100",
  "widget-border": "#0f4a85",
  "textPreformat-foreground": "#ffffff",
  "textPreformat-background": "#09345f",
  "progressBar-background": "#0f4a85",
  "button-background": "#0f4a85",
  "button-border": "#0f4a85",
  "button-secondaryBackground": "#ffffff",
  "button-secondaryForeground": "#292929",
};

export const themes = {
  dark: { kind: "vscode-dark", variables: dark },
  light: { kind: "vscode-light", variables: light },
  highContrast: { kind: "vscode-high-contrast", variables: highContrast },
  highContrastLight: { kind: "vscode-high-contrast-light", variables: highContrastLight },
} as const satisfies Record<string, Theme>;
