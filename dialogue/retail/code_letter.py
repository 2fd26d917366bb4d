"""The mail with a one-time code: what it is for, and that nobody of the shop ever asks for it."""

from __future__ import annotations

from dialogue.orders.codes import LIFETIME, TRIES, Claim, Letter

_MINUTES = int(LIFETIME.total_seconds() // 60)

_WISHES = {
    "cancel_order_form": ("to cancel order {number}", "取消订单 {number}"),
    "change_address_form": (
        "to send order {number} to another address",
        "修改订单 {number} 的收货地址",
    ),
    "modify_order_form": ("to change what is in order {number}", "修改订单 {number} 的内容"),
    "return_form": ("to return something of order {number}", "退回订单 {number} 的商品"),
    "exchange_form": ("to exchange something of order {number}", "更换订单 {number} 的商品"),
    "problem_form": ("to settle the lost parcel of order {number}", "处理订单 {number} 丢失的包裹"),
}
_OTHER = ("to change order {number}", "修改订单 {number}")

_ENGLISH = f"""Hello,

somebody in our shop's chat wants {{wish}}. If that is you, type this code there:

    {{code}}

It counts once, for {_MINUTES} minutes and at most {TRIES} tries, in that conversation only.

Nobody who works for us will ever ask you for this code: not in the chat, not on the telephone, not
by mail. If it was not you, do nothing, and nothing is changed; whoever it was knows the order's
number and your e-mail address, but cannot read this mail.
"""

_CHINESE = f"""您好！

有人在我们商店的聊天窗口中要求{{wish}}。如果是您本人，请在聊天窗口输入以下验证码：

    {{code}}

验证码只能使用一次，{_MINUTES} 分钟内有效，最多可尝试 {TRIES} 次，且仅在该对话中有效。

我们的员工绝不会向您索要此验证码：无论是在聊天中、电话里还是邮件里。如果不是您本人，请忽略此邮件，
订单不会有任何改动。
"""


def letter(claim: Claim, code: str, form: str, language: str) -> Letter:
    """The mail to the address on file, in Chinese or else in English. The subject has no code."""
    english, chinese = _WISHES.get(form, _OTHER)
    if language == "zh":
        wish = chinese.format(number=claim.number)
        text = _CHINESE.format(wish=wish, code=code)
        return Letter(claim.address, f"订单 {claim.number} 的验证码", text)
    text = _ENGLISH.format(wish=english.format(number=claim.number), code=code)
    return Letter(claim.address, f"Your code for order {claim.number}", text)
