import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createSplitter,
  errorAnswer,
  errorOf,
  fileQuestion,
  parseCsexp,
  questionOf,
  renderCsexp,
  type Csexp,
} from "./merlinProtocol.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe("the protocol of merlin's settings", () => {
  it("cuts a stream into values wherever it is broken", () => {
    const stream = Buffer.from("(4:File9:config.ml)4:Halt((5:ERROR3:no!)(1:B2:/b)())");
    for (let size = 1; size <= stream.length; size++) {
      const splitter = createSplitter();
      const values: string[] = [];
      for (let at = 0; at < stream.length; at += size)
        values.push(...splitter.push(stream.subarray(at, at + size)).map(text));
      assert.deepEqual(values, ["(4:File9:config.ml)", "4:Halt", "((5:ERROR3:no!)(1:B2:/b)())"]);
    }
  });

  it("reads back what it writes, whatever bytes are in it", () => {
    const { value } = fc.letrec<{ value: Csexp }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.uint8Array({ maxLength: 20 }),
        fc.array(tie("value"), { maxLength: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        const bytes = renderCsexp(one);
        assert.deepEqual(renderCsexp(parseCsexp(bytes)), bytes);
        assert.deepEqual(createSplitter().push(bytes).map(text), [text(bytes)]);
      }),
    );
  });

  it("refuses rubbish and what no length can be", () => {
    for (const bytes of ["xxxx", "(4:Fx3:abc)", ")", ":", "99999999999999:", "16777217:a"])
      assert.throws(() => createSplitter().push(Buffer.from(bytes)), SyntaxError, bytes);
    for (const bytes of ["", "(", "4:Ha", "1:a1:b"])
      assert.throws(() => parseCsexp(Buffer.from(bytes)), SyntaxError, bytes);
  });

  it("knows questions and errors", () => {
    const path = "/dépôt (1)/config.ml";
    assert.deepEqual(questionOf(fileQuestion(path)), { kind: "file", path });
    assert.deepEqual(questionOf(Buffer.from("4:Halt")), { kind: "halt" });
    assert.deepEqual(questionOf(Buffer.from("4:Nope")), { kind: "other" });
    assert.deepEqual(questionOf(Buffer.from("(3:Foo3:bar)")), { kind: "other" });
    assert.equal(errorOf(errorAnswer("No config found")), "No config found");
    assert.equal(errorOf(Buffer.from("((1:B2:/b))")), undefined);
  });
});
