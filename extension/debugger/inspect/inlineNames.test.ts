import assert from "node:assert/strict";
import { inlineNames } from "./inlineNames.ts";

const names = (text: string, stopLine: number) =>
  inlineNames(text, stopLine).map(({ name, line, column }) => `${name} ${line}:${column}`);

describe("The names whose values are shown in the editor", () => {
  it("are those of the toplevel item, up to the line of the stop", () => {
    const text =
      "let before = 1\n\nlet serve request =\n  let size = before + 1 in\n  send request size;\n  after ()\n";
    assert.deepEqual(names(text, 4), [
      "serve 2:4",
      "request 2:10",
      "size 3:6",
      "before 3:13",
      "send 4:2",
      "request 4:7",
      "size 4:15",
    ]);
  });

  it("are at their last place on a line", () => {
    assert.deepEqual(names("let f x = x + x\n", 0), ["f 0:4", "x 0:14"]);
  });

  it("exclude keywords, labels, fields, variants, strings and comments", () => {
    const text = 'let f ~key:k ?opt r =\n  if r.field then M.g k (* y *) "z" `v else opt#m\n';
    assert.deepEqual(names(text, 1), [
      "f 0:4",
      "k 0:11",
      "opt 0:14",
      "r 0:18",
      "r 1:5",
      "k 1:22",
      "opt 1:44",
    ]);
  });

  it("exclude attributes and extensions", () => {
    const text = 'let[@inline never] f x =\n  let[@w "[-8]"] [ y ] = x in\n  [%log y [ z ]]; [ y ]\n';
    assert.deepEqual(names(text, 2), ["f 0:19", "x 0:21", "y 1:19", "x 1:25", "y 2:20"]);
  });

  it("are found in a file with CRLF and without an item before the stop", () => {
    assert.deepEqual(names("  x\r\n  y\r\n", 1), ["x 0:2", "y 1:2"]);
  });
});
