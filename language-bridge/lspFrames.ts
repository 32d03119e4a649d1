/** What a server's stdout holds: messages with their headers, and text that is none. */
export interface Frames {
  readonly messages: Uint8Array;
  readonly stray: string;
}

const header = /Content-Length: *(\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/i;
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
      for (;;) {
        if (body > 0) {
          const part = rest.subarray(0, body);
          messages.push(part);
          body -= part.length;
          rest = rest.subarray(part.length);
          if (body > 0) break;
        }
        // Latin-1: one letter for each byte, so that positions in the text are those of the bytes.
        const text = rest.toString("latin1");
        const found = header.exec(text);
        if (found === null) {
          const begun = text.search(/Content-Length:/i);
          const kept = begun >= 0 && text.length - begun < longestHeader ? begun : endOfText(text);
          stray += rest.subarray(0, kept).toString("utf8");
          rest = rest.subarray(kept);
          break;
        }
        stray += rest.subarray(0, found.index).toString("utf8");
        messages.push(rest.subarray(found.index, found.index + found[0].length));
        rest = rest.subarray(found.index + found[0].length);
        body = Number(found[1]);
      }
      return { messages: Buffer.concat(messages), stray };
    },
  };
}

/** Up to where a text without a header is stray: its end may be the begin of a header. */
function endOfText(text: string): number {
  const name = "content-length:";
  for (let length = Math.min(name.length, text.length); length > 0; length--)
    if (text.slice(-length).toLowerCase() === name.slice(0, length)) return text.length - length;
  return text.length;
}
