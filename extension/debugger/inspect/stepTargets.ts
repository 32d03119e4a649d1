import { displayName } from "../program/program.ts";
import type { DebugParts } from "../session/debugTypes.ts";
import type { StepTarget } from "../session/steps.ts";
import { readCode } from "./memoryRequests.ts";
import type { SourceFrame } from "./stack.ts";

/** A direct call as gdb prints it for x86-64: `call   0x401136 <camlUnikernel.add_270>`. */
const directCall = /^callq?\s+(0x[0-9a-f]+)/;

/**
 * The calls that are ahead on the line of a frame, in the order of the code. Only calls of known functions: where a
 * closure leads is not known before its call, and a call in tail position is a jump.
 */
export async function stepTargets(
  { gdb, program, sources, justMyCode }: DebugParts,
  frame: SourceFrame,
): Promise<readonly StepTarget[]> {
  const around = program.functionAt(frame.address);
  if (!around || frame.line === undefined || frame.isInlined) return [];
  const code = await readCode(gdb, frame.address, around.address + BigInt(around.bytes));
  const users = new Set((await program.userFunctions(gdb, sources)).map(({ address }) => address));
  return code.flatMap(({ text, line, fullName }, index) => {
    const address = BigInt(directCall.exec(text)?.[1] ?? 0);
    const returnAddress = code[index + 1]?.address;
    const called = program.functionAt(address);
    const name = called && program.definition(called);
    const isHere = line === frame.line && sources.path(fullName) === frame.path;
    if (!isHere || returnAddress === undefined || called?.address !== address || name === undefined)
      return [];
    if (justMyCode && !users.has(address)) return [];
    const place = program.frameAt(returnAddress)?.locations.at(0);
    return [
      {
        address,
        returnAddress,
        shown: {
          label: displayName(name),
          ...(place && { line: place.line, column: place.startColumn + 1, endColumn: place.endColumn + 1 }),
        },
      },
    ];
  });
}
