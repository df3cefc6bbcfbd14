"""Printers of derivations, each one file over the same tree."""
