import { tender } from "./tender.mjs";

/** Runs `solo5-hvt ARGS…` and sets its exit code. */
export const main = (args) => tender("hvt", args);
