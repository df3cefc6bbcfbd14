"""Targets, each one file; `TARGETS` of `clearprop.export` holds them by name."""
