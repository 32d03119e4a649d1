import { t } from "../protocol/l10n.ts";
import { commonPart, tableName, withVariables } from "./scriptParts.ts";

/**
 * The POSIX shell script that undoes what the set-up script recorded, also after a run that was interrupted, and nothing
 * else. It runs as root, goes on after a failure, and exits with 1 if something is left. Without a record, it does
 * nothing.
 */
export const tearDownScript = (): string => `#!/bin/sh
# ${t("Tears down the network for unikernels: undoes what the script that set it up has recorded.")}
set -u

${commonPart}
failed=0

try() {
  "$@" || failed=1
}

if [ "$(id -u)" != 0 ]; then
  echo ${withVariables(t("Run this script as root."))} >&2
  exit 1
fi
if ! is_recorded; then
  # Records of an earlier start of the computer describe interfaces that are gone.
  rm -rf "$records"
  echo ${withVariables(t("There is no network to tear down."))}
  exit 0
fi

# --- ${t("DHCP and DNS")} ---

stop_server

# --- ${t("Forwarding and address translation")} ---

if [ -e "$records/firewall" ]; then
  if command -v nft >/dev/null && nft list table ip ${tableName} >/dev/null 2>&1; then
    try nft delete table ip ${tableName}
  fi
  chain=${tableName.toUpperCase()}
  if command -v iptables >/dev/null && iptables -w -t nat -S "$chain" >/dev/null 2>&1; then
    while iptables -w -t nat -D POSTROUTING -j "$chain" 2>/dev/null; do :; done
    try iptables -w -t nat -F "$chain"
    try iptables -w -t nat -X "$chain"
  fi
fi
if [ -e "$records/ip_forward" ]; then
  earlier=$(cat "$records/ip_forward")
  if [ "$(cat /proc/sys/net/ipv4/ip_forward)" != "$earlier" ]; then
    try eval 'echo "$earlier" >/proc/sys/net/ipv4/ip_forward'
  fi
fi

# --- ${t("Tap interfaces that existed before")} ---

bridge=$(cut -d' ' -f1 "$records/bridge" 2>/dev/null)
for file in "$records"/adopted/*; do
  tap=$(basename "$file")
  [ -e "$file" ] && [ -e "/sys/class/net/$tap" ] || continue
  master=$(readlink "/sys/class/net/$tap/master") || master=
  # Somebody attached it to another bridge in the meantime.
  [ -z "$master" ] || [ "$(basename "$master")" = "$bridge" ] || continue
  try ip link set dev "$tap" nomaster
  while read -r word; do
    case $word in
      up) ;;
      down) try ip link set dev "$tap" down ;;
      *) try ip address replace "$word" dev "$tap" ;;
    esac
  done <"$file"
done

# --- ${t("The bridge and the tap interfaces that were made")} ---

for name in $(cat "$records/made" 2>/dev/null); do
  [ -e "/sys/class/net/$name" ] || continue
  try ip link delete dev "$name"
done

if [ "$failed" != 0 ]; then
  echo ${withVariables(t("Something could not be undone: see above. The records in {0} are kept; run this again.", "$records"))} >&2
  exit 1
fi
rm -rf "$records"
echo ${withVariables(t("The network is torn down."))}
`;
