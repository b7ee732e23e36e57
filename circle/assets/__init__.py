"""Static files as pages are given them: what a page asks for comes in one piece.

Sources stay small files that run as they are. What stands in `js/pages` and `css/pages` is answered with all
it imports; every other file is answered as it is.
"""
