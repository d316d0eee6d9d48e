#!/bin/sh
# The browser tests need a Chromium. Installs Debian's when this may and can, and otherwise says how.
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
