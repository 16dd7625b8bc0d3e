"""What a component may say that it cannot work without."""

from __future__ import annotations

NEEDS = {
    "timestamps": "the time of each interaction",
    "ratings": "a rating with each interaction",
    "text": "a text for each item",
    "vectors": "item vectors from an encoder in its branch",
    "encoder": "the encoder of its branch, to read texts of its own",
    "interests": "interest vectors from an aggregator in its branch",
    "history": "at least one event of the user it scores for",
    "predictions": "a ranker that predicts ratings",
    "known users": "a user who was in the training data",
}
