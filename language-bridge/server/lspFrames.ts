/** A part of a server's stdout: complete frames of messages, and text that is not part of any message. */
export interface Frames {
  readonly messages: Uint8Array;
  readonly stray: string;
}

/** The number of further fields is bounded: otherwise many truncated headers would take quadratic time. */
const header = /Content-Length: *(\d{1,15})\r\n(?:[^\r\n]{1,100}\r\n){0,4}\r\n/gi;
/** A header is shorter than this, in bytes; the text before it may have any length. */
const maxHeaderLength = 256;

/**
 * Separates messages of the language server protocol (see its base protocol, "Header Part") from other
 * text on stdout, such as a line that a preprocessor prints by mistake, which would break the client.
 */
export function createFrameFilter(): { readonly push: (bytes: Uint8Array) => Frames } {
  let rest: Buffer = Buffer.alloc(0);
  /** The number of bytes of the current message that have not arrived yet. */
  let body = 0;
  return {
    push: (bytes) => {
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      const messages: Buffer[] = [];
      let stray = "";
      // Latin-1 has one character for each byte, so offsets in the text are offsets in the bytes.
      const text = rest.toString("latin1");
      let at = 0;
      for (;;) {
        if (body > 0) {
          const part = rest.subarray(at, at + body);
          messages.push(part);
          body -= part.length;
          at += part.length;
          if (body > 0) break;
        }
        header.lastIndex = at;
        const found = header.exec(text);
        if (found === null) {
          const end = Math.max(at, strayEnd(text));
          stray += rest.subarray(at, end).toString("utf8");
          at = end;
          break;
        }
        stray += rest.subarray(at, found.index).toString("utf8");
        at = found.index + found[0].length;
        messages.push(rest.subarray(found.index, at));
        body = Number(found[1]);
      }
      rest = rest.subarray(at);
      return { messages: Buffer.concat(messages), stray };
    },
  };
}

/** The offset up to which a text without a complete header is stray: it may end with the start of a header. */
function strayEnd(text: string): number {
  const name = "content-length:";
  const near = Math.max(0, text.length - maxHeaderLength);
  const started = text.slice(near).search(/Content-Length:/i);
  if (started >= 0) return near + started;
  for (let length = Math.min(name.length, text.length); length > 0; length--)
    if (text.slice(-length).toLowerCase() === name.slice(0, length)) return text.length - length;
  return text.length;
}
