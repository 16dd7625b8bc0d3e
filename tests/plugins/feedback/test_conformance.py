from palate.testing import conforms
from palate_feedback.events import Events
from palate_feedback.labels import Labels
from palate_feedback.ratings import Ratings

TestRatings = conforms(Ratings)
TestRatingsOfUsers = conforms(Ratings, relative_to="user", strength="centred")
TestLabels = conforms(Labels)
TestLabelsWithStrength = conforms(Labels, strength="rating", zero="seen")
TestEvents = conforms(Events, weights={"view": 1, "cart": 2, "purchase": 3})
