#!/bin/sh
# Tests drive a real Chromium, start a real PostgreSQL and have LibreOffice make a PDF. Debian: installed here when missing and we may; else: named.
set -eu
missing=""
browser=no
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then browser=yes; fi
done
[ "$browser" = yes ] || missing="chromium fonts-noto-core"
if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  missing="$missing postgresql"
fi
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-writer-nogui fonts-liberation"
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  # No cluster of Debian's own: each test run makes one and throws it away.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/keng-tests.conf
  # shellcheck disable=SC2086 # several words
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "Missing: $missing (Debian: apt install $missing). The tests that need it will be reported as not run." >&2
[ -z "${CI:-}" ] || exit 1
