import type { Host } from "./host.ts";

/** A host for tests: a Debian-like Linux on which every target can be booted. */
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
