import type { ProjectState } from "./model.ts";

/** The state of a unikernel that was never configured. */
export const unconfigured: ProjectState = {
  configured: undefined,
  lockFile: undefined,
  pulled: false,
  image: undefined,
  stale: [],
};
