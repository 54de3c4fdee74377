"""All rules, by the kind of signal that they make."""

from __future__ import annotations

from ragcare.deciding.signals import gravity, person

RULES = {"asks_person": person.RULES, **gravity.RULES}
LOOKALIKES = {"asks_person": person.LOOKALIKES, **gravity.LOOKALIKES}

LINES = (*RULES.values(), *LOOKALIKES.values(), person.ACCEPTED, person.DECLINED, person.REPEATED)
"""Every text of rules."""
