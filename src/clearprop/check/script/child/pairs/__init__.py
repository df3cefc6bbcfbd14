"""Ways back beside ways forward: found, called on made-up numbers, compared with differences."""
