"""What an event says of its item: a like, a dislike or no more than that it was seen."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_feedbacks() -> list[type]:
    from palate_feedback.events import Events
    from palate_feedback.labels import Labels
    from palate_feedback.ratings import Ratings
    from palate_feedback.share import Share

    return [Ratings, Labels, Events, Share]
