"""Many turns."""
