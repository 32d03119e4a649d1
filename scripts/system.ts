/**
 * Installs the system programs and libraries that the tests use, on Debian and Ubuntu as root. Elsewhere,
 * prints the command that installs what is missing.
 */
import { existsSync } from "node:fs";
import { aptGet } from "./apt.ts";
import { findProgram, isMain, reportWaiting, runProgram } from "./programs.ts";

interface Need {
  /** The package of Debian and Ubuntu. */
  readonly debian: string;
  /** A slower alternative that is used if `debian` is unknown or cannot be installed. */
  readonly instead?: string;
  readonly purpose: string;
  /** A program or an OCaml library that exists if the package is installed; without it, only Debian needs it. */
  readonly probe?: { readonly program: string } | { readonly ocamlLibrary: string };
  /** The opam package, unless macOS includes it or does not need it. */
  readonly opam?: string;
}

const needs: readonly Need[] = [
  {
    debian: "chromium-headless-shell",
    instead: "chromium",
    purpose: "shows the npm workbench",
    probe: { program: "chromium" },
  },
  {
    debian: "libkrb5-dev",
    purpose: "headers for compiling the npm workbench",
    probe: { program: "krb5-config" },
  },
  { debian: "pkg-config", purpose: "finds libkrb5 for the npm workbench", probe: { program: "pkg-config" } },
  { debian: "g++", purpose: "compiles the npm workbench's native modules", probe: { program: "g++" } },
  { debian: "python3", purpose: "runs node-gyp for the npm workbench", probe: { program: "python3" } },
  { debian: "make", purpose: "runs the Makefiles that mirage writes", probe: { program: "make" } },
  {
    debian: "git",
    purpose: "used by the git extension, which the bench compares with",
    probe: { program: "git" },
  },
  { debian: "gdb", purpose: "debugs the samples", probe: { program: "gdb" } },
  { debian: "ocaml", purpose: "compiles the samples", probe: { program: "ocamlfind" }, opam: "ocaml" },
  { debian: "ocaml-dune", purpose: "builds the samples", probe: { program: "dune" }, opam: "dune" },
  {
    debian: "ocaml-findlib",
    purpose: "finds OCaml libraries",
    probe: { program: "ocamlfind" },
    opam: "ocamlfind",
  },
  { debian: "liblwt-ocaml-dev", purpose: "used by the samples", probe: { ocamlLibrary: "lwt" }, opam: "lwt" },
  {
    debian: "liblogs-ocaml-dev",
    purpose: "used by the samples",
    probe: { ocamlLibrary: "logs" },
    opam: "logs",
  },
  { debian: "libfmt-ocaml-dev", purpose: "used by the samples", probe: { ocamlLibrary: "fmt" }, opam: "fmt" },
  {
    debian: "libcmdliner-ocaml-dev",
    purpose: "boot arguments of the samples",
    probe: { ocamlLibrary: "cmdliner" },
    opam: "cmdliner",
  },
  { debian: "iproute2", purpose: "network namespaces for tests of the network" },
  { debian: "dnsmasq-base", purpose: "DHCP server for tests of the network" },
  { debian: "nftables", purpose: "address translation for tests of the network" },
  { debian: "busybox", purpose: "DHCP client for tests of the network" },
];

/** Ensures that all requirements are installed. Rejects with the installation command if some are missing. */
export async function ensureSystem(): Promise<void> {
  if (process.platform === "win32") return;
  if (existsSync("/etc/debian_version") && findProgram(["dpkg-query"]) !== undefined) return ensureDebian();
  const missing = await missingByProbe();
  if (missing.length > 0) throw new Error(adviceFor(missing));
}

async function ensureDebian(): Promise<void> {
  const installed = await installedPackages(
    needs.flatMap(({ debian, instead }) => [debian, instead ?? debian]),
  );
  const notInstalled = needs.filter(({ debian }) => !installed.has(debian));
  const missing = notInstalled.filter(({ instead }) => instead === undefined || !installed.has(instead));
  const isRoot = process.getuid?.() === 0;
  if (missing.length > 0 && isRoot) {
    console.log("Reading the package lists…");
    await reportWaiting("Still reading the package lists", aptGet(["update"]));
  }
  const known = await installablePackages(
    notInstalled.flatMap(({ debian, instead }) => (instead ? [debian] : [])),
  );
  const packageOf = ({ debian, instead }: Need): string =>
    instead === undefined || known.has(debian) ? debian : instead;
  if (missing.length > 0) {
    const packages = missing.map(packageOf);
    if (!isRoot) {
      throw new Error(
        `Packages are missing. Install them with\n  sudo apt-get install -y ${packages.join(" ")}`,
      );
    }
    for (const need of missing) console.log(`Installing ${packageOf(need)}: ${need.purpose}.`);
    await install(packages);
  }
  const better = notInstalled.filter((need) => !missing.includes(need) && known.has(need.debian));
  if (!isRoot || better.length === 0) return;
  for (const { debian, instead } of better) console.log(`Installing ${debian}: faster than ${instead}.`);
  await install(better.map(({ debian }) => debian)).catch(() =>
    console.log("It could not be installed. The tests run without it."),
  );
}

const install = (packages: readonly string[]): Promise<void> =>
  reportWaiting(
    "Still installing system packages",
    aptGet(["install", "-y", "--no-install-recommends", ...packages]),
  );

async function installedPackages(names: readonly string[]): Promise<ReadonlySet<string>> {
  const query = ["-W", "-f=${Package} ${db:Status-Status}\\n", ...names];
  const { output } = await runProgram("dpkg-query", query, { quiet: true });
  const lines = output.split("\n").filter((line) => line.endsWith(" installed"));
  return new Set(lines.map((line) => line.split(" ")[0] ?? ""));
}

/** Returns the packages that apt can install according to its package lists. */
async function installablePackages(names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const env = { ...process.env, LC_ALL: "C" };
  const { output } = await runProgram("apt-cache", ["policy", ...names], { env, quiet: true });
  return new Set(names.filter((name) => new RegExp(`^${name}:\\n.*\\n +Candidate: [^(]`, "m").test(output)));
}

async function missingByProbe(): Promise<Need[]> {
  const missing: Need[] = [];
  for (const need of needs) {
    if (!need.probe || (process.platform === "darwin" && need.opam === undefined)) continue;
    const isInstalled =
      "program" in need.probe
        ? findProgram([need.probe.program]) !== undefined
        : (await runProgram("ocamlfind", ["query", need.probe.ocamlLibrary], { quiet: true })).code === 0;
    if (!isInstalled) missing.push(need);
  }
  return missing;
}

function adviceFor(missing: readonly Need[]): string {
  const opam = missing.flatMap((need) => need.opam ?? []);
  const others = missing.filter((need) => need.opam === undefined);
  const lines = ["Programs that the tests need are missing."];
  if (others.length > 0) {
    lines.push("Install with your package manager:");
    lines.push(...others.map((need) => `  ${need.debian}  (${need.purpose})`));
  }
  if (opam.length > 0) {
    lines.push(
      "Install with opam, and start again under `opam exec --`:",
      `  opam install ${opam.join(" ")}`,
    );
  }
  return lines.join("\n");
}

if (isMain(import.meta.url)) {
  try {
    await ensureSystem();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
