"""How sure, what to do, and what the person who takes over needs to know."""
