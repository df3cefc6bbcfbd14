"""What is read in a script without running it."""
