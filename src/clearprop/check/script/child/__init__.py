"""The limited processes: the harness, and the process of the script."""
