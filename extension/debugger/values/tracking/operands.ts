/** One instruction as gdb prints it in AT&T syntax: `mov    %rax,0x8(%rsp)`. */
export interface Instruction {
  readonly address: bigint;
  readonly text: string;
}

/** What an instruction reads or writes. */
export type InstructionOperand =
  /** A whole register of eight bytes, or a part of it. */
  | { readonly kind: "register"; readonly name: string; readonly whole: boolean }
  /** A place relative to the stack pointer, in bytes. */
  | { readonly kind: "stack"; readonly offset: number }
  /** A place on the stack that is not known, because it has an index. */
  | { readonly kind: "anyStack" }
  /** Relative to another register. `index` is the register that is added, scaled. */
  | { readonly kind: "memory"; readonly base: string; readonly index: string; readonly offset: number }
  | { readonly kind: "constant"; readonly value: number }
  /** An address in the code or data, as gdb prints it. */
  | { readonly kind: "address"; readonly address: bigint }
  /** A register of another kind, such as `%xmm0`. */
  | { readonly kind: "other" };

/** A parsed instruction; `indirect` for a jump or call through a register or memory. */
export interface ParsedInstruction {
  readonly name: string;
  readonly operands: readonly InstructionOperand[];
  readonly indirect: boolean;
}

const wide = "rax rbx rcx rdx rsi rdi rbp rsp".split(" ");
const parts: ReadonlyMap<string, string> = new Map(
  wide.flatMap((name) => {
    const letters = name.slice(1);
    const low = letters.endsWith("x") ? [`${letters[0]}l`, `${letters[0]}h`] : [`${letters}l`];
    return [`e${letters}`, letters, ...low].map((part): [string, string] => [part, name]);
  }),
);

function register(name: string): InstructionOperand {
  if (wide.includes(name) || /^r(?:8|9|1[0-5])$/.test(name)) return { kind: "register", name, whole: true };
  const numbered = /^(r\d+)[dwbl]$/.exec(name)?.[1];
  const whole = parts.get(name) ?? numbered;
  return whole === undefined ? { kind: "other" } : { kind: "register", name: whole, whole: false };
}

/** Parses an instruction of x86-64 in AT&T syntax. Undefined for text that is not one. */
export function parseInstruction(text: string): ParsedInstruction | undefined {
  const [code = "", comment = ""] = text.split("#");
  // Prefixes that do not change what is written.
  const match = /^(?:(?:cs|ds|data16|lock|bnd|notrack) )*([a-z][a-z0-9]*)\s*(.*)$/.exec(code.trim());
  const [, name, rest = ""] = match ?? [];
  if (name === undefined) return undefined;
  const target = /^\s*(0x[0-9a-f]+)/.exec(comment)?.[1];
  const plain = rest.replace(/\s*<[^>]*>\s*$/, "").trim();
  const indirect = plain.startsWith("*");
  const texts = splitOperands(indirect ? plain.slice(1) : plain);
  const operands = texts.map((each) => operand(each, target));
  return {
    name,
    operands: operands.every(Boolean) ? (operands as InstructionOperand[]) : [{ kind: "other" }],
    indirect,
  };
}

/** Splits at commas outside of parentheses. */
function splitOperands(text: string): readonly string[] {
  const found: string[] = [];
  let level = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === "(") level++;
    else if (text[at] === ")") level--;
    if (at < text.length && (text[at] !== "," || level > 0)) continue;
    const part = text.slice(start, at).trim();
    if (part !== "") found.push(part);
    start = at + 1;
  }
  return found;
}

/** A constant of 64 bits: gdb prints -32 as `0xffffffffffffffe0`. */
function constantOf(text: string): number {
  return /^0x[0-9a-f]+$/.test(text) ? Number(BigInt.asIntN(64, BigInt(text))) : Number(text);
}

function operand(text: string, target: string | undefined): InstructionOperand | undefined {
  if (text.startsWith("%") && !text.includes(":")) return register(text.slice(1));
  if (text.startsWith("$")) return { kind: "constant", value: constantOf(text.slice(1)) };
  const memory = /^(?:%[a-z]+:)?(-?0x[0-9a-f]+|-?\d+)?\((%[a-z0-9]+)?(?:,(%[a-z0-9]+))?(?:,\d)?\)$/.exec(
    text,
  );
  if (memory) {
    const [, offset = "0", base = "", index = ""] = memory;
    const value = offset.startsWith("-") ? -Number(offset.slice(1)) : Number(offset);
    if (base === "%rip" && target !== undefined) return { kind: "address", address: BigInt(target) };
    if (base === "%rsp") return index === "" ? { kind: "stack", offset: value } : { kind: "anyStack" };
    return { kind: "memory", base: base.slice(1), index: index.slice(1), offset: value };
  }
  if (/^0x[0-9a-f]+$/.test(text)) return { kind: "address", address: BigInt(text) };
  return text.includes(":") ? { kind: "memory", base: "", index: "", offset: 0 } : undefined;
}
