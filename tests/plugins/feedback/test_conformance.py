from palate.testing import conforms
from palate_feedback.events import Events
from palate_feedback.labels import Labels
from palate_feedback.ratings import Ratings
from palate_feedback.share import Share

TestRatings = conforms(Ratings)
TestRatingsOfUsers = conforms(Ratings, relative_to="user", strength="centred")
TestLabels = conforms(Labels)
TestLabelsWithStrength = conforms(Labels, strength="rating", zero="seen")
TestShare = conforms(Share, like=3, dislike=2, most=4)
TestShareOfAnAttribute = conforms(Share, of="year", like=0.001, dislike=0.0007, strength="one")
TestEvents = conforms(Events, weights={"view": 1, "cart": 2, "purchase": 3})
