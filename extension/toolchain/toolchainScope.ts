import type { Unikernel } from "../project/model.ts";

/** The folders that decide which tools are used: those of a unikernel, or a workspace folder as both. */
export type ToolchainScope = Pick<Unikernel, "root" | "workspaceFolder">;
