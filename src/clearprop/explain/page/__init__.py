"""The page's template, style and scripts; `clearprop.explain.printers.html` puts them together."""
