#!/bin/sh
# Installs Chromium for the browser tests, as root on Debian. Elsewhere it prints how to install it.
set -eu

if [ -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ]; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
  apt-get update -qq
  exec apt-get install -y --no-install-recommends chromium
fi
echo 'No Chromium: run `sudo apt-get install chromium`, or set CHROMIUM_PATH to one.' >&2
exit 1
