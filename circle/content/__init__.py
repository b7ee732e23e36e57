"""Prompts, templates, agreements, numbers and refusal sentences as data, and the loader that checks them."""
