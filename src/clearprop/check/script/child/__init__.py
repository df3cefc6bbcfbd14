"""What runs in the limited process."""
