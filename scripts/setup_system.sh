#!/usr/bin/env bash
# Install Debian packages that are missing; without the right to do so, end with the command to run.
set -euo pipefail

missing=()
for package in "$@"; do
    if command -v dpkg-query >/dev/null; then
        [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
    elif [[ "$package" == chromium ]] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
        echo "linli: this is not Debian. Install Chromium with the system's own means, then start again." >&2
        exit 1
    fi
done
((${#missing[@]})) || exit 0

install="apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends ${missing[*]}"
if [[ "$(id -u)" == 0 ]]; then
    as_root=(bash -c)
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n bash -c)
else
    echo "linli: ${missing[*]} must be installed by an administrator. Run this, then start again:" >&2
    echo "    sudo sh -c 'apt-get update && apt-get install --no-install-recommends ${missing[*]}'" >&2
    exit 1
fi
echo "Installing ${missing[*]} (Debian packages) ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"${as_root[@]}" "$install" >"$log" 2>&1 || { tail -n 20 "$log" >&2; echo "linli: could not install ${missing[*]}: see above." >&2; exit 1; }
