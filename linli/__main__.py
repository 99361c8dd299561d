"""`python -m linli`: the same as the command `linli`."""

from __future__ import annotations

import sys

from linli.cli import main

if __name__ == "__main__":
    sys.exit(main())
