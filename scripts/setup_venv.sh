#!/usr/bin/env bash
# setup_venv.sh VENV LOCK: a virtual environment with what LOCK says, and this project in it.
# The test lock holds the run lock's versions and more, so one environment serves both.
set -euo pipefail
venv=$1
lock=$2

python=$(bash scripts/find_python.sh)
if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    # Debian ships Python without ensurepip, and then venv fails half way.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        bash scripts/setup_system.sh "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    echo "Setting up $venv with $("$python" --version) ..." >&2
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
case "$lock" in *-test.lock) kind=test ;; *-bench.lock) kind=bench ;; *) kind=run ;; esac
rm -f "$venv"/.ready-"$kind"-*

pip=("$venv/bin/python" -m pip --disable-pip-version-check --quiet)
echo "Installing $lock ..." >&2
"${pip[@]}" install --require-hashes --only-binary=:all: --requirement "$lock"
# The build backend comes from the lock too: nothing is fetched beyond it.
"${pip[@]}" install --no-deps --no-build-isolation --no-index --editable .
