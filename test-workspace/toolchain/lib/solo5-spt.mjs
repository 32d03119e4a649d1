import { tender } from "./tender.mjs";

/** `solo5-spt ARGS…`, with its exit codes. */
export const main = (args) => tender("spt", args);
