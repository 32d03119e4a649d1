import type { Host } from "./host.ts";

/** The computer of tests: Debian or one like it, where everything can be booted. */
export const linux: Host = {
  platform: "linux",
  arch: "x64",
  kvm: "ok",
  tun: true,
  uid: 1000,
  wsl: false,
  container: false,
  packageManager: "apt",
};
