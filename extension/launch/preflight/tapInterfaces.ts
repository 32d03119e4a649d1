import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { interfacesFolder } from "../../toolchain/host.ts";

/**
 * The names of this computer's network interfaces, and which of them are taps: those have a file `tun_flags`
 * (Linux's `drivers/net/tun.c`). Both are empty on systems without `/sys/class/net`.
 */
export async function readTapInterfaces(
  folder = interfacesFolder(),
): Promise<{ readonly interfaces: readonly string[]; readonly taps: readonly string[] }> {
  const interfaces = (await readdir(folder).catch((): string[] => [])).toSorted();
  const found = await Promise.all(
    interfaces.map((name) =>
      access(join(folder, name, "tun_flags")).then(
        () => [name],
        () => [],
      ),
    ),
  );
  return { interfaces, taps: found.flat() };
}
