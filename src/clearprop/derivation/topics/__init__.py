"""The parts of a derivation, one a file: each turns a recorded pass into steps."""
