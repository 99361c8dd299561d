"""Scripts for those who work on linli; none of them is installed."""
