import { t } from "../protocol/l10n.ts";
import { isPlainName, type NetworkPlan } from "./networkPlan.ts";
import { commonPart, tableName, withVariables } from "./scriptParts.ts";

/**
 * The POSIX shell script that sets up the network of a plan. It runs as root, checks everything before it changes
 * anything, and exits with 1 and a sentence on standard error if it fails. It can be run again at any time: it keeps
 * what exists, and makes what is missing. Each change is recorded before it is made, so that the script that tears the
 * network down also undoes a run that was interrupted. Throws if a name in the plan is not plain.
 */
export function setUpScript(plan: NetworkPlan): string {
  const odd = [plan.bridge, ...plan.taps].find((name) => !isPlainName(name));
  if (odd !== undefined) throw new Error(`${odd} is not a plain name of an interface`);
  return script(plan);
}

const script = (plan: NetworkPlan): string => `#!/bin/sh
# ${t("Sets up a network for unikernels: a bridge with tap interfaces, DHCP, DNS, and access to other networks.")}
# ${t("It can be run again, and then repairs what is missing.")}
# ${t('"MirageOS: Tear Down Network" undoes it, and so does a restart of the computer.')}
set -eu

bridge=${plan.bridge}
subnet=${plan.subnet}
taps="${plan.taps.join(" ")}"
owner=${plan.owner}

${commonPart}
fail() {
  echo "$1" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null
}

is_made() {
  is_recorded && grep -Fqx "$1" "$records/made" 2>/dev/null
}

# --- ${t("Check first")} ---

[ "$(id -u)" = 0 ] || fail ${withVariables(t("Run this script as root."))}
has ip || fail ${withVariables(t("The program ip is missing. Install the package iproute2 (iproute on Fedora)."))}
has dnsmasq || fail ${withVariables(t("dnsmasq is missing. Install the package dnsmasq-base (dnsmasq on other systems than Debian and Ubuntu)."))}
has nft || has iptables || fail ${withVariables(t("The programs nft and iptables are missing. Install the package nftables."))}
if is_recorded && [ -e "$records/bridge" ] && [ "$(cat "$records/bridge")" != "$bridge $subnet" ]; then
  fail ${withVariables(t("Another network was set up in the meantime. Start MirageOS: Set Up Network again."))}
fi
if [ -e "/sys/class/net/$bridge" ] && ! is_made "$bridge"; then
  fail ${withVariables(t("The interface {0} already exists, and this script did not create it. Nothing was changed.", "$bridge"))}
fi
for tap in $taps; do
  folder=/sys/class/net/$tap
  [ -e "$folder" ] || continue
  [ -e "$folder/tun_flags" ] || fail ${withVariables(t("{0} exists and is not a tap interface. Nothing was changed.", "$tap"))}
  tap_owner=$(cat "$folder/owner")
  if [ "$tap_owner" != -1 ] && [ "$tap_owner" != "$owner" ] && ! is_made "$tap"; then
    fail ${withVariables(t("{0} belongs to the user with the id {1}. Nothing was changed.", "$tap", "$tap_owner"))}
  fi
  if [ -e "$folder/master" ] && [ "$(basename "$(readlink "$folder/master")")" != "$bridge" ]; then
    fail ${withVariables(t("{0} belongs to another bridge. Nothing was changed.", "$tap"))}
  fi
done
if [ ! -e /dev/net/tun ] && ! modprobe tun 2>/dev/null; then
  fail ${withVariables(t("This computer has no /dev/net/tun, which tap interfaces need. Nothing was changed."))}
fi

# --- ${t("Records")} ---

is_recorded || rm -rf "$records"
mkdir -p "$records/adopted"
host_mark >"$records/host"
echo "$bridge $subnet" >"$records/bridge"
touch "$records/made"

# --- ${t("The bridge, with the address of this computer")} ---

if [ ! -e "/sys/class/net/$bridge" ]; then
  is_made "$bridge" || echo "$bridge" >>"$records/made"
  ip link add name "$bridge" type bridge
fi
ip address replace "$subnet.1/24" dev "$bridge"
ip link set dev "$bridge" up

# --- ${t("The tap interfaces")} ---

for tap in $taps; do
  if [ ! -e "/sys/class/net/$tap" ]; then
    is_made "$tap" || echo "$tap" >>"$records/made"
    ip tuntap add dev "$tap" mode tap user "$owner"
  elif ! is_made "$tap" && [ ! -e "$records/adopted/$tap" ]; then
    # It existed before: whether it was up, and its addresses, which the bridge replaces.
    {
      ip -o link show dev "$tap" | grep -q '[<,]UP[,>]' && echo up || echo down
      ip -o -4 address show dev "$tap" | sed 's/.* inet \\([^ ]*\\) .*/\\1/'
    } >"$records/adopted/.new"
    mv "$records/adopted/.new" "$records/adopted/$tap"
  fi
  ip -4 address flush dev "$tap"
  ip link set dev "$tap" master "$bridge"
  ip link set dev "$tap" up
done
for tap in $taps; do echo "$tap"; done >"$records/taps"

# --- ${t("Forwarding and address translation, in a table of its own")} ---

if [ ! -e "$records/ip_forward" ]; then
  cat /proc/sys/net/ipv4/ip_forward >"$records/.ip_forward"
  mv "$records/.ip_forward" "$records/ip_forward"
fi
[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || echo 1 >/proc/sys/net/ipv4/ip_forward

with_nft() {
  has nft || return 1
  # An empty table before its deletion, so that the deletion never fails. The whole file is one transaction.
  nft -f - <<RULES
table ip ${tableName} {
}
delete table ip ${tableName}
table ip ${tableName} {
  chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    ip saddr $subnet.0/24 oifname != "$bridge" masquerade
  }
}
RULES
}

with_iptables() {
  has iptables || return 1
  chain=${tableName.toUpperCase()}
  { iptables -w -t nat -N "$chain" 2>/dev/null || iptables -w -t nat -F "$chain"; } &&
    iptables -w -t nat -A "$chain" -s "$subnet.0/24" ! -o "$bridge" -j MASQUERADE &&
    { iptables -w -t nat -C POSTROUTING -j "$chain" 2>/dev/null || iptables -w -t nat -A POSTROUTING -j "$chain"; }
}

firewall=$(cat "$records/firewall" 2>/dev/null) || firewall=nft
echo "$firewall" >"$records/firewall"
if [ "$firewall" = iptables ] || ! with_nft; then
  echo iptables >"$records/firewall"
  with_iptables || fail ${withVariables(t("The rules for address translation could not be made: see above. Start MirageOS: Tear Down Network to undo the rest."))}
fi

# --- ${t("DHCP and DNS, on the bridge only")} ---

stop_server
cat >"$records/dnsmasq.conf" <<CONFIGURATION
interface=$bridge
except-interface=lo
bind-interfaces
no-hosts
domain-needed
bogus-priv
dhcp-authoritative
dhcp-range=$subnet.10,$subnet.99,255.255.255.0,1h
dhcp-leasefile=$records/leases
pid-file=$records/dnsmasq.pid
CONFIGURATION
if ! dnsmasq --conf-file="$records/dnsmasq.conf"; then
  # Often another DNS server uses the port on all addresses, and then also answers on the bridge.
  echo ${withVariables(t("Trying without a DNS server…"))}
  dnsmasq --conf-file="$records/dnsmasq.conf" --port=0 --dhcp-option=option:dns-server,"$subnet.1" ||
    fail ${withVariables(t("dnsmasq could not be started: see above. Start MirageOS: Tear Down Network to undo the rest."))}
fi

echo
echo ${withVariables(t("The network is ready. Attach unikernels to: {0}", "$taps"))}
echo ${withVariables(t("They get addresses from {0} by DHCP; this computer is {1}. Addresses from {2} to {3} are left for fixed addresses.", "$subnet.10", "$subnet.1", "$subnet.2", "$subnet.9"))}

# --- ${t("Firewalls that are in the way; this script does not change them")} ---

if has iptables && iptables -w -S FORWARD 2>/dev/null | grep -q '^-P FORWARD DROP'; then
  echo
  echo ${withVariables(t("The firewall of this computer, such as that of Docker, drops forwarded packets. To reach other networks from unikernels, run:"))}
  echo "  sudo iptables -I FORWARD -i $bridge -j ACCEPT"
  echo "  sudo iptables -I FORWARD -o $bridge -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
fi
if has firewall-cmd && firewall-cmd --state >/dev/null 2>&1; then
  echo
  echo ${withVariables(t("firewalld is running. If unikernels get no address, run:"))}
  echo "  sudo firewall-cmd --zone=trusted --change-interface=$bridge"
fi
if has ufw && ufw status 2>/dev/null | grep -q '^Status: active'; then
  echo
  echo ${withVariables(t("ufw is active. If unikernels get no address, run:"))}
  echo "  sudo ufw allow in on $bridge && sudo ufw route allow in on $bridge"
fi
`;
