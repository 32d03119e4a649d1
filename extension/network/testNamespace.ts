import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

/** A network namespace with its own `/sys` and `/run`. The network of this computer is not visible in it. */
export interface Namespace {
  /** Runs a shell script in the namespace, as root. */
  readonly sh: (script: string, env?: NodeJS.ProcessEnv) => ShellResult;
  /** Ends the namespace with every program in it. */
  readonly end: () => Promise<void>;
}

export interface ShellResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const programs = ["unshare", "nsenter", "ip", "nft", "dnsmasq", "busybox"];

/** Why no namespace can be made here; `undefined` if it can. */
export function namespaceObstacle(): string | undefined {
  if (process.platform !== "linux") return "network namespaces exist only on Linux";
  if (process.getuid?.() !== 0) return "only root can make a network namespace with all users";
  const find = (name: string) => spawnSync("sh", ["-c", `PATH=$PATH:/usr/sbin:/sbin command -v ${name}`]);
  const missing = programs.filter((name) => find(name).status !== 0);
  if (missing.length > 0) return `programs are missing: ${missing.join(", ")}`;
  const tried = spawnSync("unshare", ["--net", "--mount", "ip", "link", "add", "br0", "type", "bridge"]);
  return tried.status === 0 ? undefined : `the kernel refuses: ${tried.stderr.toString().trim()}`;
}

/** Makes a namespace. Without a process in it, it would end. */
export async function openNamespace(): Promise<Namespace> {
  // The shell stays the first process, which collects those whose parent has ended.
  const prepare =
    "mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run && ip link set lo up && echo ready && cat; true";
  // A namespace of processes too: all of them, such as dnsmasq, end with the first one.
  const unshare = ["--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child"];
  const holder = spawn("unshare", [...unshare, "sh", "-c", prepare]);
  holder.stdin.on("error", () => undefined);
  const [bytes] = (await Promise.race([once(holder.stdout, "data"), once(holder.stderr, "data")])) as [
    Buffer,
  ];
  if (bytes.toString() !== "ready\n") throw new Error(bytes.toString());
  const children = `/proc/${holder.pid}/task/${holder.pid}/children`;
  const inner = spawnSync("cat", [children], { encoding: "utf8" }).stdout.trim();
  const enter = ["--net", "--mount", "--pid", "--target", inner, "sh", "-s"];
  return {
    sh: (script, env = process.env) => {
      const { status, stdout, stderr } = spawnSync("nsenter", enter, {
        input: script,
        encoding: "utf8",
        env,
        timeout: 30_000,
      });
      return { code: status, stdout, stderr };
    },
    end: async () => {
      const ended = once(holder, "exit");
      holder.stdin.end();
      await Promise.race([ended, setTimeout(5000, undefined, { ref: false })]);
    },
  };
}
