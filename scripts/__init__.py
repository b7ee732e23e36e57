"""Set-up and checks of this checkout. No part of the app, and standard library only."""
