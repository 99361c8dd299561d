"""Names that try to run as code, hide, reorder or overflow."""

from __future__ import annotations

HOSTILE = (
    "<img src=x onerror=window.hurt=1>",
    "</script><script>window.hurt=2</script>",
    "{{7*7}}{% raw %}${window.hurt=3}`",
    "\"'><svg onload=window.hurt=4>",
    "<!--<script>",
    "\u202etxt.exe\u2028\u0000\x1b[31m",
    "javascript:window.hurt=5",
    "'); window.hurt=6; ('",
    "N" * 5000,
)
