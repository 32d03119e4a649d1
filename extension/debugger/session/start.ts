/** What a debug session loads with its first breakpoint. */
export { startDebugRun } from "./debugRun.ts";
export { createRequests } from "./requests.ts";
