#!/usr/bin/env bash
# lock.sh PYTHON: write requirements.lock, requirements-test.lock and requirements-bench.lock anew.
# One set of versions for every system and Python (fewest): what the tests ran with is what users get.
set -euo pipefail
python=$1

compile() { # lock, command line of uv
    local lock=$1
    shift
    "$python" -m uv pip compile pyproject.toml "$@" --group build --universal --python-version 3.11 \
        --fork-strategy fewest --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
        --quiet --output-file "$lock.new"
    if grep -nE '://|^--' "$lock.new" >&2; then
        echo "lock.sh: $lock would name the place that packages come from; it must not." >&2
        exit 1
    fi
    { echo "# Made by \`make lock\`. Install with: pip install --require-hashes --only-binary=:all: -r $lock"; cat "$lock.new"; } >"$lock"
    rm "$lock.new"
}

compile requirements.lock
compile requirements-test.lock --extra test --group dev --constraint requirements.lock
compile requirements-bench.lock --extra bench --constraint requirements.lock
