#!/usr/bin/env bash
# Print the path of a Python that linli runs on: $PYTHON if it is set, else the first that fits.
set -euo pipefail

# A shim of a version manager may exist and yet start nothing, so each candidate is asked.
fits() { "$1" -c 'import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys.executable)' 2>/dev/null; }

if [[ -n "${PYTHON:-}" ]]; then
    fits "$PYTHON" && exit 0
    echo "linli: PYTHON=$PYTHON does not start a Python 3.11 or newer. Set it to one that does, or leave it out." >&2
    exit 1
fi
for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
    if found=$(fits "$candidate"); then
        echo "$found"
        exit 0
    fi
done
echo "linli: needs Python 3.11 or newer, and found none (python3 is $(python3 --version 2>/dev/null || echo absent))." \
    "On Debian 12 or Ubuntu 24.04 and later: apt-get install python3 python3-venv" >&2
exit 1
