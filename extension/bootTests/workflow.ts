import { posix } from "node:path";
import { targetDetails } from "../mirage/targetDetails.ts";
import type { TargetId } from "../mirage/targets.ts";
import { shellQuote } from "../platform/shellQuote.ts";
import type { BootTest } from "./model.ts";

/** The program that runs boot tests, relative to the repository: a copy, so that CI needs no download for it. */
export const runnerPath = ".github/boot-tests.mjs";

/** What a workflow is made for. */
export interface WorkflowSubject {
  readonly name: string;
  /** The folder in which mirage runs, relative to the repository, with slashes; empty for the repository itself. */
  readonly root: string;
  /** The folder of config.ml in the same form. */
  readonly buildDir: string;
  readonly targets: readonly TargetId[];
  readonly tests: readonly BootTest[];
  /** The OCaml compiler that is installed. */
  readonly compiler: string;
}

/** The targets that a GitHub-hosted Linux computer can boot. */
export const workflowTargets: readonly TargetId[] = ["unix", "spt", "hvt", "virtio"];

/** The path of the workflow file, relative to the repository. Its name has the folder, since names of unikernels repeat. */
export const workflowPath = ({ root }: Pick<WorkflowSubject, "root">): string =>
  `.github/workflows/boot-tests${root === "" ? "" : `-${root.replaceAll(/[^\w-]+/g, "-")}`}.yml`;

/**
 * The text of a workflow of GitHub Actions that configures, builds and tests a unikernel, with a job for each target and
 * each list of options among its tests. JSON strings are valid in YAML, which makes every name safe.
 */
export function workflowText(subject: WorkflowSubject): string {
  const { name, root, buildDir, tests, compiler } = subject;
  const folder = buildDir === root ? "." : posix.relative(root, buildDir);
  const runner = posix.relative(`/${root}`, `/${runnerPath}`);
  const kvm = subject.targets.some((target) => targetDetails[target].bootNeeds.host.kvm === "required");
  const qemu = subject.targets.includes("virtio");
  const matrix = builds(subject).map(
    ({ target, options }) =>
      `          - { target: ${target}, options: ${text(options.map((option) => shellQuote(option)).join(" "))} }`,
  );
  return [
    "# Configures and builds the unikernel for each target, boots it, and checks boot-tests.json.",
    `name: ${text(`Boot tests of ${name}`)}`,
    "on: [push, pull_request]",
    "permissions:",
    "  contents: read",
    "jobs:",
    "  boot:",
    "    runs-on: ubuntu-latest",
    // The default is six hours.
    "    timeout-minutes: 60",
    "    strategy:",
    "      fail-fast: false",
    "      matrix:",
    "        include:",
    ...matrix,
    ...(root === "" ? [] : ["    defaults:", "      run:", `        working-directory: ${text(root)}`]),
    "    steps:",
    "      - uses: actions/checkout@v4",
    "      - uses: actions/setup-node@v4",
    "        with:",
    "          node-version: 22",
    "      - uses: ocaml/setup-ocaml@v3",
    "        with:",
    `          ocaml-compiler: ${text(compiler)}`,
    "      - run: opam install --yes mirage opam-monorepo",
    ...(qemu
      ? step("Install QEMU", ["sudo apt-get update", "sudo apt-get install --yes qemu-system-x86"])
      : []),
    ...(kvm ? step("Allow KVM", ["sudo chmod 666 /dev/kvm"]) : []),
    ...taps(tests).flatMap((tap, index) => step(`Create ${tap}`, tapLines(tap, index))),
    ...step("Configure", ["opam exec -- mirage configure -t ${{ matrix.target }} ${{ matrix.options }}"]),
    ...step("Fetch dependencies", ["opam exec -- make depend"]),
    ...step("Build", ["opam exec -- make build"]),
    ...step("Boot", [
      `opam exec -- node ${runner} --target \${{ matrix.target }} --junit boot-tests.xml ${shellQuote(folder)}`,
    ]),
    "      - uses: actions/upload-artifact@v4",
    "        if: always()",
    "        with:",
    '          name: "boot-tests-${{ strategy.job-index }}"',
    `          path: ${text(posix.join(root, "boot-tests.xml"))}`,
    "",
  ].join("\n");
}

/** A build for each target and each list of options among the tests on it; at least one for each target. */
function builds({ targets: chosen, tests }: Pick<WorkflowSubject, "targets" | "tests">): readonly {
  readonly target: TargetId;
  readonly options: readonly string[];
}[] {
  return chosen.flatMap((target) => {
    const own = tests.filter((test) => test.targets.length === 0 || test.targets.includes(target));
    const lists = own.length > 0 ? own.map(({ options }) => options ?? []) : [[]];
    const unique = new Map(lists.map((options) => [options.join("\0"), options]));
    return [...unique.values()].map((options) => ({ target, options }));
  });
}

/** The tap interfaces that tests name. */
const taps = (tests: readonly BootTest[]): readonly string[] => [
  ...new Set(
    tests.flatMap(({ launch }) => {
      const { net } = launch;
      const names = typeof net === "object" && net !== null ? Object.values(net) : [];
      return names
        .map((value: unknown) =>
          typeof value === "object" && value !== null && "host" in value ? value.host : value,
        )
        .filter((tap): tap is string => typeof tap === "string" && /^\w[\w.-]{0,14}$/.test(tap));
    }),
  ),
];

/** Each tap is a network of its own: the host is 10.0.0.1 in the first one, 10.0.1.1 in the second. */
const tapLines = (tap: string, index: number): readonly string[] => [
  `sudo ip tuntap add ${tap} mode tap user "$USER"`,
  `sudo ip addr add 10.0.${index}.1/24 dev ${tap}`,
  `sudo ip link set dev ${tap} up`,
];

const step = (name: string, lines: readonly string[]): readonly string[] => [
  `      - name: ${text(name)}`,
  "        run: |",
  ...lines.map((line) => `          ${line}`),
];

const text = (value: string): string => JSON.stringify(value);
