#!/bin/sh
# Installs Caddy, whose templates the tests of the Helm chart use in place of Helm, as root on Debian. Elsewhere it prints how
# to install it.
set -eu

if command -v caddy >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  apt-get install -y --no-install-recommends caddy
  # The tests start their own processes, so the service of the package is disabled.
  update-rc.d caddy disable >/dev/null 2>&1 || true
  service caddy stop >/dev/null 2>&1 || true
  exit 0
fi
echo 'No caddy: run `sudo apt-get install caddy`, or put one into the PATH.' >&2
exit 1
