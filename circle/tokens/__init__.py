"""Blind-signed one-time tokens: arithmetic and formats, for the server and for made-up people."""
