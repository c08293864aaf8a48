"""What Ringdesk takes, measured: `make bench` for all of it, `python -m benchmarks.lookup --numbers 100000` for a quick try of one."""
