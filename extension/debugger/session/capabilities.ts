import type { DebugProtocol } from "@vscode/debugprotocol";
import { t } from "../../protocol/l10n.ts";

/** The exception filters. All are off by default, because one that is on boots every unikernel under gdb. */
const filters: readonly DebugProtocol.ExceptionBreakpointsFilter[] = [
  { filter: "user", label: t("Exceptions Raised in Your Code") },
  { filter: "all", label: t("All Raised Exceptions") },
  { filter: "uncaught", label: t("Uncaught Exceptions") },
].map((filter) => ({
  ...filter,
  default: false,
  supportsCondition: true,
  conditionDescription: t("Names of exceptions, such as Not_found, Failure"),
}));

/** What the adapter supports when a unikernel runs under gdb. */
export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsTerminateRequest: true,
  supportsRestartRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsExceptionFilterOptions: true,
  supportsExceptionInfoRequest: true,
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsReadMemoryRequest: true,
  supportsDisassembleRequest: true,
  supportsInstructionBreakpoints: true,
  supportsSteppingGranularity: true,
  supportsStepInTargetsRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsLoadedSourcesRequest: true,
  supportsModulesRequest: true,
  supportsCompletionsRequest: true,
  supportsValueFormattingOptions: true,
  exceptionBreakpointFilters: [...filters],
};
