#!/bin/sh
# Installs wrk, the load generator of the bench, as root on Debian. Elsewhere it prints how to install it.
set -eu

if command -v wrk >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  apt-get install -y --no-install-recommends wrk
  exit 0
fi
echo 'No wrk: run `sudo apt-get install wrk`, or put one into the PATH.' >&2
exit 1
