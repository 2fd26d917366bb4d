"""What Chinese customers ask in a few words, in the matter that is spoken of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.domain import LANGUAGE_SLOT

NewCustomer = Callable[..., Customer]
Said = tuple[str, str]  # what a message is mostly taken for, and its words
# Who says what first; then each question in that very state, and words of its answer.
ASKED: dict[str, tuple[str | None, tuple[Said, ...], tuple[tuple[str, str, str], ...]]] = {
    "a return that waits for a yes": (
        "Robin",
        (("return_item", "我要退90001的亚麻衬衫"), ("inform", "不喜欢")),
        (
            ("return_policy", "退货运费谁出", "不收费"),
            ("nlu_fallback", "要写什么吗", "写明退货号"),
            ("shipping_updates", "你们收到会通知我吗", "随时可以在这里问我"),
        ),
    ),
    "a return that was announced": (
        "Robin",
        (("return_item", "我要退90001的亚麻衬衫"), ("inform", "不喜欢"), ("affirm", "好的")),
        (
            ("nlu_fallback", "什么时候寄", "交到任意快递网点"),
            ("contact_details", "单号是多少", "写明 R-"),
        ),
    ),
    "jackets that were shown": (
        "Maya",
        (("product_search", "有没有防风外套，100欧以内的"),),
        (
            (
                "nlu_fallback",
                "算了，不要外套了。28厘米那个煎锅多少钱",
                "Frying Pan 28 cm（€39.90）有货",
            ),
            ("nlu_fallback", "煎锅有别的颜色吗", "鼠尾草绿；黑色"),
            ("correct_that", "我问的是煎锅，不是外套", "为您找到这些"),
            ("return_item", "不对，我要退煎锅，多少钱运费", "退货的原因"),
        ),
    ),
    "an order that was cancelled and paid by gift card": (
        "Robin",
        (("cancel_order", "我要取消90007"), ("affirm", "好的")),
        (
            ("refund_status", "为啥是退礼品卡啊，不能退到我银行卡吗", "也退到礼品卡"),
            ("gift_card", "为什么退到礼品卡", "也退到礼品卡"),
        ),
    ),
    "a parcel that is lost": (
        "Robin",
        (("delivery_not_received", "90004一直没收到"),),
        (
            (
                "ticket_status",
                "我要投诉，不是只退款就完了，谁来处理我的投诉？",
                "您的投诉已登记，编号 T-",
            ),
            ("complaint", "退款，另外我要投诉", "要为订单 90004"),
            ("ticket_status", "有我的投诉记录吗", "T-20001 正在处理中"),
        ),
    ),
    "money that was refused": (
        "Robin",
        (("refund_status", "90010的退款呢"),),
        (
            ("create_account", "那怎么办", "退到哪里"),
            ("delete_account", "卡注销了", "退到哪里"),
        ),
    ),
    "gift cards": (
        None,
        (("gift_card", "怎么买礼品卡"),),
        (
            ("shipping_options", "多久能收到", "通过邮件发送"),
            ("gift_card", "可以买100的吗", "250"),
            ("gift_card", "怎么查余额", "卡号"),
        ),
    ),
    "a parcel on its way": (
        "Maya",
        (("order_status", "2023到哪了"),),
        (
            ("change_address", "改到周二", "想推迟的话"),
            ("order_status", "到时候没到怎么办", "过了那天还没到"),
        ),
    ),
    "an address that is asked for": (
        "Robin",
        (("change_address", "我要改90006的地址"),),
        (
            ("nlu_fallback", "还能按时到吗", "不影响时间"),
            ("change_address", "改成自提可以吗", "结账时选"),
        ),
    ),
}

ASKED |= {
    "an order on its way, of which the address is asked": (
        "Maya",
        (("order_status", "我的羽绒服到哪了"),),
        (("change_address", "还来得及改地址吗", "订单 2023 已经在路上，改不了地址了"),),
    ),
    "the reason of a return": (
        "Robin",
        (("return_item", "我要退90001的亚麻衬衫"),),
        (("help", "这个跟你有啥关系", "不想说也没关系"),),
    ),
    "a lost parcel that is sent again": (
        "Robin",
        (("delivery_not_received", "90004还没收到"),),
        (("inform", "再发一次吧 换成沙色的", "换不了尺码和颜色"),),
    ),
    "what is wrong with goods that are named": (
        "Tom",
        (("damaged_item", "我的厨房秤坏了"),),
        (("inform", "要换新的", "Digital Kitchen Scale（白色）具体是哪里坏了"),),
    ),
    "an address with a wrong number": (
        "Aisha",
        (("change_address", "改一下2055的地址"),),
        (("inform", "门牌号写错了 应该是212", "Keizersgracht 212"),),
    ),
    "a number that a guest is asked for": (
        None,
        (("order_status", "我的包裹在哪"),),
        (
            ("contact_details", "为什么要邮箱", "别人看不到也改不了"),
            ("deny", "不想给", "查不到这个订单"),
        ),
    ),
}


@pytest.mark.parametrize("state", ASKED)
def test_what_is_asked_in_a_few_words(customer: NewCustomer, state: str) -> None:
    name, first, asked = ASKED[state]
    robin = customer(name) if name else customer()
    robin.trusted[LANGUAGE_SLOT] = "zh"
    for intent, said in first:
        robin.says_as(intent, said)
    for intent, question, told in asked:
        assert told in robin.says_as(intent, question).text, question


def test_the_money_is_wished_for_in_place_of_a_swap(customer: NewCustomer) -> None:
    robin = customer("Robin")
    robin.trusted[LANGUAGE_SLOT] = "zh"
    robin.says_as("exchange_item", "90001的亚麻衬衫想换小一码")
    assert (
        "确定退回订单 90001"
        in robin.says_as("deny", "算了，退掉吧").says_as("inform", "不喜欢").text
    )


# The first is said in a fresh conversation: what it is taken for, its words, words of the answer.
AT_ONCE = (
    (None, "promo_code_problem", "煎锅能用COSY15吗", "再加 €10.10"),
    (None, "promo_code_problem", "夹克能用COSY15不", "仅适用于家居厨房"),
    ("Robin", "modify_order", "COSY15能给90006用上吗", "已经下的订单我加不上"),
    ("Robin", "modify_order", "刚下的单忘了用COSY15，能补上吗", "已经下的订单我加不上"),
    ("Robin", "promo_code_problem", "SUMMER25能给90006用上吗", "SUMMER25 已于"),
    ("Robin", "nlu_fallback", "这个聊天谁会看，保存多久", "账户注销后 30 天内删除"),
    ("Robin", "complaint", "我不是要投诉，就想退款", "没有登记投诉"),
    ("Maya", "ticket_status", "我不是要投诉，就想退款", "没有登记投诉"),
    ("Maya", "faq", "我买的那个咖啡壶钱退到哪张卡了", "订单 2041 的退款 €39.85"),
    ("Maya", "return_policy", "园艺手套不想要了 能退吗", "还没有发出：不想要的话，现在就可以取消"),
    ("Robin", "return_policy", "蜡烛不要了 退钱", "订单 90007 还没有发出：不想要的话"),
    ("Robin", "nlu_fallback", "夹克多少钱买的来着", "Tern Windbreaker"),
    ("Robin", "nlu_fallback", "T恤不太喜欢 退一件行吗", "您说的应该是订单 90001"),
    ("Robin", "get_invoice", "发票90001发我邮箱", "自动发到订单的邮箱"),
    (None, "opening_hours", "今天客服几点下班", "周六 10:00–14:00 在线"),
    (None, "nlu_fallback", "不记得订单号了怎么办", "确认邮件里"),
    (None, "ask_promotions", "买两个有优惠吗", "今天可用的优惠码"),
    (None, "faq", "帮我下单一个铸铁锅", "我不能在聊天里替您下单"),
    (None, "order_status", "几天到上海", "我们不送中国"),
    (
        "Robin",
        "product_details",
        "我那个风衣多少钱买的来着",
        "Tern Windbreaker（黄色，M）每件 €69.90",
    ),
    ("Maya", "order_status", "羽绒服多少钱买的来着", "每件 €189.00"),
    ("Robin", "return_item", "90001的亚麻衬衫买大了 想退", "确定退回订单 90001"),
    ("Robin", "return_item", "90001的亚麻衬衫大了一号 退", "确定退回订单 90001"),
    ("Robin", "return_item", "90001的亚麻衬衫颜色跟图片不一样 退", "确定退回订单 90001"),
    ("Robin", "return_item", "90001的亚麻衬衫穿着不舒服 退了", "确定退回订单 90001"),
    ("Robin", "return_item", "90001的T恤不太喜欢 退一件行吗", "1 × Everyday T-Shirt"),
)


@pytest.mark.parametrize(("name", "intent", "said", "told"), AT_ONCE)
def test_what_is_said_at_once(
    customer: NewCustomer, name: str | None, intent: str, said: str, told: str
) -> None:
    someone = customer(name) if name else customer()
    someone.trusted[LANGUAGE_SLOT] = "zh"
    assert told in someone.says_as(intent, said).text


@pytest.mark.parametrize("intent", ["exchange_item", "nlu_fallback", "correct_that"])
def test_a_swap_for_the_wrong_size_is_taken_back_first(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin")
    robin.trusted[LANGUAGE_SLOT] = "zh"
    robin.says_as("exchange_item", "90001的亚麻衬衫换M").says_as("affirm", "好的")
    assert "要撤销换货 R-" in robin.says_as(intent, "换错了，要XL").text
    assert "换成天蓝色，XL" in robin.presses("对，撤销换货").text
    assert robin.form == "exchange_form"


def test_a_name_on_the_label_is_in_latin_letters(customer: NewCustomer) -> None:
    aisha = customer("Aisha")
    aisha.trusted[LANGUAGE_SLOT] = "zh"
    aisha.says_as("change_address", "改一下2055的地址")
    assert "拼音" in aisha.says_as("change_address", "收件人改成李明").text
    assert aisha.form == "change_address_form"
    aisha.says_as("change_address", "收件人改成 Li Ming")
    assert "寄到 Li Ming, Keizersgracht 210" in aisha.text


def test_after_cards_the_money_of_a_return_is_no_card(customer: NewCustomer) -> None:
    guest = customer()
    guest.trusted[LANGUAGE_SLOT] = "zh"
    guest.says_as("gift_card", "礼品卡怎么买 能用多久")
    assert "免费退回" in guest.says_as("return_policy", "退货运费谁出，多久到账").text
    assert "PayPal" in guest.says_as("payment_methods", "能用支付宝吗，什么时候扣款").text


def test_another_change_waits_for_its_turn_and_is_no_yes(customer: NewCustomer) -> None:
    aisha = customer("Aisha")
    aisha.trusted[LANGUAGE_SLOT] = "zh"
    aisha.says_as("modify_order", "2055里面头灯只要一个")
    assert "没法超过 1 件" in aisha.says_as("modify_order", "再加一个花瓶").text
    assert "退到银行卡" in aisha.says_as("ask_promotions", "便宜了多少？").text
    asked = aisha.says_as("exchange_item", "拖鞋也换40码").text
    assert "先确认这一件" in asked and "改好了" not in asked
    assert "2 × Rechargeable Headlamp" in str([i.label for i in aisha.order("2055").items])
    assert "换成灰色，40 吗" in aisha.presses("好的，修改").text
