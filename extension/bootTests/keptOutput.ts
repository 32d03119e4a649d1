/** The end of what a program printed. */
export interface KeptOutput {
  readonly push: (bytes: Uint8Array) => void;
  readonly text: () => string;
}

/** Keeps at least the last `limit` bytes of an output, and at most twice as many, so that one without end fits in memory. */
export function keepOutput(limit: number): KeptOutput {
  let earlier: Uint8Array[] = [];
  let latest: Uint8Array[] = [];
  let length = 0;
  return {
    push: (bytes) => {
      latest.push(Buffer.from(bytes.subarray(-limit)));
      length += Math.min(bytes.length, limit);
      if (length < limit) return;
      earlier = latest;
      latest = [];
      length = 0;
    },
    text: () =>
      Buffer.concat([...earlier, ...latest])
        .subarray(-limit)
        .toString(),
  };
}
