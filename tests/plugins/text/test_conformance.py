from palate.testing import conforms
from palate_text.clean import Clean
from palate_text.column import Column
from palate_text.fill import Fill
from palate_text.template import Template
from palate_text.tokenize import Tokenize

TestClean = conforms(Clean, kind="preprocessor")
TestColumn = conforms(Column, kind="preprocessor", column="title")
TestFill = conforms(Fill, kind="preprocessor", text="nothing is known of it")
TestTemplate = conforms(Template, kind="preprocessor", template="{title}. {genres}")
TestTokenizeInPairs = conforms(Tokenize, kind="preprocessor", language="cjk")
TestTokenize = conforms(Tokenize, kind="preprocessor")
