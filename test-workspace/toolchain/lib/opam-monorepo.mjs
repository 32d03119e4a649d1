import { monorepo } from "./monorepo.mjs";

/** Runs `opam-monorepo ARGS…` and sets its exit code. */
export function main(args) {
  process.exitCode = monorepo(args);
}
