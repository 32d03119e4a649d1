/** Splits a TCP connection of a syslog sender into messages. */
export interface SyslogFrames {
  readonly push: (bytes: Uint8Array) => void;
  /** Emits the rest, which has no end. */
  readonly end: () => void;
}

/** A longer message is cut, and its rest is skipped. */
export const maxMessageBytes = 64 * 1024;
const NUL = 0;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const LESS = 0x3c;

/**
 * Recognizes the framing of a connection: the length in decimal before each message (RFC 6587, octet counting), NUL after
 * each message, the default of logs-syslog, or a line end. A message of several lines can contain line ends if the
 * framing is NUL; with line ends, a line without a priority that arrives with the message before it is taken as its
 * next line. Empty messages are passed on as well. Bytes are copied. At most `maxMessageBytes` are buffered.
 */
export function syslogFrames(onMessage: (bytes: Uint8Array) => void): SyslogFrames {
  let pending = Buffer.alloc(0);
  /** Bytes of a long message that are still to be skipped: a number, or until the next delimiter. */
  let skip: number | "delimiter" = 0;
  let framing: "unknown" | "counted" | "nul" | "lines" = "unknown";

  const emit = (end: number, next: number) => {
    onMessage(Uint8Array.prototype.slice.call(pending, 0, end));
    pending = pending.subarray(next);
  };

  /** Emits one message from the start of `pending`. Returns whether there was a whole one. */
  const takeCounted = (): boolean => {
    const head = /^(\d{1,9}) /.exec(pending.toString("latin1", 0, 10));
    if (!head) {
      // Not a length: the rest of the connection has another framing.
      if (pending.length >= 10 || !/^\d*$/.test(pending.toString("latin1"))) framing = "lines";
      return framing === "lines" && takeDelimited(LF);
    }
    const [whole, digits] = head;
    const length = Number(digits);
    const kept = Math.min(length, maxMessageBytes);
    if (pending.length < whole.length + kept) return false;
    pending = pending.subarray(whole.length);
    skip = length - kept;
    emit(kept, kept);
    return true;
  };

  const takeDelimited = (delimiter: number): boolean => {
    const end = messageEnd(delimiter);
    if (end < 0 || end > maxMessageBytes) return takeCut();
    const isCrLf = delimiter === LF && end > 0 && pending[end - 1] === CR;
    emit(isCrLf ? end - 1 : end, end + 1);
    return true;
  };

  const takeCut = (): boolean => {
    if (pending.length <= maxMessageBytes) return false;
    emit(maxMessageBytes, maxMessageBytes);
    skip = "delimiter";
    return true;
  };

  /**
   * The offset of the first delimiter that ends a message, or -1: nothing, another delimiter or a priority follows. Both
   * delimiters also occur in messages.
   */
  const messageEnd = (delimiter: number): number => {
    for (let at = pending.indexOf(delimiter); at >= 0; at = pending.indexOf(delimiter, at + 1)) {
      const next = pending[at + 1];
      if (next === undefined || next === delimiter || (next === LESS && isDigit(pending[at + 2]))) return at;
    }
    return -1;
  };

  const recognize = () => {
    if (framing === "counted" || framing === "nul") return;
    // A sender that uses NUL may have sent messages of several lines before.
    if (messageEnd(NUL) >= 0) framing = "nul";
    else if (framing === "unknown" && isCounted(pending)) framing = "counted";
    else if (framing === "unknown" && pending.includes(LF)) framing = "lines";
  };

  const take = (): boolean => {
    if (framing === "counted") return takeCounted();
    if (framing === "unknown") return takeCut();
    return takeDelimited(framing === "nul" ? NUL : LF);
  };

  const skipRest = () => {
    if (skip === "delimiter") {
      const end = pending.indexOf(framing === "nul" ? NUL : LF);
      pending = end < 0 ? Buffer.alloc(0) : pending.subarray(end + 1);
      if (end >= 0) skip = 0;
    } else {
      const skipped = Math.min(skip, pending.length);
      pending = pending.subarray(skipped);
      skip -= skipped;
    }
  };

  const takeNext = (): boolean => {
    skipRest();
    return pending.length > 0 && skip === 0 && take();
  };

  const pushPart = (bytes: Uint8Array) => {
    pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
    recognize();
    while (takeNext());
  };

  return {
    push: (bytes) => {
      for (let at = 0; at < bytes.length; at += maxMessageBytes)
        pushPart(bytes.subarray(at, at + maxMessageBytes));
    },
    end: () => {
      if (pending.length > 0 && skip === 0) onMessage(pending);
      pending = Buffer.alloc(0);
    },
  };
}

/** Whether a connection begins with a length, a space and a priority. */
function isCounted(bytes: Buffer): boolean {
  let at = 0;
  while (at < 9 && isDigit(bytes[at])) at++;
  return at > 0 && bytes[at] === SPACE && (bytes[at + 1] === LESS || bytes[at + 1] === undefined);
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
