import assert from "node:assert/strict";
import { parseAttach } from "./attachConfiguration.ts";

const parse = (raw: Record<string, unknown>) => parseAttach({ request: "attach", name: "a", ...raw });

describe("a configuration that attaches", () => {
  it("names a process, a gdb server or a core file, or nothing to choose a process", () => {
    for (const [raw, to] of [
      [{ processId: 12 }, { kind: "process", pid: 12 }],
      [{ processId: "12" }, { kind: "process", pid: 12 }],
      [{ server: "localhost:1234" }, { kind: "server", address: "localhost:1234" }],
      [{ server: ":1234" }, { kind: "server", address: ":1234" }],
      [{ server: "[::1]:1234" }, { kind: "server", address: "[::1]:1234" }],
      [{ server: "/tmp/gdb.sock" }, { kind: "server", address: "/tmp/gdb.sock" }],
      [{ core: "/tmp/a core" }, { kind: "core", path: "/tmp/a core" }],
      [{}, undefined],
    ] as const) {
      const parsed = parse(raw);
      assert.ok("configuration" in parsed, JSON.stringify(parsed));
      assert.deepEqual(parsed.to, to);
    }
  });

  it("is refused with a reason if a value is not suitable, and never starts a program of its own", () => {
    for (const [raw, problem] of [
      [{ processId: "all" }, /"processId" must be the number/],
      [{ processId: -1 }, /"processId" must be the number/],
      [{ server: "| touch /tmp/x" }, /"server" must be a host and a port/],
      [{ server: 1234 }, /"server" must be a host and a port/],
      [{ core: "/a\nshell ls" }, /"core" must be the path/],
      [{ core: "${nothing}" }, /\$\{nothing\} is not a variable/],
      [{ core: "/a", server: ":1" }, /Only one of "server", "core"/],
      [{ processId: 1, stopOnEntry: 3 }, /"stopOnEntry" must be true or false/],
    ] as const) {
      const parsed = parse(raw);
      assert.ok("problems" in parsed, JSON.stringify(raw));
      assert.match(parsed.problems.join(" "), problem);
    }
  });
});
