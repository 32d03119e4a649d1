import type { BreakpointRequests } from "../../debugger/breakpoints/breakpointRequests.ts";
import type { DebugRun, DebugRunEnvironment } from "../../debugger/session/debugTypes.ts";
import type { DebugRequests } from "../../debugger/session/requests.ts";
import type { PreparedLaunch, RawConfiguration } from "./preparedLaunch.ts";

/** A unikernel that runs under gdb. */
export interface DebuggedUnikernel {
  readonly run: DebugRun;
  readonly requests: DebugRequests;
}

/** Whether the unikernel boots under gdb: if there is a breakpoint, or if the configuration says so. */
export function usesDebugger(
  { debugging }: PreparedLaunch,
  configuration: RawConfiguration,
  breakpoints: BreakpointRequests,
): boolean {
  if (configuration["noDebug"] === true || debugging.unavailable !== undefined) return false;
  const isConcerned = breakpoints
    .all()
    .some(({ place }) => place.kind !== "source" || debugging.concerns(place.path));
  return debugging.isRequired || isConcerned || breakpoints.exceptions().length > 0;
}

/**
 * Starts a unikernel under gdb, stopped before its first line, and reports its breakpoints. `name` is that of its
 * thread. Rejects with a ProblemError if it cannot be started.
 */
export async function debugPreparedUnikernel(
  prepared: PreparedLaunch,
  breakpoints: BreakpointRequests,
  environment: DebugRunEnvironment & { readonly name: string },
): Promise<DebuggedUnikernel> {
  const [request, { startDebugRun, createRequests }] = await Promise.all([
    prepared.debugging.request(),
    import("../../debugger/session/start.ts"),
  ]);
  const run = await startDebugRun(environment, request, breakpoints);
  for (const breakpoint of breakpoints.all())
    environment.event("breakpoint", { reason: "changed", breakpoint: run.statusOf(breakpoint) });
  return { run, requests: createRequests(run, environment.name, environment.event) };
}
