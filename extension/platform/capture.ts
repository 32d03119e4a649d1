import type { ProcessResult, ProcessSpec, Run } from "./process.ts";

/** The result and the output of a program. */
export interface CapturedOutput {
  readonly result: ProcessResult;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a short program and returns its output decoded as UTF-8. Output after the first `limit` bytes of a stream
 * (default 4 MiB) is discarded. After `timeoutMs` (default 30 s) the program is cancelled.
 */
export async function capture(
  start: Run,
  spec: ProcessSpec,
  options: { signal?: AbortSignal; timeoutMs?: number; limit?: number } = {},
): Promise<CapturedOutput> {
  const limit = options.limit ?? 4 * 1024 * 1024;
  const [out, err] = [collector(limit), collector(limit)];
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const result = await start(spec, { onStdout: out.push, onStderr: err.push, signal, graceMs: 500 });
  return { result, stdout: out.text(), stderr: err.text() };
}

function collector(limit: number) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    push: (bytes: Uint8Array) => {
      const part = bytes.subarray(0, Math.max(0, limit - size));
      size += part.length;
      if (part.length > 0) chunks.push(part);
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}
