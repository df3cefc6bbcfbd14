"""Stand in for what a program wants and the limited process has not: data, modules, libraries."""
