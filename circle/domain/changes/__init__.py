"""How each command changes a meeting: one small pure function per command."""
