#!/usr/bin/env bash
# take.sh CREDS [COUNT]: takes a scope from its first entry with nothing but bash, sed, base32 and openssl 3: what every
# NATS client does underneath. Prints the exact bytes of each event, one per line, and acknowledges them. It checks
# nothing, and speaks to a server without TLS only (through a tunnel of your own, or on the same machine).
set -euo pipefail
export LC_ALL=C # lengths below are bytes
creds=$1 count=${2:-100}
said() { sed -n 's/^ *"'"$1"'": "\(.*\)",\{0,1\}$/\1/p' "$creds"; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
address=$(said url) && address=${address#nats://}
durable=$(said durable) stream=$(said stream) inbox=$(said inbox).$RANDOM$RANDOM

# The seed is base32 of two bytes that say what it is, the 32 bytes of an Ed25519 key, and a check sum of two.
seed=$(said seed)
printf '%s%s' "$seed" "$(printf '%*s' $(((8 - ${#seed} % 8) % 8)) '' | tr ' ' =)" | base32 -d | tail -c 34 | head -c 32 > "$work/raw"
{ printf '\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20' && cat "$work/raw"; } > "$work/key"

exec 3<> "/dev/tcp/${address%:*}/${address#*:}"
IFS= read -r info <&3 # INFO {…,"nonce":"…"}: whoever signs it is let in
sed 's/.*"nonce":"\([^"]*\)".*/\1/' <<< "$info" | tr -d '\r\n' > "$work/nonce"
signature=$(openssl pkeyutl -sign -rawin -keyform DER -inkey "$work/key" -in "$work/nonce" | base64 -w 0)
say() { printf '%s\r\n' "$@" >&3; }
say "CONNECT {\"verbose\":false,\"headers\":true,\"protocol\":1,\"lang\":\"sh\",\"version\":\"1\",\"nkey\":\"$(said key)\",\"sig\":\"$signature\"}"
say "SUB $inbox.> 1"
reset='{"seq":1}' next="{\"batch\":$count,\"expires\":2000000000}"
say "PUB \$JS.API.CONSUMER.RESET.$stream.$durable $inbox.reset ${#reset}" "$reset"
say "PUB \$JS.API.CONSUMER.MSG.NEXT.$stream.$durable $inbox.next ${#next}" "$next"

taken=0
while IFS= read -r line <&3; do
    line=${line%$'\r'}
    case $line in
        PING) say PONG ;;
        -ERR*) echo "take.sh: $line" >&2 && exit 1 ;;
        MSG*) # MSG subject 1 length: the answer to the reset
            IFS= read -r -N "$((${line##* } + 2))" _ <&3 ;;
        HMSG*) # HMSG subject 1 [reply] length-of-headers length
            set -- $line
            IFS= read -r -N "${*: -2:1}" headers <&3
            IFS= read -r -N "$((${*: -1} - ${*: -2:1} + 2))" body <&3
            case $headers in
                *"NATS/1.0 4"*) exit 0 ;; # 404 or 408: no more for now
                *Zhucun-Entry:*) printf '%s\n' "${body%$'\r\n'}" ;;
            esac
            [ $# = 5 ] || { say "PUB $4 0" "" && taken=$((taken + 1)); }
            [ "$taken" -lt "$count" ] || exit 0 ;;
    esac
done
