"""From hits to an answer that stands on quotes, or to a typed refusal."""
