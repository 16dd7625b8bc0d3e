from palate.testing import conforms
from palate_finetune.contrastive import Contrastive
from palate_finetune.distil import Distil
from palate_finetune.finetuner import Transformers
from palate_finetune.masked_words import MaskedWords
from palate_finetune.next_word import NextWord
from palate_finetune.user_item import UserItem

TestTransformers = conforms(
    Transformers, kind="finetuner", epochs=4, steps=4, patience=0, users=20, learning_rate=1e-2, warmup=0
)
TestContrastive = conforms(Contrastive)
TestUserItem = conforms(UserItem)
TestMaskedWords = conforms(MaskedWords)
TestNextWord = conforms(NextWord)
TestDistil = conforms(Distil, teacher="item-knn")
