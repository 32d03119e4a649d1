import type { OciUnikernel } from "./ociImage.ts";

/** A unikernel for hvt with a network interface. */
export const helloUnikernel: OciUnikernel = {
  fileName: "hello.hvt",
  // The beginning of an ELF header for arm64 is enough.
  image: Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]),
    Buffer.alloc(11),
    Buffer.from([0xb7, 0]),
    Buffer.alloc(1000, 7),
  ]),
  hypervisor: "hvt",
  arguments: ["--logs=*:debug", String.raw`--hello=Hallo\ Welt`],
  networks: ["service"],
  disks: [],
  tag: "latest",
};
