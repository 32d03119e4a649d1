import { tender } from "./tender.mjs";

/** Runs `solo5-spt ARGS…` and sets its exit code. */
export const main = (args) => tender("spt", args);
