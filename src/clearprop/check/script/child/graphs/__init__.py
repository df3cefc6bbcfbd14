"""A program's own operations as a graph: differentiated, whatever its network looks like."""
