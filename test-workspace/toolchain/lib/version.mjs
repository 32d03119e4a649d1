/** Returns the reported version, which is 4.11.1 unless a test sets another one. */
export function version() {
  return process.env.MIRAGEOS_STANDIN_VERSION ?? "4.11.1";
}

function compare(a, b) {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Returns the error if the header `(* mirage >= a & < b *)` does not allow this version. */
export function versionMismatch(text) {
  const header = /^\(\*\s*mirage\s+([^*]*)\*\)/.exec(text)?.[1] ?? "";
  const least = />=\s*([\d.]+)/.exec(header)?.[1];
  const below = /<\s*([\d.]+)/.exec(header)?.[1];
  if (least !== undefined && compare(version(), least) < 0) {
    return `Version mismatch: required is mirage >= ${least}, but ${version()} is installed. Please upgrade your installation (opam update; opam install 'mirage>=${least}')`;
  }
  if (below !== undefined && compare(version(), below) >= 0) {
    return `Version mismatch: required is mirage < ${below}, but ${version()} is installed. Please upgrade your unikernel, or install an older mirage (opam install 'mirage<${below}')`;
  }
  return undefined;
}
