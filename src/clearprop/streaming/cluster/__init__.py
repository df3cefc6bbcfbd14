"""The same training on the workers of a Dask cluster: by its futures, and to the same bits."""
