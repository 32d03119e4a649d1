/** What a server's stdout holds: messages with their headers, and text that is none. */
export interface Frames {
  readonly messages: Uint8Array;
  readonly stray: string;
}

/** The further fields are bounded, or many headers that are cut off would be read again and again. */
const header = /Content-Length: *(\d{1,15})\r\n(?:[^\r\n]{1,100}\r\n){0,4}\r\n/gi;
/** A header is shorter than this; what comes before one may be as long as it likes. */
const longestHeader = 256;

/**
 * Takes the messages of the language server protocol (its base protocol, "Header Part") out of what a
 * server prints, so that a line printed to stdout by mistake, by a preprocessor for example, harms nothing.
 */
export function createFrameFilter(): { readonly push: (bytes: Uint8Array) => Frames } {
  let rest: Buffer = Buffer.alloc(0);
  /** How many bytes of the current message are still to come. */
  let body = 0;
  return {
    push: (bytes) => {
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      const messages: Buffer[] = [];
      let stray = "";
      // Latin-1: one letter for each byte, so that positions in the text are those of the bytes.
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
          const end = Math.max(at, endOfText(text));
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

/** Up to where a text without a header is stray: its end may be the begin of a header. */
function endOfText(text: string): number {
  const name = "content-length:";
  const near = Math.max(0, text.length - longestHeader);
  const begun = text.slice(near).search(/Content-Length:/i);
  if (begun >= 0) return near + begun;
  for (let length = Math.min(name.length, text.length); length > 0; length--)
    if (text.slice(-length).toLowerCase() === name.slice(0, length)) return text.length - length;
  return text.length;
}
