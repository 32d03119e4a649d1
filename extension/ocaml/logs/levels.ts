/** Levels of OCaml's Logs library, the most severe first; `app` is its level for users. */
export const levels = ["app", "error", "warning", "info", "debug"] as const;
export type Level = (typeof levels)[number];
