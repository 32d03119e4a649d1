import type { StackFrame } from "../logs/model.ts";

/** The text of a frame of a crash: its function, and its file if VS Code can't show it as a link. */
export function frameLabel({ name, file }: Pick<StackFrame, "name" | "file">, isLink: boolean): string {
  if (name === undefined) return file;
  return isLink ? name : `${name} (${file})`;
}
