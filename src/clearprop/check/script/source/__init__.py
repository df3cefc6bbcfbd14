"""Reading of scripts without running them; in the limited process."""
