#!/bin/sh
# Installs slowhttptest, which sends and reads slowly in the tests of slow clients, as root on Debian. Elsewhere it prints
# how to install it.
set -eu

if command -v slowhttptest >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  apt-get install -y --no-install-recommends slowhttptest
  exit 0
fi
echo 'No slowhttptest: run `sudo apt-get install slowhttptest`, or put one into the PATH.' >&2
exit 1
