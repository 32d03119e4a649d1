import { monorepo } from "./monorepo.mjs";

/** `opam-monorepo ARGS…`, with its exit codes. */
export function main(args) {
  process.exitCode = monorepo(args);
}
