"""The report: what a run was worth, as a record, and as people read it.

`markdown`, `rows`, and `page`, one HTML file that needs no network, are made from the same `Report`.
"""

from ragcare.evaluation.report.markdown import markdown
from ragcare.evaluation.report.page import page
from ragcare.evaluation.report.record import Bin, Deflection, Figure, Figures, Point, Report
from ragcare.evaluation.report.rows import row_lines, rows

__all__ = ["Bin", "Deflection", "Figure", "Figures", "Point", "Report", "markdown", "page", "row_lines", "rows"]
