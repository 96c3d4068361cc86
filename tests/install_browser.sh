#!/bin/sh
# The page tests drive a real Chromium. Debian: installed here when missing and we may; elsewhere: named.
set -eu
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null && exit 0
fi
echo "No Chromium found: the page tests will be reported as not run. Install it (Debian: apt install chromium)." >&2
[ -z "${CI:-}" ] || exit 1
