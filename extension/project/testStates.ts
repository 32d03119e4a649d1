import type { ProjectState } from "./model.ts";

/** A unikernel of which only the sources are there. */
export const fresh: ProjectState = {
  configured: undefined,
  lockFile: undefined,
  pulled: false,
  image: undefined,
  stale: [],
};
