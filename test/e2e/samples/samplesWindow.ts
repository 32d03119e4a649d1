import type { Programs } from "../programs.ts";
import type { Session } from "../session.ts";

/** The window that all tests in this folder share. Both are available when the hook `before` has run. */
export interface SamplesWindow {
  readonly session: () => Session;
  /** While its folder has the file `hang`, `mirage configure` does not end. */
  readonly programs: () => Programs;
}
