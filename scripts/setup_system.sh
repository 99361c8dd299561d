#!/usr/bin/env bash
# Install Debian packages that are missing; without the right to do so, end with the command to run.
set -euo pipefail

# The server with PostGIS counts as installed in any version; `postgresql-postgis` brings the one of this Debian.
has_postgis() {
    local control version
    for control in /usr/share/postgresql/*/extension/postgis.control; do
        version=$(basename "$(dirname "$(dirname "$control")")")
        [[ -e "$control" && -x "/usr/lib/postgresql/$version/bin/initdb" ]] && return 0
    done
    return 1
}

has() {
    case "$1" in
        postgresql-postgis) has_postgis ;;
        *) [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]] ;;
    esac
}

# Elsewhere than on Debian, only what the tests cannot do without is looked for, on the path.
elsewhere() {
    case "$1" in
        chromium) command -v chromium || command -v chromium-browser ;;
        postgresql-postgis) command -v initdb ;;
        *) true ;;
    esac >/dev/null
}

missing=()
for package in "$@"; do
    if command -v dpkg-query >/dev/null; then
        has "$package" || missing+=("$package")
    elif ! elsewhere "$package"; then
        echo "linli: this is not Debian. Install ${package/#postgresql-postgis/PostgreSQL with PostGIS} with the system's own means, then start again." >&2
        exit 1
    fi
done
((${#missing[@]})) || exit 0

# While a policy of 101 stands, packages start no service: the tests run a server of their own.
quiet='policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap "rm -f $policy" EXIT
    printf "#!/bin/sh\nexit 101\n" >"$policy"
    chmod 755 "$policy"
fi'
install="$quiet
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends ${missing[*]}"
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
