"""Servers that hand on and do nothing else: no sign-in, no check, no words kept. What ours stands beside."""
