import assert from "node:assert/strict";
import { subtleFrames, type SourceFrame } from "./stack.ts";

describe("The frames of a stack that are subtle", () => {
  const frame = (fileName: string | undefined, isUser = false): SourceFrame => ({
    thread: 1,
    level: 0,
    address: 0n,
    symbol: undefined,
    name: "",
    definition: undefined,
    path: undefined,
    fileName,
    line: undefined,
    column: undefined,
    endColumn: undefined,
    isUser,
    isInlined: false,
  });
  const user = frame("unikernel.ml", true);
  const library = frame("lwt.ml");
  const c = frame("ev.h");
  const unknown = frame(undefined);
  const shown = (frames: readonly SourceFrame[], justMyCode = true) => {
    const isSubtle = subtleFrames(frames, justMyCode);
    return frames.filter((each) => !isSubtle(each));
  };

  it("are those of libraries beside one of the user", () => {
    assert.deepEqual(shown([c, library, user, unknown]), [user]);
  });

  it("are those of C beside one of an OCaml library, as at a pause while the unikernel waits", () => {
    assert.deepEqual(shown([unknown, c, library]), [library]);
  });

  it("are none if there is neither, and without justMyCode", () => {
    assert.deepEqual(shown([unknown, c]), [unknown, c]);
    assert.deepEqual(shown([c, user], false), [c, user]);
  });
});
