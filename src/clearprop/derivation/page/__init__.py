"""The page's template, style and scripts; the HTML printer puts them together."""
