"""The report on a trained network: one HTML page, complete in itself, in English or Chinese."""

from clearprop.report.report import report_html, write_report

__all__ = ["report_html", "write_report"]
