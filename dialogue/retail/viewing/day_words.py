"""How it is asked on which day, and at what hour, a parcel comes; and why not sooner."""

from __future__ import annotations

import re

from dialogue.questions import plainly

READ = 100  # characters; such questions are short
OTHER_DAY = re.compile(
    r"\b(?:can|could|may|will|would|possible|any chance)\b.{0,25}"
    r"\b(?:come|be here|arrive|get (?:it|here)|deliver\w*|brought|have it|moved?|postpone\w*|be)\b"
    r".{0,25}\b(?:today|tomorrow|tonight|instead|earlier|sooner|later|faster|quicker|before|\w+day)\b"
    # "Is it really only coming Monday, not tomorrow?"
    r"|\b(?:is|will|does|are) (?:it|that|this|they|the \w+)\b.{0,12}\b(?:really|still|only"
    r"|definitely|surely|not)\b.{0,25}\b(?:today|tomorrow|tonight|\w+day|earlier|sooner|later|then)\b"
    r"|\b(?:earlier|sooner|faster|quicker)\b\W*$"
    r"|\b(?:speed|hurry) (?:it|this|that|things|them|(?:the|my) \w+)? ?up\b"
    r"|\b(?:rush|expedite|prioriti[sz]e) (?:it|this|that|(?:the|my) \w+)\b|加急|快[一点]{1,2}送"
    r"|(?:真的|一定|非?要)(?:要|得)?(?:到|等到)?(?:周|星期|下周|明天).{0,10}(?:吗|么)"
    r"|(?:能|可以).{0,6}(?:早|快|晚|提前|推迟|明天|今天|周.).{0,8}"
    r"|(?:改|换|推迟|延)(?:到|成|在|至)(?:下?个?(?:周|星期|礼拜)|明|后天|\d)",
    re.IGNORECASE,
)
WHY_LONG = re.compile(
    r"\bwhy\b.{0,25}\b(?:long|slow|late|days|week|not (?:here|sooner|faster|yet)|delay\w*)\b"
    r"|\bwhy\b.{0,10}n['’]?t\b.{0,15}\b(?:here|come|arrived|there|moving|sent|shipped)\b"
    r"|\b(?:so|that|too) (?:long|slow|late)\b|\bwhat(?:['’]?s| is) taking\b"
    r"|\btaking (?:so|forever)\b"
    r"|(?:为什么|怎么).{0,6}(?:久|慢|晚|[还都]没|[还都]?不[发送到寄])|[这那]么(?:久|慢|晚)|太[久慢]|催",
    re.IGNORECASE,
)
WHEN = re.compile(
    r"^\W*(?:and |so |ok |but )?(?:(?:un)?til|by|at|from) (?:when|what (?:time|hour))\b.{0,25}$"
    r"|^\W*(?:and |so |ok |but )?(?:(?:un)?till?|by) (?:when|what (?:time|hour))\b.{0,15}"
    r"\b(?:they|it|he|she|courier|driver|parcel|delivery)\b.{0,12}\b(?:come|comes|here|there"
    r"|deliver\w*|arrive|arrives)\b"
    r"|^\W*(?:and |so )?(?:at )?(?:what|which) (?:time|hour|day)\b.{0,30}$"
    r"|^\W*(?:and |so |but )?when(?: exactly| then| is (?:it|that)(?: coming| due)?"
    r"| (?:will|does|do|should|would) (?:it|that|they|the parcel|i) (?:come|arrive|be here"
    r"|get (?:it|here)|be there|have it|be delivered))?(?: exactly| then| roughly| about)?\W*$"
    r"|^\W*(?:and |so |ok |but )?how (?:much longer|many more days|long (?:now|still))\b.{0,15}$"
    r"|\b(?:before|by|around|at) (?:what|which) (?:time|hour)\b.{0,20}"
    r"\b(?:come|comes|here|arrive|arrives|deliver\w*)\b"
    r"|几点(?:钟)?(?:之?前|左右)?(?:能|会|可以)?(?:送)?到|几点送"
    r"|\b(?:morning or (?:afternoon|evening)|what time"
    r"|how long (?:will|does|is) (?:it|that)(?: still)? tak\w*"
    r"|in the (?:morning|afternoon|evening)\W*$)"
    r"|^\W*(?:那)?(?:大概|具体)?(?:几点|什么时候(?:到|送到|能到)?|到什么时候|哪天|什么时间|上午还是下午|最晚什么时候|还要多久)(?:到|呢|左右)?\W*$",
    re.IGNORECASE,
)


def asks_hour(text: str) -> bool:
    """Whether the hour or the day is asked for at which a parcel comes."""
    return WHEN.search(plainly(text[:READ])) is not None
