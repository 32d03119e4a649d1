import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { recorded, recordings } from "./recordings.mjs";

const samples = join(recordings, "..", "..");
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;

/** The recordings of the console output of the samples. With `forever`, the unikernel does not exit. */
const consoles = {
  hello: { hvt: "hello-run/hvt-in-vm.stdout", spt: "hello-run/spt.stdout" },
  crash: { hvt: "runtime/hvt-in-vm/mode-exn.stdout", spt: "runtime/spt/mode-exn.stdout" },
  network: { hvt: "net-run/hvt-tap-in-vm.stdout", spt: "net-run/spt-tap.stdout", forever: true },
};

/** Returns the factor by which output is replayed faster than recorded. */
function speed() {
  return Number(process.env.MIRAGEOS_STANDIN_SPEED ?? "1");
}

const pause = (ms) =>
  new Promise((done) => {
    setTimeout(done, ms);
  });

/**
 * Checks whether the source next to the image is the unchanged sample, so that its output is the recording.
 */
function isSample(kernel, name) {
  const source = join(dirname(dirname(resolve(kernel))), "unikernel.ml");
  const original = join(samples, name, "unikernel.ml");
  return (
    existsSync(source) &&
    existsSync(original) &&
    readFileSync(source, "utf8") === readFileSync(original, "utf8")
  );
}

/** Returns the recorded console output of an image; `undefined` if there is none. */
function recordedConsole({ type, kernel, guest }) {
  const name = basename(kernel).replace(/\.[^.]*$/, "");
  const found = consoles[name];
  const given = guest.filter(
    (arg) => !arg.startsWith("--solo5:") && !(name === "network" && arg.startsWith("--ipv4")),
  );
  if (found === undefined || given.length > 0 || !isSample(kernel, name)) return undefined;
  const text = recorded(...found[type].split("/")).replaceAll("[faulty]", `[${name}]`);
  // The recording also contains the output of ping.
  const lines = text
    .split("\n")
    .filter((line) => !/^(?:PING|\d+ bytes from|---|\d+ packets|rtt|$)/.test(line));
  return { lines, forever: found.forever === true };
}

/** Returns the start of every console output: the banner, the bindings and the memory map. */
function head(type, memory) {
  const lines = recorded(...consoles.hello[type].split("/")).split("\n");
  const end = lines.findIndex((line) => stamp.test(line));
  return withMemory(lines.slice(0, end), memory);
}

function withMemory(lines, memory) {
  return lines.map((line) =>
    line
      .replace("512 MB", `${memory} MB`)
      .replace("stack < 0x20000000", `stack < 0x${(memory * 2 ** 20).toString(16)}`),
  );
}

/** Prints a recording with its original timing. */
async function replay(lines, print) {
  let last;
  for (const line of lines) {
    const time = stamp.exec(line)?.[1];
    const now = time === undefined ? last : Date.parse(`${time}Z`);
    if (last !== undefined && now > last) await pause((now - last) / speed());
    last = now;
    print(line);
  }
}

/** Runs the image, which is a program for this host, as the guest. Returns its exit code. */
function runGuest(kernel, guest, attached) {
  const devices = Object.fromEntries([...attached].map(([name, path]) => [`SOLO5_BLOCK_${name}`, path]));
  const env = { ...process.env, ...devices };
  const child = spawn(resolve(kernel), guest, { stdio: ["ignore", "pipe", "pipe"], argv0: kernel, env });
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stdout, { end: false });
  process.on("exit", () => child.kill("SIGKILL"));
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done(code ?? 255));
  });
}

/**
 * Handles signals like the tenders: hvt reports the signal and exits, and spt ends by the signal. Both end
 * their guest.
 */
function endOnSignals(type) {
  for (const [signal, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ]) {
    process.once(signal, () => {
      if (type === "hvt") {
        process.stderr.write(`solo5-hvt: Exiting on signal ${number}\n`);
        process.exit(1);
      }
      process.emit("exit");
      process.kill(process.pid, signal);
    });
  }
}

/**
 * Prints the console output of a guest. For an unchanged sample, this is the recording. Otherwise it is the
 * recorded start and end around the output of the image, which runs on the host. Returns the exit code of the
 * tender.
 */
export async function boot({ type, kernel, guest, memory, attached }) {
  endOnSignals(type);
  const quiet = guest.includes("--solo5:quiet");
  const print = (line) => {
    if (!quiet || !/^(?:Solo5: |[ _|\\/()]+\||[ _|\\/()]+$|__|\\__|____)/.test(line))
      process.stdout.write(`${line}\n`);
  };
  if (type === "hvt" && process.env.MIRAGEOS_STANDIN_KVM === "broken") {
    process.stdout.write(recorded("hello-run", "hvt-direct-pvm-fails.stdout"));
    process.stderr.write(recorded("hello-run", "hvt-direct-pvm-fails.stderr"));
    return 1;
  }
  const found = recordedConsole({ type, kernel, guest });
  if (found !== undefined) {
    await replay(withMemory(found.lines, memory), print);
    if (found.forever) await new Promise(() => setInterval(() => {}, 1000));
    return Number(/solo5_exit\((\d+)\)/.exec(found.lines.at(-1) ?? "")?.[1] ?? 0);
  }
  for (const line of head(type, memory)) print(line);
  const code = await runGuest(
    kernel,
    guest.filter((arg) => !arg.startsWith("--solo5:")),
    attached,
  );
  print(`Solo5: solo5_exit(${code}) called`);
  return code;
}
