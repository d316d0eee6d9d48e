#!/bin/sh
# Installs redis-server for the tests of the shared stores, as root on Debian. Elsewhere it prints how to install it.
set -eu

if [ -x "${REDIS_SERVER_PATH:-/usr/bin/redis-server}" ]; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  apt-get install -y --no-install-recommends redis-server
  # The tests start their own servers, so the service of the package is disabled.
  update-rc.d redis-server disable >/dev/null 2>&1 || true
  service redis-server stop >/dev/null 2>&1 || true
  exit 0
fi
echo 'No redis-server: run `sudo apt-get install redis-server`, or set REDIS_SERVER_PATH to one.' >&2
exit 1
