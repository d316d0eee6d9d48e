#!/bin/sh
# Installs HAProxy, which the tests of replicas put in front of them, as root on Debian. Elsewhere it prints how to install it.
set -eu

if command -v haproxy >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  apt-get install -y --no-install-recommends haproxy
  # The tests start their own processes, so the service of the package is disabled.
  update-rc.d haproxy disable >/dev/null 2>&1 || true
  service haproxy stop >/dev/null 2>&1 || true
  exit 0
fi
echo 'No haproxy: run `sudo apt-get install haproxy`, or put one into the PATH.' >&2
exit 1
