import assert from "node:assert/strict";
import { linkParts } from "./links.ts";

const links = (text: string) =>
  linkParts(text).flatMap(({ text: shown, href }) => (href === undefined ? [] : [[shown, href]]));

describe("linkParts", () => {
  it("finds URLs without the punctuation of the sentence", () => {
    assert.deepEqual(links("See (https://mirage.io/docs?q=1#top), or http://10.0.0.2:8080."), [
      ["https://mirage.io/docs?q=1#top", "https://mirage.io/docs?q=1#top"],
      ["http://10.0.0.2:8080", "http://10.0.0.2:8080/"],
    ]);
  });

  it("finds addresses with a port, but no places in files, times or versions", () => {
    assert.deepEqual(links("GET from 10.0.0.1:59324 to localhost:80"), [
      ["10.0.0.1:59324", "http://10.0.0.1:59324/"],
      ["localhost:80", "http://localhost/"],
    ]);
    for (const text of [
      "unikernel.ml:12:3",
      "at 12:34:56",
      "1.2.3.4.5:6",
      "999.1.1.1:80",
      "10.0.0.2:99999",
      "a10.0.0.2:80",
      "10.0.0.2/24",
      "http://",
      "javascript:alert(1)",
    ])
      assert.deepEqual(links(text), [], text);
  });

  it("returns pieces that are the text", () => {
    for (const text of ["", "plain", "x http://a.b/ y http://c.d", "http://a"])
      assert.equal(
        linkParts(text)
          .map((part) => part.text)
          .join(""),
        text,
      );
  });

  it("does not slow down on hostile texts", () => {
    const began = performance.now();
    for (const part of ["http://", "1.", "10.0.0.1:", "https://[", "!"]) linkParts(part.repeat(20_000));
    assert.ok(performance.now() - began < 2000);
  });
});
