import type { TargetId } from "../mirage/targets.ts";
import type { Run } from "../platform/process.ts";
import type { DoctorLine } from "../toolchain/doctor.ts";
import { networkLine } from "./networkTexts.ts";
import { readNetwork } from "./networkState.ts";

/** What Check Setup says about the network of this computer; nothing on systems other than Linux. */
export async function networkDoctorLines(
  run: Run,
  selected: readonly TargetId[],
): Promise<readonly DoctorLine[]> {
  if (process.platform !== "linux") return [];
  return [networkLine(await readNetwork(run), selected, Date.now())];
}
