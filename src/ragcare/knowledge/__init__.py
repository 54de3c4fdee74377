"""What may be said: articles, read, versioned, validated, and cut into passages."""
