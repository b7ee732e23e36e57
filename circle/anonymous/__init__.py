"""Where words arrive that nobody is to be able to lead back: a surface of its own, outside of sessions."""
