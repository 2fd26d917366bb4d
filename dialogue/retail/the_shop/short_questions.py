"""The short questions of the shop, each with the response that answers it.

What they are told by is their words, and what was said just before or what they are taken for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SOON = 3  # messages after what it goes on with
JUST = 2
_UNSURE = frozenset({"nlu_fallback", "out_of_scope", "inform", "faq"})


@dataclass(frozen=True)
class Short:
    """A question by its words; it needs one of the responses of before, or one of the intents."""

    words: re.Pattern[str]
    response: str
    after: tuple[str, ...]
    intents: frozenset[str]
    within: int = SOON  # messages since that response


# What is asked next, after an answer that begins so; the first that fits.
_NEXT = {
    ("utter_return_policy", "utter_faq/return_", "utter_faq/try_on"): (
        (
            r"\b(?:sale|reduced|discounted|special offers?|outlet|clearance)\b|打折|特价|促销|降价",
            "utter_faq/return_sale_items",
        ),
        (r"\b(?:receipt|proof of purchase)\b|小票|收据|凭证", "utter_faq/return_without_receipt"),
        (r"\b(?:label|printer|print)\b|打印|面单", "utter_faq/return_without_printer"),
        (
            r"\b(?:original|without|need|threw|thrown|no) (?:\w+ )?(?:box|packaging|carton)\b"
            r"|\b(?:box|packaging|carton) (?:is |was )?(?:gone|away|lost|open\w*)\b"
            r"|原包装|包装盒|盒子",
            "utter_faq/return_without_packaging",
        ),
        (
            r"\bif\b.{0,25}\b(?:damaged|broken|faulty|defective|torn|not work\w*)\b"
            r"|^\W*(?:and|what about|how about) (?:damaged|broken|faulty|defective)\b"
            r"|(?:如果|要是|万一).{0,8}(?:坏|破|损|瑕疵|质量)",
            "utter_return_policy_damaged",
        ),
        (
            r"\b(?:if|when|even|what about|how about)\b.{0,20}"
            r"\b(?:used?|worn|wore|washed|tried|tags?)\b|\bcan i (?:try|wear|test)\b"
            r"|(?:穿|用|洗|试)过.{0,4}(?:能|可以|还)|试穿|吊牌",
            "utter_faq/try_on_at_home",
        ),
        (
            r"\b(?:opened|unsealed|unwrapped|unpacked|open (?:the|a|it)|already open)\b"
            r"|\b(?:broke|broken|cut|removed) (?:the )?seal\b|拆(?:封|开|了)|打开(?:过|了)|开封",
            "utter_return_policy_opened",
        ),
        (
            r"(?=.{0,120}\b(?:shipping|delivery|postage)\b)"
            r"(?=.{0,120}\b(?:back|refund\w*|money|also|too|get)\b)"
            r"(?!.{0,120}\b(?:who pays|for the return|way back|shipping back|postage back)\b)"
            r"|(?:原来的|当初的?|之前的?|下单时的?|也|连).{0,4}(?:运费|邮费).{0,6}退?",
            "utter_return_policy_shipping",
        ),
        (
            r"\b(?:until|till|by) (?:when|what (?:day|date))\b|\bhow long (?:do|have|can) i\b"
            r"|\bhow (?:late|many days)\b|\b(?:deadline|time limit|last day)\b"
            r"|最晚|最迟|截止|期限|(?:多少|几)天(?:之?内|以内)",
            "utter_return_policy_days",
        ),
    ),
    ("utter_faq/data_protection", "utter_data_", "utter_chats_", "utter_delete_account"): (
        (
            r"\b(?:write|turn|contact|e-?mail|ask|complain)\b.{0,15}\b(?:to|about|whom?)\b"
            r"|\bwhom? (?:can|do|should|must) i\b|(?:找|联系|写给|问)谁",
            "utter_data_responsible",
        ),
        (
            r"\b(?:delete|erase|remove|wipe)\b.{0,25}\b(?:chats?|conversations?|messages?|everything"
            r"|all|guest|orders?)\b|\b(?:without|no|n['’]t have an) account\b|\bguest\b"
            r"|(?:删|清除).{0,8}(?:聊天|对话|全部|所有)|没有?账[户号]|游客",
            "utter_chats_delete",
        ),
        (
            r"\b(?:account|orders?|purchases|invoices?)\b.{0,15}"
            r"\b(?:too|also|as well|data|deleted)\b",
            "utter_chats_delete",
        ),
        (
            r"\b(?:responsible|in charge|controller|data protection officer|dpo)\b|负责|责任人",
            "utter_data_responsible",
        ),
        (
            r"\bhow long\b(?!.{0,20}\btakes?\b)|\b(?:until|till) when\b|多久|多长时间",
            "utter_data_how_long",
        ),
        (
            r"\b(?:see|get|download|view|have|send|request|copy)\b.{0,15}"
            r"\b(?:it|them|that|all|data|copy|everything)\b|(?:能|可以|怎么|在哪).{0,4}(?:看|下载|导出|查)",
            "utter_data_copy",
        ),
    ),
    ("utter_opening_hours", "utter_open_", "utter_closed_now", "utter_store_location"): (
        (
            r"\b(?:return|bring|exchange|swap)\b.{0,20}\b(?:there|back|to you)\b"
            r"|(?:那[里边儿]|店|[拿带]去).{0,6}[退换]",
            "utter_faq/return_in_store",
        ),
    ),
    ("utter_invoice",): (
        (
            r"\bone for (?:the|my|an?) cancell?ed\b|取消的.{0,6}(?:也|有).{0,4}发票",
            "utter_invoice_of_cancelled",
        ),
        (
            r"\b(?:legal\w*|valid|official|proper|tax office|accepted)\b"
            r"|\b(?:tax(?:es)?|accountant|expenses|employer)\b.{0,25}\b(?:enough|ok(?:ay)?|fine)\b|合法|有效|正规|报销|报税",
            "utter_invoice_valid",
        ),
        (
            r"\b(?:open|print) (?:it|that|the (?:pdf|invoice|file))\b|\bpdf\b|打开|打印",
            "utter_invoice_open",
        ),
        (
            r"\b(?:by|via|to my|per) e-?mails?\b|\be?-?mail (?:it|me|that)\b"
            r"|\b(?:download|see|find|get|show|keep)\b.{0,10}\b(?:it|that)\b.{0,10}"
            r"\b(?:later|again|any time|anytime|tomorrow|next \w+)\b"
            r"|发.{0,4}邮箱|邮件发|以后还?能",
            "utter_invoice_mail",
        ),
    ),
    ("utter_updates_", "utter_notice_", "utter_reminder", "utter_alert"): (
        (
            r"\b(?:if|when|while|can) i(?:['’]?m| am| have| do)? ?"
            r"(?:(?:not?|n['’]t) (?:here|online|there|looking)"
            r"|offline|away|close|leave|log ?(?:off|out)|gone)\b"
            r"|(?:不在线|下线|关掉?(?:窗口|网页|页面|聊天)|离开)",
            "utter_written_here",
        ),
    ),
    ("utter_updates_", "utter_notice_order"): (
        (r"\bhow (?:often|many)\b|多频繁|几次|多少次|几条", "utter_updates_how"),
    ),
}

QUESTIONS = (
    Short(
        re.compile(
            r"\b(?:lost|forgot\w*|know|remember|find|have|got)\b.{0,20}\border (?:number|no)\b"
            r"|(?:不记得|不知道|忘|没有?|找不到|丢|哪里?.{0,3}[看找]).{0,6}(?:订单号|单号)"
            r"|订单号.{0,6}(?:忘|丢|不记得|没了|找不到|哪)",
            re.IGNORECASE,
        ),
        "utter_where_order_number",
        (),
        _UNSURE | {"contact_details", "help"},
    ),
    Short(
        re.compile(
            r"\b(?:parcel (?:shop|locker|station)|pack ?station|locker)s?\b"
            r"|\bpick[- ]?up (?:point|station)s?\b"
            r"|驿站|自提柜|快递柜|代收点",
            re.IGNORECASE,
        ),
        "utter_faq/parcel_locker",
        ("utter_ships_", "utter_shipping_"),
        frozenset({"shipping_options"}),
    ),
    Short(
        re.compile(
            r"\b(?:choose|pick|select|set|name|tell you)\b.{0,15}\b(?:days?|dates?|times?|hours?)\b"
            r"|(?:选|指定|约).{0,4}(?:哪天|日期|时间|[日天])",
            re.IGNORECASE,
        ),
        "utter_delivery_day_not_chosen",
        (),
        frozenset({"shipping_options"}),
    ),
    *(
        Short(
            re.compile(words, re.IGNORECASE),
            response,
            (),
            _UNSURE | {"bot_challenge", "ask_more"},
        )
        for words, response in (
            (
                r"^(?!.{0,200}(?:\bwho\b|谁)).{0,200}"  # who reads it is told with it
                r"(?:\b(?:chats?|conversations?)\b.{0,20}\bhow long\b|\bhow long\b.{0,30}"
                r"\b(?:chats?|conversations?|this)\b|(?:聊天|对话).{0,10}多久)",
                "utter_chats_how_long",
            ),
            (
                r"\bcopy\b.{0,20}\b(?:chats?|conversations?)\b"
                r"|\b(?:save|download|export|print|send|keep)\b.{0,15}\b(?:chats?|conversations?)\b"
                r"|(?:聊天|对话).{0,6}(?:副本|下载|导出|保存)",
                "utter_chats_copy",
            ),
        )
    ),
    Short(
        re.compile(
            r"\b(?:chat|conversation|talk|messages?)\b.{0,15}"
            r"\b(?:record\w*|saved?|stored?|kept|logged|deleted)\b"
            r"|\b(?:record|save|store|keep|log)(?:s|ing)?\b.{0,20}\b(?:chats?|conversations?"
            r"|what (?:i|we) (?:write|say))\b|(?:聊天|对话).{0,6}(?:记录|保存|留)(?:下来|吗|多久)?",
            re.IGNORECASE,
        ),
        "utter_chats_kept",
        (),
        _UNSURE | {"bot_challenge", "ask_more"},
    ),
    Short(
        re.compile(
            r"\b(?:train\w*|learn\w*)\b.{0,30}\b(?:ai|bot|model|machine|data|chats?|it|this|me)\b"
            r"|\b(?:ai|bot|model)s?\b.{0,20}\b(?:train\w*|learn\w*)\b|\bchat ?gpt\b|\bopenai\b"
            r"|\b(?:given|give|pass\w*|shar\w*|sell|sold|send|sent|goes?|get|gets)\b.{0,35}"
            r"\b(?:other compan\w+|third part\w+|advertis\w+|others|anyone else|somebody else"
            r"|someone else|google|facebook|meta)\b|\bwho (?:else )?(?:gets|receives|sees)\b"
            r"|训练|第三方|(?:给|卖给|分享给).{0,4}(?:别人|别的公司|其他公司)",
            re.IGNORECASE,
        ),
        "utter_data_passed_on",
        ("utter_faq/data_protection", "utter_data_", "utter_chats_", "utter_delete_account"),
        frozenset(),
    ),
    Short(
        re.compile(
            r"\b(?:data[- ]protection|privacy|gdpr|dsgvo)\b.{0,20}\b(?:officer|contact|e-?mail"
            r"|address|person|responsible)\b"
            r"|\b(?:whom?|where)\b.{0,25}\b(?:write|turn|contact|complain|ask)\b.{0,25}"
            r"\b(?:data[- ]protection|privacy|gdpr|my data)\b"
            r"|(?:隐私|数据保护).{0,8}(?:联系|找谁|邮箱|负责)",
            re.IGNORECASE,
        ),
        "utter_data_responsible",
        (),
        _UNSURE | {"contact_details", "ask_more"},
    ),
    Short(
        re.compile(
            r"\border(?:ing)?\b.{0,20}\b(?:by|over the|on the|via) (?:tele)?phone\b"
            r"|电话.{0,4}(?:下单|订购)",
            re.IGNORECASE,
        ),
        "utter_faq/order_by_phone",
        (),
        _UNSURE | {"contact_details"},
    ),
    Short(
        re.compile(
            r"\b(?:stores?|shops?|branch(?:es)?)\b.{0,15}\b(?:in|near|around) "
            r"(?!(?:hamburg|copenhagen|germany|denmark|the|my|your|this|that|which|what|person|town"
            r"|store|stores|stock|general|an?|case|time|order|one|two|both|all|any)\b)\w{3,}"
            r"|(?<![在去])在?(?:柏林|慕尼黑|科隆|法兰克福|巴黎|伦敦|维也纳|莱比锡|斯德哥尔摩).{0,6}(?:店|门店)",
            re.IGNORECASE,
        ),
        "utter_store_elsewhere",
        (),
        frozenset({"store_location"}),
    ),
    Short(
        re.compile(
            r"\b(?:speak|talk|write|understand|answer|chat)\b.{0,12}\b(?:german|deutsch|french"
            r"|spanish|italian|dutch|danish|swedish|polish|russian|turkish|arabic|portuguese)\b"
            r"|\bsprechen sie\b|(?:说|讲|会)(?:德|法|西班牙|意大利|俄|日|韩)(?:语|文)",
            re.IGNORECASE,
        ),
        "utter_language_not_spoken",
        (),
        _UNSURE | {"bot_challenge", "human_agent"},
    ),
    Short(
        re.compile(
            r"\b(?:no|not|can['’]?t|cannot|don['’]?t|dont|lost|longer)\b.{0,25}"
            r"\b(?:access|get in(?:to)?|reach|have|use|exists?|open)\b.{0,20}"
            r"\b(?:e-?mails?|mail|mailbox|inbox)\b"
            r"|\b(?:e-?mail|mailbox)(?: address)?(?: (?:is|has|was))? "
            r"(?:changed|gone|closed|deleted|no longer)\b"
            r"|邮箱.{0,8}(?:用不了|登不上|没了|注销|不用了|进不去|打不开|换了)",
            re.IGNORECASE,
        ),
        "utter_reset_other_mail",
        ("utter_reset_", "utter_update_account"),
        frozenset({"reset_password"}),
    ),
    Short(
        re.compile(
            r"\b(?:without|no|hide|not|n['’]t|dont)\b.{0,30}\b(?:price|prices|how much it cost)\b"
            r".{0,30}\b(?:in|on|with|inside|see|sees|box|parcel|package|there)\b"
            r"|\b(?:without|hide) (?:the |any )?prices?\b"
            r"|价格?.{0,6}(?:别|不要|不想|不能).{0,6}(?:看|知道|显示|写)|(?:别|不要|不想).{0,8}(?:看到|知道|写|放).{0,4}价",
            re.IGNORECASE,
        ),
        "utter_present_sent_there",
        (),
        frozenset({"shipping_options", "nlu_fallback", "out_of_scope", "inform"}),
    ),
    Short(
        re.compile(
            r"\b(?:pick|collect|fetch)\w*\b.{0,20}\b(?:store|shop)\b.{0,15}$"
            r"|自提(?!点|柜)|自取|[到去].{0,4}店里?(?:自己)?[取拿]",
            re.IGNORECASE,
        ),
        "utter_no_pickup_now",
        ("utter_status_", "utter_day_", "utter_why_so_long", "utter_other_day_"),
        frozenset({"change_address", "modify_order"}),
    ),
    Short(
        re.compile(
            r"\bdeliver\w*\b.{0,20}\bsundays?\b|\bsundays?\b.{0,20}\bdeliver\w*\b"
            r"|(?:周日|星期[天日]|礼拜[天日]).{0,6}[送派]|[送派].{0,6}(?:周日|星期[天日]|礼拜[天日])",
            re.IGNORECASE,
        ),
        "utter_no_sundays",
        (),
        _UNSURE | {"opening_hours", "order_status", "shipping_options"},
    ),
    Short(
        re.compile(
            r"\b(?:phone|telephone|mobile|call)\b.{0,20}\b(?:courier|driver|delivery (?:man|guy))\b"
            r"|\b(?:courier|driver|delivery (?:man|guy))(?:['’]?s)?\b.{0,12}"
            r"\b(?:phone|number|mobile)\b"
            r"|(?:快递员?|派送员|骑手|司机|小哥).{0,6}(?:电话|手机号?|联系方式)|(?:联系|打给).{0,4}(?:快递员|派送员|快递小哥)",
            re.IGNORECASE,
        ),
        "utter_courier_phone_none",
        (),
        _UNSURE | {"contact_details", "human_agent", "order_status"},
    ),
    Short(
        re.compile(
            r"\bcompensat\w*|\b(?:get|give me) (?:something|anything|a (?:discount|voucher))\b"
            r".{0,12}\b(?:for|back|out of)\b|\bmake (?:it )?up (?:to me|for it)\b|补偿|赔偿",
            re.IGNORECASE,
        ),
        "utter_compensation",
        ("utter_complaint", "utter_sorry"),
        frozenset(),
    ),
    Short(
        re.compile(
            r"(?=.{0,120}\b(?:money|amount|sum|paid|payment|charged|debited|booked)\b)"
            r"(?=.{0,120}\b(?:gone|taken|took|debited|deducted|left my|withdrawn|charged|booked)\b)"
            r".{0,120}\b(?:errors?|fail\w*|went wrong|no (?:order|confirmation|mail|email)|declined"
            r"|rejected|crashed|n['’]?t (?:go|gone|get|got) (?:through|any\w*)|not gone through)\b"
            r"|(?:失败|出错|报错|没成功|没有?订单|没生成订单|没收到确认).{0,20}(?:扣|钱)"
            r"|(?:扣了?款|扣了?钱|钱.{0,4}扣).{0,20}(?:失败|出错|报错|没成功|没有?订单|没生成|没收到)",
            re.IGNORECASE,
        ),
        "utter_payment_but_taken",
        (),
        frozenset({*_UNSURE, "payment_problem", "charged_twice", "payment_methods"}),
    ),
    Short(
        re.compile(
            r"^\W*(?:(?:and|also|plus|ok|can you)\W+)*(?:with|add|put in|include) (?:an?|some) "
            r"(?:\w+ )?(?:card|note|words|message)\W*$"
            r"|^\W*(?:再|还能?|可以)?(?:加|放|写|附)(?:一)?张?(?:贺卡|卡片|纸条)[吗呢]?\W*$",
            re.IGNORECASE,
        ),
        "utter_faq/gift_message",
        ("utter_present_", "utter_faq/gift_wrapping", "utter_faq/price_not"),
        frozenset(),
    ),
    Short(
        re.compile(
            r"\b(?:no|not|n['’]t|without|nt)\b.{0,25}\b(?:number|order|confirmation|mail|email)\b"
            r"|没有?.{0,6}(?:订单|单号|邮件|确认)",
            re.IGNORECASE,
        ),
        "utter_payment_without_order",
        ("utter_payment_but_taken",),
        frozenset(),
    ),
    Short(
        re.compile(
            r"\b(?:is|was|has|did|do i|have i)\b.{0,20}\b(?:order|basket|cart)\b.{0,20}"
            r"\b(?:lost|gone|placed|saved|through|made|there|cancelled)\b"
            r"|\b(?:lose|lost) (?:my |the )?order\b|\b(?:lost|gone) (?:is|was) my order\b"
            r"|订单.{0,6}(?:没了|还在|丢|白下|成功|下成|作废|取消了吗)",
            re.IGNORECASE,
        ),
        "utter_payment_order_lost",
        ("utter_payment_problem", "utter_payment_card_fine"),
        frozenset(),
    ),
    Short(
        re.compile(
            r"\bcards?\b.{0,20}\b(?:fine|okay|ok|works?|working|good|valid|correct|covered)\b"
            r"|\bworks? (?:\w+ )?(?:everywhere|elsewhere|fine|in other)\b"
            r"|\b(?:enough|plenty of) money\b|\bnot (?:the|my) (?:card|limit)\b"
            r"|卡.{0,6}(?:没问题|没有问题|是好的|正常|有钱|额度够)|(?:别处|别的地方|其他地方|别家).{0,6}(?:能|可以|正常)",
            re.IGNORECASE,
        ),
        "utter_payment_card_fine",
        ("utter_payment_problem", "utter_payment_order_lost"),
        frozenset(),
    ),
    *(
        Short(re.compile(words, re.IGNORECASE), response, after, frozenset(), JUST)
        for after, questions in _NEXT.items()
        for words, response in questions
    ),
)
