import { tender } from "./tender.mjs";

/** `solo5-hvt ARGS…`, with its exit codes. */
export const main = (args) => tender("hvt", args);
