import assert from "node:assert/strict";
import { readyLimitMs } from "./shellReady.ts";

describe("readyLimitMs", () => {
  it("allows slow start files in a shell with integration", () => {
    for (const shell of [
      "/bin/bash",
      "/usr/bin/zsh",
      "fish",
      String.raw`C:\Program Files\PowerShell\7\pwsh.exe`,
    ])
      assert.ok(readyLimitMs(shell, true) > 10_000, shell);
  });

  it("waits only briefly for a shell without integration", () => {
    for (const shell of ["/bin/sh", "/bin/dash", "", "/usr/bin/nu"])
      assert.ok(readyLimitMs(shell, true) <= 2000, shell);
    assert.ok(readyLimitMs("/bin/bash", false) <= 2000, "integration is switched off");
  });
});
