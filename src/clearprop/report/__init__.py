"""The report on a trained network: one HTML page, complete in itself, in English or Chinese."""

from clearprop.report.report import report_html as report_html
from clearprop.report.report import write_report as write_report
