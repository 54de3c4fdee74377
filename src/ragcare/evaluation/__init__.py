"""Question sets run, judged, tuned on and reported."""
