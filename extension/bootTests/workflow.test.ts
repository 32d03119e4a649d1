import assert from "node:assert/strict";
import { readBootTests } from "./readBootTests.ts";
import { workflowPath, workflowText } from "./workflow.ts";

const subject = (tests: readonly object[], place: { root?: string; buildDir?: string } = {}) => ({
  name: "hello",
  root: "",
  buildDir: place.root ?? "",
  targets: ["unix", "hvt"] as const,
  tests: readBootTests(JSON.stringify({ tests })).tests,
  compiler: "5.4.1",
  ...place,
});

describe("A workflow for boot tests", () => {
  it("has a job for each target and each list of options", () => {
    const text = workflowText(
      subject([
        { name: "a" },
        { name: "b" },
        { name: "c", targets: ["hvt"], options: ["--kv_ro=crunch", "--name=two words"] },
        { name: "d", targets: ["xen"], options: ["--other"] },
      ]),
    );
    assert.deepEqual(text.match(/- \{ target: .*/g), [
      '- { target: unix, options: "" }',
      '- { target: hvt, options: "" }',
      `- { target: hvt, options: "--kv_ro=crunch '--name=two words'" }`,
    ]);
    assert.doesNotMatch(text, /working-directory|Create|QEMU/);
    assert.match(text, /opam exec -- node \.github\/boot-tests\.mjs --target \$\{\{ matrix\.target \}\}/);
  });

  it("creates the tap interfaces that tests name, and nothing else that a name contains", () => {
    const net = {
      service: "tap100",
      other: { host: "tap101", mac: "02:00:00:00:00:01" },
      bad: "x; rm -rf /",
    };
    const text = workflowText(subject([{ name: "a", net }]));
    assert.deepEqual(text.match(/ip addr add .*/g), [
      "ip addr add 10.0.0.1/24 dev tap100",
      "ip addr add 10.0.1.1/24 dev tap101",
    ]);
    assert.doesNotMatch(text, /rm -rf/);
  });

  it("only reads the repository, and ends if a step hangs", () => {
    const text = workflowText(subject([{ name: "a" }]));
    assert.match(text, /^permissions:\n {2}contents: read$/m);
    assert.match(text, /^ {4}timeout-minutes: 60$/m);
  });

  it("runs in the folder of the unikernel", () => {
    const place = { root: "unikernels/my hello", buildDir: "unikernels/my hello/mirage" };
    const text = workflowText(subject([{ name: "a" }], place));
    assert.match(text, /working-directory: "unikernels\/my hello"/);
    assert.match(text, /node \.\.\/\.\.\/\.github\/boot-tests\.mjs .* --junit boot-tests\.xml mirage$/m);
    assert.match(text, /path: "unikernels\/my hello\/boot-tests\.xml"/);
    assert.equal(workflowPath(place), ".github/workflows/boot-tests-unikernels-my-hello.yml");
    const names = ["a/hello", "b/hello é"].map((root) => workflowPath({ root }));
    assert.deepEqual(names, [
      ".github/workflows/boot-tests-a-hello.yml",
      ".github/workflows/boot-tests-b-hello-.yml",
    ]);
  });
});
