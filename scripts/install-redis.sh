#!/bin/sh
# The tests of the shared scroll store need a redis-server. Installs Debian's when this may and can, and otherwise says how.
set -eu

if [ -x "${REDIS_SERVER_PATH:-/usr/bin/redis-server}" ]; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  apt-get install -y --no-install-recommends redis-server
  # The tests start servers of their own; the one that comes with the package is not wanted.
  update-rc.d redis-server disable >/dev/null 2>&1 || true
  service redis-server stop >/dev/null 2>&1 || true
  exit 0
fi
echo 'No redis-server: run `sudo apt-get install redis-server`, or set REDIS_SERVER_PATH to one.' >&2
exit 1
