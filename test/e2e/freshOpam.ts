/** A computer that has opam and nothing of MirageOS yet, on which what is installed is there afterwards. */
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { standIns } from "../harness/samples.ts";
import { programsFirst, type Programs } from "./programs.ts";

/** What opam has done so far are files in $FOLDER: root, switch, mirage; `asked` has every call, `done` what changed something. */
const opam = `
has() { [ -e "$FOLDER/$1" ]; }
echo "$*" >> "$FOLDER/asked"
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
    did "$@"; touch "$FOLDER/root"; echo "opam is set up."; exit 0 ;;
  "switch create mirage 5."*)
    did "$@"; touch "$FOLDER/switch"; echo "The switch mirage is there."; exit 0 ;;
  "install --switch=mirage mirage opam-monorepo")
    did "$@"; touch "$FOLDER/mirage"; echo "mirage is installed."; exit 0 ;;
  env*)
    has mirage || { printf '(\\n  ("OPAMSWITCH" "mirage")\\n  ("PATH" "%s")\\n)\\n' "$PATH"; exit 0; } ;;
esac
`;

/** `stage`: how far opam has got already. */
export async function freshOpam(stage: "new" | "switch" = "new"): Promise<Programs> {
  const programs = await programsFirst({ opam });
  if (stage === "switch")
    for (const name of ["root", "switch"]) await writeFile(join(programs.folder, name), "");
  const path = (programs.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== standIns);
  return { ...programs, env: { ...programs.env, PATH: path.join(delimiter) } };
}
