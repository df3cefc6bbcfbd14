"""What goes wrong in trainings, how it shows, and what to do about it."""

from clearprop.diagnostics.diagnose import diagnose_training as diagnose_training
from clearprop.diagnostics.finding import Evidence as Evidence
from clearprop.diagnostics.finding import Finding as Finding
