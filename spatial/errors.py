"""The project's errors: each says what is wrong, why it matters, and what to do.

LinliError
├── StudyError(ValueError)      the study file is wrong
├── SourceError(OSError)        a file is missing, unreadable or broken
│   └── SourceUnreachable       a server did not answer, refused, or broke off
├── LayerError(ValueError)      a layer was read, but cannot be used as it is
│   ├── MissingCRS              no coordinate reference system is declared
│   └── NotMetric               the study's CRS does not measure in metres
├── ProfileError(ValueError)    a profile is wrong or unknown
├── AnalysisError(ValueError)   the data cannot answer the question
└── OutputError(OSError)        the results could not be written
"""

from __future__ import annotations


class LinliError(Exception):
    """Root of everything that is the input's fault, not the program's. The command line exits with 2."""


class StudyError(LinliError, ValueError):
    """The study file has an unknown key, a wrong type, or a missing entry."""


class SourceError(LinliError, OSError):
    """A file is missing, unreadable or broken."""


class SourceUnreachable(SourceError):
    """A database or service could not be reached, refused to answer, or broke off: trying again may help. Exit 3."""


class LayerError(LinliError, ValueError):
    """A layer was read but is not valid: all its faults are listed at once."""


class MissingCRS(LayerError):
    """A layer has no coordinate reference system and the study declares none."""


class NotMetric(LayerError):
    """The study's CRS is geographic, not in metres, or web mercator."""


class ProfileError(LinliError, ValueError):
    """A profile is unknown, or a rule of it is wrong."""


class AnalysisError(LinliError, ValueError):
    """The layers are valid but cannot answer what was asked."""


class OutputError(LinliError, OSError):
    """The results could not be written; the previous output is untouched."""
