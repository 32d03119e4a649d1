import { readFileSync, writeFileSync } from "node:fs";
import { abiTargets, deviceTypes, entry, padding, readImage } from "./elf.mjs";
import { recorded } from "./recordings.mjs";

const out = (text) => process.stdout.write(text);
const err = (text) => process.stderr.write(text);

/** Returns the C source of an aligned byte array with an ELF note of Solo5. */
function noteSource(symbol, section, type, content) {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(6, 0);
  head.writeUInt32LE(content.length, 4);
  head.writeUInt32LE(type, 8);
  head.write("Solo5", 12, "latin1");
  const bytes = Buffer.concat([head, content]);
  return `const unsigned char ${symbol}[${bytes.length}]\n  __attribute__((section("${section}"), aligned(4), used)) = {\n  ${[...bytes].join(",")}\n};\n`;
}

function typeNumber(name) {
  return Number(Object.keys(deviceTypes).find((number) => deviceTypes[number] === name));
}

/**
 * Converts manifest.json to C. Writes the two notes of the real tool as bytes, so that no Solo5 header is
 * needed.
 */
function generateManifest(args) {
  const abi = args.find((arg) => arg.startsWith("--standin-abi="))?.slice(14) ?? "hvt";
  const [source, target] = args.filter((arg) => !arg.startsWith("--"));
  const { type, devices } = JSON.parse(readFileSync(source, "utf8"));
  if (typeof type !== "string") {
    err(`solo5-elftool: ${source}:1: .type: expected STRING, got INTEGER\n`);
    return 1;
  }
  const note = Buffer.alloc(padding + 8 + (devices.length + 1) * entry.size);
  const manifest = note.subarray(padding);
  manifest.writeUInt32LE(1, 0);
  manifest.writeUInt32LE(devices.length + 1, 4);
  manifest.writeUInt32LE(2 ** 30, 8 + entry.type);
  for (const [i, device] of devices.entries()) {
    const at = 8 + (i + 1) * entry.size;
    manifest.write(device.name, at, "latin1");
    manifest.writeUInt32LE(typeNumber(device.type), at + entry.type);
  }
  const info = Buffer.alloc(16);
  info.writeUInt32LE(abiTargets.indexOf(abi), 0);
  info.writeUInt32LE(2, 4);
  writeFileSync(
    target,
    `/* Written by a stand-in of solo5-elftool. */\n${noteSource("__solo5_abi1_note", ".note.solo5.abi", 0x31494241, info)}${noteSource("__solo5_mft1_note", ".note.solo5.manifest", 0x3154464d, note)}`,
  );
  return 0;
}

function query(what, path) {
  const image = readImage(path);
  if (image.error !== undefined) {
    err(`solo5-elftool: ${path}: ${image.error}\n`);
    return 1;
  }
  if (what === "query-abi")
    out(`{\n  "type": "solo5.abi",\n  "target": "${image.target}",\n  "version": ${image.version}\n}\n`);
  else {
    const devices = image.devices
      .map(({ name, type }) => `    { "name": "${name}", "type": "${type}" }`)
      .join(",\n");
    out(
      `{\n  "type": "solo5.manifest",\n  "version": 1,\n  "devices": [\n${devices === "" ? "" : `${devices}\n`}  ]\n}\n`,
    );
  }
  return 0;
}

function run([command, ...args]) {
  if (command === "--version" && args.includes("--verbose")) {
    out("A stand-in of the MirageOS for VS Code test workspace.\n");
    return 0;
  }
  if (command === "gen-manifest" && args.length >= 2) return generateManifest(args);
  if ((command === "query-abi" || command === "query-manifest") && args[0] !== undefined)
    return query(command, args[0]);
  err(recorded("runtime", "elftool", "no-args.stderr"));
  return 1;
}

/** Runs `solo5-elftool ARGS…` and sets its exit code. */
export function main(args) {
  process.exitCode = run(args);
}
