#!/bin/sh
# Make sure a Chromium is there for the browser tests; install it where we may, else say how.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ]; then sudo=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo="sudo -n"
else
    echo "Chromium is missing and cannot be installed without root: install the package 'chromium'." >&2
    exit 1
fi
echo "Installing Chromium for the browser tests ..." >&2
if command -v apt-get >/dev/null 2>&1; then
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
elif command -v dnf >/dev/null 2>&1; then $sudo dnf install -y -q chromium
elif command -v apk >/dev/null 2>&1; then $sudo apk add -q chromium
else
    echo "No known package manager: install Chromium by hand." >&2
    exit 1
fi
