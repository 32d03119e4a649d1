import assert from "node:assert/strict";
import { createFrameFilter } from "./lspFrames.ts";

const frame = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe("createFrameFilter", () => {
  it("separates messages from stray lines, however the output is split", () => {
    const typed = `Content-Type: x\r\nContent-Length: 2\r\n\r\n{}`;
    const expected = frame('{"a":"é"}') + frame("{}") + frame('{"b":"Content-Length: 3"}');
    const given = Buffer.from(
      `starting…\n${frame('{"a":"é"}')}a warning\n${frame("{}")}con${frame('{"b":"Content-Length: 3"}')}`,
    );
    for (let size = 1; size <= given.length; size++) {
      const filter = createFrameFilter();
      const messages: Uint8Array[] = [];
      let stray = "";
      for (let at = 0; at < given.length; at += size) {
        const part = filter.push(given.subarray(at, at + size));
        messages.push(part.messages);
        stray += part.stray;
      }
      assert.equal(Buffer.concat(messages).toString(), expected, `in parts of ${size} bytes`);
      assert.match(stray, /a warning\ncon$/);
    }
    assert.match(Buffer.from(createFrameFilter().push(Buffer.from(typed)).messages).toString(), /\{\}$/);
  });

  it("finds a message after a megabyte of stray text", () => {
    const filter = createFrameFilter();
    const flood = filter.push(Buffer.alloc(1_000_000, "x"));
    assert.equal(flood.stray.length, 1_000_000);
    assert.equal(Buffer.from(filter.push(Buffer.from(frame("{}"))).messages).toString(), frame("{}"));
  });

  it("finds a header that follows something that looks like one", () => {
    const filter = createFrameFilter();
    const stray = `Content-Length: none\n${"x".repeat(400)}\n`;
    const first = filter.push(Buffer.from(`${stray}Content-Length: 2\r`));
    const second = filter.push(Buffer.from("\n\r\n{}"));
    assert.equal(first.stray + second.stray, stray);
    assert.equal(Buffer.concat([first.messages, second.messages]).toString(), "Content-Length: 2\r\n\r\n{}");
  });
});
