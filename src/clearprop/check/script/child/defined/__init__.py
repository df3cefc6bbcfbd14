"""Let train what a program only defines: classes, layers and functions that nothing calls."""
