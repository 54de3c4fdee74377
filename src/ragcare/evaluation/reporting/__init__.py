"""The report as people read it: `markdown`, `rows`, and `page`, one HTML file that needs no network."""

from ragcare.evaluation.reporting.markdown import markdown
from ragcare.evaluation.reporting.page import page
from ragcare.evaluation.reporting.rows import row_lines, rows

__all__ = ["markdown", "page", "row_lines", "rows"]
