/** The messages of the Debug Adapter Protocol that are used here (its specification, version 1.7x). */

export interface DapRequest {
  readonly seq: number;
  readonly type: "request";
  readonly command: string;
  readonly arguments?: unknown;
}

export type DapMessage =
  | {
      readonly seq: number;
      readonly type: "response";
      readonly request_seq: number;
      readonly command: string;
      readonly success: boolean;
      readonly message?: string;
      readonly body?: unknown;
    }
  | { readonly seq: number; readonly type: "event"; readonly event: string; readonly body?: unknown };

/** How the debug console displays output. */
export type OutputCategory = "console" | "stdout" | "stderr";

/** Whether a message is a request. VS Code sends no other kind to an adapter. */
export function isRequest(message: unknown): message is DapRequest {
  if (typeof message !== "object" || message === null) return false;
  const { type, seq, command } = message as Partial<Record<string, unknown>>;
  return type === "request" && typeof seq === "number" && typeof command === "string";
}
