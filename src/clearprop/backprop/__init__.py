"""The mathematics of feed-forward networks: forward, backward, Jacobians, traces."""
