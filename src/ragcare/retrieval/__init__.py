"""From the candidates of both legs to one list of hits."""
