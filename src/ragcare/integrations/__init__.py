"""Borders to other people's software: one file each, and only here may a third party's words appear."""
