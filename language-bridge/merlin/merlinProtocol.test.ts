import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createSplitter,
  renderErrorReply,
  parseErrorReply,
  renderFileQuery,
  parseCsexp,
  parseQuery,
  renderCsexp,
  type Csexp,
} from "./merlinProtocol.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe("merlin's settings protocol", () => {
  it("splits a stream into values, however it is divided", () => {
    const stream = Buffer.from("(4:File9:config.ml)4:Halt((5:ERROR3:no!)(1:B2:/b)())");
    for (let size = 1; size <= stream.length; size++) {
      const splitter = createSplitter();
      const values: string[] = [];
      for (let at = 0; at < stream.length; at += size)
        values.push(...splitter.push(stream.subarray(at, at + size)).map(text));
      assert.deepEqual(values, ["(4:File9:config.ml)", "4:Halt", "((5:ERROR3:no!)(1:B2:/b)())"]);
    }
  });

  it("round-trips arbitrary values", () => {
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

  it("rejects invalid input and invalid lengths", () => {
    for (const bytes of ["xxxx", "(4:Fx3:abc)", ")", ":", "99999999999999:", "16777217:a"])
      assert.throws(() => createSplitter().push(Buffer.from(bytes)), SyntaxError, bytes);
    for (const bytes of ["", "(", "4:Ha", "1:a1:b"])
      assert.throws(() => parseCsexp(Buffer.from(bytes)), SyntaxError, bytes);
  });

  it("parses queries and error replies", () => {
    const path = "/dépôt (1)/config.ml";
    assert.deepEqual(parseQuery(renderFileQuery(path)), { kind: "file", path });
    assert.deepEqual(parseQuery(Buffer.from("4:Halt")), { kind: "halt" });
    assert.deepEqual(parseQuery(Buffer.from("4:Nope")), { kind: "other" });
    assert.deepEqual(parseQuery(Buffer.from("(3:Foo3:bar)")), { kind: "other" });
    assert.equal(parseErrorReply(renderErrorReply("No config found")), "No config found");
    assert.equal(parseErrorReply(Buffer.from("((1:B2:/b))")), undefined);
  });
});
