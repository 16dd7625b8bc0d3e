"""Stop words: words of grammar, with little meaning for the topic of a text.

The lists are palate's own, and short on purpose: pronouns, articles, auxiliaries, prepositions and
conjunctions. Words that reverse a meaning (not, no, never, without; 不, 没, 无) are left in.
Lower case, straight apostrophes.
"""

from __future__ import annotations

ENGLISH = frozenset(
    """
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself they them their theirs themselves
    this that these those who whom whose which what when where why how
    a an the am is are was were be been being have has had having do does did doing done
    will would shall should can could may might must
    and or but if then else than because as while though although unless until since so
    of at by for with about against between among into onto through during before after above
    below to from up down in out on off over under upon within across along around
    again further once here there all any both each every few more most other another some such
    only own same too very just also ever even still yet however therefore thus
    i'm i've i'll i'd you're you've you'll you'd he's he'll he'd she's she'll she'd it's it'll
    we're we've we'll we'd they're they've they'll they'd that's there's here's what's who's let's
    """.split()  # noqa: SIM905
)

CHINESE = frozenset(
    """
    的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛 啦 哦 么 之 其 者 所
    我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 大家 别人 某 各 每 这 那 哪
    这个 那个 这些 那些 这里 那里 这样 那样 什么 怎么 怎样 如何 谁 哪里 哪个 哪些 为什么 多少 几
    是 为 有 在 于 由 从 自 向 往 到 对 对于 关于 把 被 让 给 以 用 按 按照 根据 通过 随着
    和 与 及 以及 或 或者 还是 而 而且 并 并且 但 但是 可是 不过 然而 因为 所以 因此 由于 如果
    虽然 尽管 即使 只要 只有 于是 然后 又 也 都 就 才 再 还 很 太 更 最 非常 十分 比较 已 已经
    正在 将 会 能 能够 可以 可能 应该 必须 要 想 一 一个 一些 一种 个 些 种 等 等等 之间 其中
    """.split()  # noqa: SIM905
)

LISTS = {"en": ENGLISH, "zh": CHINESE}
