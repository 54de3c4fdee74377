"""From a decision to the reply that a customer reads: its text, its citations, the way to a person."""
