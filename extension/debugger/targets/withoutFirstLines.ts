const lineFeed = 0x0a;

/** Passes bytes on, without those lines at their beginning that match. Every other byte arrives unchanged. */
export function withoutFirstLines(
  pattern: RegExp,
  onBytes: (bytes: Uint8Array) => void,
): (bytes: Uint8Array) => void {
  let pending: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    if (!pending) return onBytes(bytes);
    pending = Buffer.concat([pending, bytes]);
    for (;;) {
      const end = pending.indexOf(lineFeed);
      if (end < 0 && pending.length < lineLimit) return;
      if (end < 0 || !pattern.test(pending.subarray(0, end).toString())) break;
      pending = pending.subarray(end + 1);
    }
    const rest = pending;
    pending = undefined;
    onBytes(rest);
  };
}

/** Bytes without a line end after which nothing more is removed. */
const lineLimit = 512;
