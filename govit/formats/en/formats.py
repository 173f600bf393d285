"""English as it is read in Vietnam: the day before the month, 24 hours; numbers stay English."""

from govit.formats.vi import formats as vi

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = vi.SHORT_DATE_FORMAT
DATETIME_FORMAT = "H:i, j F Y"
SHORT_DATETIME_FORMAT = vi.SHORT_DATETIME_FORMAT
TIME_FORMAT = "H:i"
FIRST_DAY_OF_WEEK = 1  # Monday
DATE_INPUT_FORMATS = vi.DATE_INPUT_FORMATS
TIME_INPUT_FORMATS = vi.TIME_INPUT_FORMATS
DATETIME_INPUT_FORMATS = vi.DATETIME_INPUT_FORMATS
