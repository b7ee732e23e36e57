"""Circle: a facilitation toolkit for online support circles. Importing it has no side effects."""

__version__ = "0.1.0"
