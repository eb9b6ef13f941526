#!/bin/sh
# prepare.sh: everything private that compose.yaml needs, into deploy/compose/private (mode 0700, never committed): an
# authority and certificates, passwords, settings of each service, signing keys, an issuer for trying out. What is there
# stays. Needs openssl and the image (ZHUCUN_IMAGE, default zhucun:0.1.0); DOCKER names another engine, such as podman.
set -eu
cd "$(dirname "$0")"
image=${ZHUCUN_IMAGE:-zhucun:0.1.0} docker=${DOCKER:-docker} origin=${ZHUCUN_ORIGIN:-zhucun.demo}
services="attendance personnel assessment finance"
umask 077
mkdir -p private/tls private/authority private/passwords private/vkeys private/oidc
random() { [ -s "private/passwords/$1" ] || openssl rand -hex 24 > "private/passwords/$1"; cat "private/passwords/$1"; }

if [ ! -s private/tls/ca.crt ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=zhucun authority' \
        -keyout private/authority/ca.key -out private/tls/ca.crt 2>/dev/null
fi
certify() { # NAME FILE: FILE.crt and FILE.key, good for NAME
    [ ! -s "$2.crt" ] || return 0
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$2.key" -out "$2.csr" 2>/dev/null
    printf 'subjectAltName=DNS:%s,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n' "$1" > "$2.ext"
    openssl x509 -req -in "$2.csr" -CA private/tls/ca.crt -CAkey private/authority/ca.key -CAserial private/authority/ca.srl -CAcreateserial \
        -days 825 -extfile "$2.ext" -out "$2.crt" 2>/dev/null
    rm -f "$2.csr" "$2.ext"
}
for name in nats-0 nats-1 nats-2 postgres agencies edge; do certify "$name" "private/tls/$name"; done
# A directory each, so that a certificate that is exchanged is seen inside.
for name in $services agency prometheus grafana; do
    mkdir -p "private/tls-$name"
    certify "$name" "private/tls-$name/tls"
done

nats() { for n in 0 1 2; do printf '%stls://%s:%s@nats-%s:4222' "${comma-}" "$1" "$2" "$n"; comma=,; done; unset comma; }
setting() { printf '%s' "$3" > "private/$1/$2"; }
database() { printf 'postgresql://zhucun_%s:%s@postgres:5432/postgres?sslmode=verify-full&sslrootcert=/etc/zhucun/tls/ca.crt' "$1" "$(random "postgres-$1")"; }
{ for user in $services agency operator watcher system; do
      echo "$(echo "$user" | tr a-z A-Z)_PASSWORD=$(random "nats-$user")"; done; } > private/nats.env
{ echo "POSTGRES_PASSWORD=$(random postgres)"; echo "PGPASSWORD=$(random postgres)"
  echo "ZHUCUN_ADMIN_PASSWORD=$(random postgres-admin)"; echo "ZHUCUN_AUDITOR_PASSWORD=$(random postgres-auditor)"
  for service in $services agency; do
      echo "ZHUCUN_$(echo "$service" | tr a-z A-Z)_PASSWORD=$(random "postgres-$service")"; done; } > private/postgres.env
mkdir -p private/admin
setting admin ZHUCUN_POSTGRES_URL "$(database admin)"
setting admin ZHUCUN_NATS_URL "$(nats operator "$(random nats-operator)")"
setting admin ZHUCUN_FEED_TOKEN "$(random feed)"
for service in $services; do
    mkdir -p "private/$service" "private/keys-$service"
    setting "$service" ZHUCUN_POSTGRES_URL "$(database "$service")"
    setting "$service" ZHUCUN_NATS_URL "$(nats "$service" "$(random "nats-$service")")"
    setting "$service" ZHUCUN_FEED_TOKEN "$(random feed)"
    $docker run --rm --network none --user "$(id -u):$(id -g)" -v "$PWD/private:/private" --entrypoint zhucun \
        -e ZHUCUN_MODE= -e "ZHUCUN_ORIGIN=$origin" -e ZHUCUN_KEY_DIR="/private/keys-$service" \
        -e ZHUCUN_VKEY_DIR=/private/vkeys "$image" keys make "$service"
done
mkdir -p private/agency
setting agency ZHUCUN_POSTGRES_URL "$(database agency)"
setting agency ZHUCUN_NATS_URL "$(nats agency "$(random nats-agency)")"
setting agency ZHUCUN_FEED_TOKEN "$(random feed)"
setting agency ZHUCUN_AGENCY_NATS_URL "tls://system:$(random nats-agencies)@agencies:4222"
echo "SYSTEM_PASSWORD=$(random nats-agencies)" > private/agencies.env
cp trial_issuer.py private/oidc/
$docker run --rm --network none --user "$(id -u):$(id -g)" -v "$PWD/private/oidc:/oidc" --entrypoint python \
    "$image" /oidc/trial_issuer.py make /oidc
# The containers run as 10001 (zhucun), 65534 (Prometheus) and 472 (Grafana); as root here, hand them what is theirs.
if [ "$(id -u)" = 0 ]; then
    chown -R 10001:10001 private/admin private/attendance private/personnel private/assessment private/finance private/agency \
        private/keys-* private/vkeys private/oidc private/tls-*
    chmod 755 private private/tls private/vkeys
    chmod 644 private/tls/*.crt private/tls/nats-*.key
    chown 10001:10001 private/tls/agencies.key
    chown -R 65534:65534 private/tls-prometheus
    chown -R 472:472 private/tls-grafana
    # PostgreSQL reads no key of somebody else's, and its user has another number in each image.
    chown "$($docker run --rm --network none --entrypoint id "${POSTGRES_IMAGE:-postgres:18}" -u postgres)" private/tls/postgres.key
fi
echo "private/ is ready; a token for trying out:"
echo "  $docker run --rm -v $PWD/private/oidc:/oidc --entrypoint python $image /oidc/trial_issuer.py token /oidc P530000001"
