import { ProblemError, targetNotReadyCode } from "../platform/errors.ts";

/** Codes of problems that say that the computer, not the unikernel, prevents a boot. */
const hostProblems: readonly string[] = [targetNotReadyCode, "not-ready", "not-bootable", "boot-by-hand"];

/** Whether an error says that this computer can't build or boot a unikernel. It may be the cause of another error. */
export function isHostProblem(error: unknown): boolean {
  const problem = error instanceof Error && error.cause instanceof ProblemError ? error.cause : error;
  return problem instanceof ProblemError && hostProblems.includes(problem.problem.code);
}
