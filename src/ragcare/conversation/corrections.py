def corrected(text: str, topic: str) -> str | None:
    return None
