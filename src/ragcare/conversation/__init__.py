"""Many turns: follow-ups made whole, social turns told apart, attempts counted, choices and corrections taken in."""
