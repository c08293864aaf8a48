"""What was said in all recordings: found again, counted by week."""

from ringdesk.recordings.said.indexing import forget, index, moved
from ringdesk.recordings.said.phrases import tidy

__all__ = ["forget", "index", "moved", "tidy"]
