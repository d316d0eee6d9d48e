#!/bin/sh
# Installs Prometheus for the tests of the alert rules and of the dashboard, as root on Debian. Elsewhere it prints how to
# install it.
set -eu

if command -v prometheus >/dev/null 2>&1 && command -v promtool >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  apt-get install -y --no-install-recommends prometheus
  # The tests start their own servers, so the service of the package is disabled.
  update-rc.d prometheus disable >/dev/null 2>&1 || true
  service prometheus stop >/dev/null 2>&1 || true
  exit 0
fi
echo 'No prometheus: run `sudo apt-get install prometheus`, or put prometheus and promtool into the PATH.' >&2
exit 1
