"""Measurements. Nothing here is a test: no number of seconds makes a build fail."""
