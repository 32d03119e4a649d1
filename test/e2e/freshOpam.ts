/** Simulates a computer that has opam but no MirageOS tools; what a test installs exists afterwards. */
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { standIns } from "../harness/samples.ts";
import { programsFirst, type Programs } from "./programs.ts";

/**
 * Stores its state as files in $FOLDER (root, switch, mirage). The file `calls` has every call, and `done`
 * those that changed something.
 */
const opam = `
has() { [ -e "$FOLDER/$1" ]; }
echo "$*" >> "$FOLDER/calls"
did() { echo "opam $*" >> "$FOLDER/done"; }
case "$*" in
  --version)
    echo 2.6.1; exit 0 ;;
  "switch show")
    has switch && echo mirage && exit 0
    echo "[ERROR] No switch is currently set." >&2; exit 5 ;;
  "switch list --short")
    has root || { echo "[ERROR] Opam has not been initialised." >&2; exit 50; }
    has switch && echo mirage
    exit 0 ;;
  "init --bare"*)
    did "$@"; touch "$FOLDER/root"; echo "opam is initialized."; exit 0 ;;
  "switch create mirage 5."*)
    did "$@"; touch "$FOLDER/switch"; echo "The switch mirage was created."; exit 0 ;;
  "install --switch=mirage mirage opam-monorepo")
    did "$@"; touch "$FOLDER/mirage"; echo "mirage is installed."; exit 0 ;;
  env*)
    has mirage || { printf '(\\n  ("OPAMSWITCH" "mirage")\\n  ("PATH" "%s")\\n)\\n' "$PATH"; exit 0; } ;;
esac
`;

/** Writes the fake opam. At the stage `switch`, opam already has a root and a switch. */
export async function freshOpam(stage: "new" | "switch" = "new"): Promise<Programs> {
  const programs = await programsFirst({ opam });
  if (stage === "switch")
    for (const name of ["root", "switch"]) await writeFile(join(programs.folder, name), "");
  const path = (programs.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== standIns);
  return { ...programs, env: { ...programs.env, PATH: path.join(delimiter) } };
}
