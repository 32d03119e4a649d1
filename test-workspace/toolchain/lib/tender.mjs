import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { boot } from "./console.mjs";
import { readImage } from "./elf.mjs";
import { recorded } from "./recordings.mjs";

const err = (text) => process.stderr.write(text);

/** An error that ends the program like `errx(1, …)`, with the usage or the name of the invalid option. */
class TenderError extends Error {
  constructor(message, { usage = false, option = "" } = {}) {
    super(message);
    this.usage = usage || option !== "";
    this.option = option;
  }
}

/** Splits the arguments into options, KERNEL and the arguments of the guest. */
function split(args) {
  const options = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--") return { options, kernel: args[i + 1], guest: args.slice(i + 2) };
    if (!args[i].startsWith("--")) return { options, kernel: args[i], guest: args.slice(i + 1) };
    options.push(args[i]);
  }
  return { options, kernel: undefined, guest: [] };
}

function invalid(option) {
  return new TenderError(`Invalid option: \`${option}'`, { usage: true });
}

function attachNet(option, iface) {
  const taps = process.env.MIRAGEOS_STANDIN_TAPS?.split(",") ?? [];
  const flags = join(process.env.MIRAGEOS_HOST_ROOT || "/", "sys/class/net", iface, "tun_flags");
  if (iface.startsWith("@") || taps.includes(iface) || existsSync(flags)) return iface;
  throw new TenderError(`Could not attach interface: ${iface}: No such file or directory`, { option });
}

function attachBlock(name, path) {
  if (!existsSync(path))
    throw new TenderError(`Could not open block device: ${path}: No such file or directory`);
  const { size } = statSync(path);
  if (size < 512)
    throw new TenderError(`${name}: Backing storage must be at least 1 block (512 bytes) in size`);
  if (size % 512 !== 0)
    throw new TenderError(`${name}: Backing storage size must be block aligned (512 bytes)`);
  return path;
}

/** Returns the memory of the guest in MB, and the path or interface of each attached device. */
function attachments(options, devices) {
  let memory = 512;
  const attached = new Map();
  for (const option of options) {
    const [, key, name, value] = /^--([a-z-]+)(?::([^=]*))?(?:=([\s\S]*))?$/.exec(option) ?? [];
    if (key === "mem" && value !== undefined) {
      if (!/^[1-9]\d*$/.test(value)) throw new TenderError("Malformed argument to --mem");
      memory = Number(value);
    } else if (
      ["net", "block", "net-mac", "block-sector-size"].includes(key) &&
      name !== undefined &&
      value !== undefined
    ) {
      if (!devices.some((device) => device.name === name))
        throw new TenderError(`Resource not declared in manifest: '${name}'`, { option });
      if (key === "net") attached.set(name, attachNet(option, value));
      else if (key === "block") attached.set(name, attachBlock(name, value));
    } else if (option !== "--x-exec-heap") throw invalid(option);
  }
  return { memory, attached };
}

/** Prints the error of a host without a usable /dev/kvm if MIRAGEOS_STANDIN_KVM is missing or denied. */
function refuseKvm() {
  const recordings = { missing: "no-dev-kvm-enoent", denied: "dev-kvm-eacces" };
  const name = recordings[process.env.MIRAGEOS_STANDIN_KVM];
  if (name === undefined) return false;
  err(recorded("runtime", "tender-hvt", `${name}.stderr`));
  return true;
}

/**
 * Prints the recorded output of a run with too little memory and returns its exit code; `undefined` with
 * enough memory.
 */
function failWithTooLittleMemory(type, memory, kernel) {
  const needed = type === "hvt" ? 16 : 8;
  if (memory >= needed) return undefined;
  const recording = memory < 2 ? "mem-1" : memory < 4 ? "mem-2" : memory < 8 ? "mem-4" : "mem-8";
  const part = (stream) => {
    try {
      return recorded("runtime", `tender-${type}`, `${recording}.${stream}`).replaceAll(
        `dist/faulty.${type}`,
        kernel,
      );
    } catch {
      return "";
    }
  };
  process.stdout.write(part("stdout"));
  err(part("stderr"));
  return memory < 4 ? 1 : 255;
}

async function run(type, args) {
  const { options, kernel, guest } = split(args);
  if (options.includes("--version")) {
    err(recorded("runtime", `tender-${type}`, "version.stderr"));
    if (options.includes("--verbose")) err("A stand-in of the MirageOS for VS Code test workspace.\n");
    return 0;
  }
  if (options.includes("--help")) throw new TenderError("", { usage: true });
  if (kernel === undefined) throw new TenderError("Missing KERNEL operand", { usage: true });
  const image = readImage(kernel);
  if (image.error !== undefined) throw new TenderError(`${kernel}: ${image.error}`);
  if (image.target !== type)
    throw new TenderError(`${kernel}: Executable is not for the solo5-${type} target`);
  if (type === "hvt" && refuseKvm()) return 1;
  const { memory, attached } = attachments(options, image.devices);
  const missing = image.devices.filter((device) => !attached.has(device.name));
  if (missing.length > 0) {
    for (const device of missing)
      err(`solo5-${type}: Device '${device.name}' of type ${device.type} declared but not attached.\n`);
    throw new TenderError("All declared devices must be attached. See --help for syntax.");
  }
  return failWithTooLittleMemory(type, memory, kernel) ?? boot({ type, kernel, guest, memory, attached });
}

/**
 * Runs `solo5-hvt` or `solo5-spt`: performs the checks of the tender, then prints the console output of the
 * guest.
 */
export async function tender(type, args) {
  const help = recorded("runtime", `tender-${type}`, "help.stderr");
  try {
    process.exitCode = await run(type, args);
  } catch (error) {
    if (!(error instanceof TenderError)) throw error;
    if (error.message !== "") err(`solo5-${type}: ${error.message}\n`);
    if (error.option !== "") err(`solo5-${type}: Invalid option: \`${error.option}'\n`);
    if (error.usage) err(help);
    process.exitCode = 1;
  }
}
