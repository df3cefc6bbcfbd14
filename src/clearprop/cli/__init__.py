"""The command line: one file a command; it parses, calls and prints, and does no mathematics."""

from clearprop.cli.app import main as main
