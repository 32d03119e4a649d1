import assert from "node:assert/strict";
import { readyLimitMs } from "./shellReady.ts";

describe("readyLimitMs", () => {
  it("gives a shell that will tell when it is ready the time of slow start files", () => {
    for (const shell of [
      "/bin/bash",
      "/usr/bin/zsh",
      "fish",
      String.raw`C:\Program Files\PowerShell\7\pwsh.exe`,
    ])
      assert.ok(readyLimitMs(shell, true) > 10_000, shell);
  });

  it("does not wait long for one that never tells", () => {
    for (const shell of ["/bin/sh", "/bin/dash", "", "/usr/bin/nu"])
      assert.ok(readyLimitMs(shell, true) <= 2000, shell);
    assert.ok(readyLimitMs("/bin/bash", false) <= 2000, "integration is switched off");
  });
});
