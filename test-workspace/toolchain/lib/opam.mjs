import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { monorepo } from "./monorepo.mjs";
import { recorded } from "./recordings.mjs";

const out = (text) => process.stdout.write(text);
const err = (text) => process.stderr.write(text);
const bin = resolve(dirname(fileURLToPath(import.meta.url)), "..", "bin");

/** The existing switches. The first one is current unless OPAMSWITCH names another one. */
const switches = (process.env.MIRAGEOS_STANDIN_SWITCHES ?? "mirage,default").split(",");

function option(args, name) {
  const at = args.indexOf(name);
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * Returns the switch from the arguments, the environment or the default; `undefined` if it does not exist.
 */
function switchOf(args) {
  const name = option(args, "--switch") ?? process.env.OPAMSWITCH ?? switches[0];
  return switches.includes(name) || existsSync(resolve(name, "_opam")) ? name : undefined;
}

function noSuchSwitch(name) {
  err(`[ERROR] The selected switch ${name} is not installed.\n`);
  return 5;
}

/**
 * Returns the prefix of the switch, which is the folder of the stand-ins, so that its `bin` contains the
 * programs.
 */
function prefix() {
  return dirname(bin);
}

function environment(name) {
  return [
    ["OPAMSWITCH", name],
    ["OPAM_SWITCH_PREFIX", prefix()],
    [
      "PATH",
      process.env.PATH?.split(":").includes(bin) === true
        ? process.env.PATH
        : `${bin}:${process.env.PATH ?? ""}`,
    ],
  ];
}

function env(args) {
  const name = switchOf(args);
  if (name === undefined) return noSuchSwitch(option(args, "--switch"));
  const variables = environment(name);
  if (args.includes("--sexp")) {
    out(
      `(\n${variables.map(([key, value]) => `  (${JSON.stringify(key)} ${JSON.stringify(value)})\n`).join("")})\n`,
    );
  } else {
    out(
      variables
        .map(([key, value]) => `${key}='${value.replaceAll("'", `'"'"'`)}'; export ${key};\n`)
        .join(""),
    );
  }
  return 0;
}

/** Runs the command after `--` in the environment of the switch, and returns its exit code. */
function exec(args) {
  const separator = args.indexOf("--");
  const [program, ...rest] =
    separator >= 0 ? args.slice(separator + 1) : args.filter((arg) => !arg.startsWith("--"));
  const own = separator >= 0 ? args.slice(0, separator) : args;
  const name = switchOf(own);
  if (name === undefined) return noSuchSwitch(option(own, "--switch"));
  const child = spawn(program, rest, {
    stdio: "inherit",
    env: { ...process.env, ...Object.fromEntries(environment(name)) },
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.on("error", () => {
      err(`[ERROR] Command not found '${program}'\n`);
      done(127);
    });
    child.on("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

const noNetwork = process.env.MIRAGEOS_STANDIN_LOCK === "no-network";

function repository(args) {
  const [action, name, url] = args;
  if (action === "add") {
    if (noNetwork) {
      err(recorded("make-depend", "failures", "no-network.stderr").split("make[")[0]);
      return 99;
    }
    out(`[${name}] no changes from git+${url}\n`);
    err(
      `[NOTE] Repository ${name} has been added to the selections of switch ${switches[0]} only.\n       Run \`opam repository add ${name} --all-switches|--set-default' to use it in all existing switches, or in newly created switches, respectively.\n\n`,
    );
    return 0;
  }
  if (action === "set-url") {
    if (!noNetwork) return 0;
    err("Fatal error:\nNot_found\n");
    return 99;
  }
  for (const extra of args.slice(2))
    err(
      `[WARNING] No configured repositories by these names found in the selection of switch '${switches[0]}': ${extra}\n`,
    );
  out(
    `Repositories removed from the selections of switch ${switches[0]}. Use '--all' to forget about them altogether.\n`,
  );
  return 0;
}

function install(args) {
  const file = args.find((arg) => !arg.startsWith("-")) ?? "";
  if (file.endsWith(".opam")) {
    err(
      `[WARNING] Failed checks on ${basename(file, ".opam")} package definition from source at file://${resolve(dirname(file))}:\n           warning 68: Missing field 'license'\n`,
    );
  }
  out("Nothing to do.\n# To update the current shell environment, run: eval $(opam env)\n");
  return 0;
}

function version(args) {
  out("2.6.1\n");
  if (args.includes("--verbose")) out("A stand-in of the MirageOS for VS Code test workspace.\n");
  return 0;
}

async function run(args) {
  if (args[0] === "--version") return version(args);
  const [command, ...rest] = args;
  switch (command) {
    case "switch":
      if (rest.includes("list") || rest.length === 0) out(switches.map((name) => `${name}\n`).join(""));
      else if (rest[0] === "show") out(`${process.env.OPAMSWITCH ?? switches[0]}\n`);
      return 0;
    case "var":
      if (switchOf(rest) === undefined) return noSuchSwitch(option(rest, "--switch"));
      out(`${rest[0] === "bin" ? bin : rest[0] === "root" ? resolve(prefix(), "..") : prefix()}\n`);
      return 0;
    case "env":
      return env(rest);
    case "exec":
      return exec(rest);
    case "install":
      return install(rest);
    case "repo":
    case "repository":
      return repository(rest);
    case "monorepo":
      return monorepo(rest);
    case "list":
      return 0;
    default:
      err(`opam: unknown command '${command ?? ""}'.\n`);
      return 2;
  }
}

/** Runs `opam ARGS…` and sets its exit code. */
export async function main(args) {
  process.exitCode = await run(args);
}
