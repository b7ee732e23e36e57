"""The live path. Being written."""
