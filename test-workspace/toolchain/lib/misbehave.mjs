import { spawn } from "node:child_process";
import { writeSync } from "node:fs";

/** Writes all bytes, and waits while the pipe is full. */
function write(fd, data) {
  let rest = Buffer.from(data);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** Hangs until killed, with a child process. Both ignore SIGTERM and SIGINT. */
function hang() {
  const childScript =
    "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); setInterval(() => {}, 1000);";
  const child = spawn(process.execPath, ["-e", childScript], { stdio: "inherit" });
  process.on("SIGTERM", () => {});
  process.on("SIGINT", () => {});
  write(1, `hanging with child ${child.pid}\n`);
  return new Promise(() => {
    setInterval(() => {}, 1000);
  });
}

const behaviours = {
  hang,
  /** Prints 200,000 lines, then continues normally. */
  flood() {
    for (let block = 0; block < 200; block++) {
      write(1, Array.from({ length: 1000 }, (_, line) => `flood line ${block * 1000 + line}\n`).join(""));
    }
  },
  /** Prints invalid UTF-8, NULs and a line without a line break. */
  garbage() {
    write(
      1,
      Buffer.from([0x66, 0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a, 0xf0, 0x9f, 0x90, 0x0a, 0x00, 0x00, 0x0a]),
    );
    write(2, Buffer.from([0xe2, 0x82, 0x0a, 0x80, 0x81, 0x0a, 0x1b, 0x5b, 0x33]));
  },
  /** Ends by a signal, like a crashing tool. */
  sigsegv() {
    process.kill(process.pid, "SIGSEGV");
    return new Promise(() => {
      setInterval(() => {}, 1000);
    });
  },
  /** Prints one line a second for five seconds. */
  async slow() {
    for (let second = 1; second <= 5; second++) {
      write(1, `working: ${second} of 5\n`);
      await new Promise((resolve) => {
        setTimeout(resolve, 1000);
      });
    }
  },
};

/** Performs the misbehaviour that MIRAGEOS_STANDIN_BEHAVIOUR names. */
export async function misbehave() {
  const behaviour = process.env.MIRAGEOS_STANDIN_BEHAVIOUR;
  if (behaviour === undefined || behaviour === "") return;
  const act = behaviours[behaviour];
  if (act === undefined)
    throw new Error(`MIRAGEOS_STANDIN_BEHAVIOUR must be one of ${Object.keys(behaviours).join(", ")}`);
  await act();
}
