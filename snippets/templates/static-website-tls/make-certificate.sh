#!/bin/sh
# Creates tls/server.pem and tls/server.key: a self-signed certificate for localhost.
set -eu
cd "$(dirname "$0")"
mkdir -p tls
openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
  -keyout tls/server.key -out tls/server.pem
