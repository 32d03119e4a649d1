import { stateFolder } from "./stateFolder.ts";

/** The name of the table of nftables, and with `MIRAGEOS` in capitals of the chain of iptables. */
export const tableName = "mirageos";

/** A text as a double-quoted word of a POSIX shell, in which variables such as `$tap` are replaced. */
export const withVariables = (text: string): string => `"${text.replace(/[\\"`]/g, String.raw`\$&`)}"`;

/**
 * The beginning of both scripts: where records are, and shell functions.
 *
 * - `host_mark` prints the start of the kernel and the network namespace. Records of another one describe interfaces
 *   that are gone.
 * - `stop_server` ends our dnsmasq, if it runs, and waits for that.
 */
export const commonPart = `PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C
umask 022

# What the scripts change is recorded in this folder. A restart empties it.
records=${stateFolder}

host_mark() {
  echo "$(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/self/ns/net)"
}

is_recorded() {
  [ "$(cat "$records/host" 2>/dev/null)" = "$(host_mark)" ]
}

server_pid() {
  pid=$(cat "$records/dnsmasq.pid" 2>/dev/null) || return 1
  # Another program may have got the number of a process that ended.
  grep -aq "conf-file=$records/dnsmasq.conf" "/proc/$pid/cmdline" 2>/dev/null && echo "$pid"
}

stop_server() {
  pid=$(server_pid) || return 0
  kill "$pid" 2>/dev/null || true
  tries=0
  while server_pid >/dev/null && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  server_pid >/dev/null && kill -9 "$pid" 2>/dev/null || true
}
`;
