"""Sources, each one file; `SOURCES` of `clearprop.imports` holds them by name."""
