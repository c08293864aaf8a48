"""Own reports by e-mail, on a schedule."""
