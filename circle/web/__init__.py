"""The pages: everything over HTTP that is not the live room. `install` puts it all on an app."""

from circle.web.install import install

__all__ = ["install"]
