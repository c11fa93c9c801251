"""Letters by outcome, kind of applicant and date: their content, its order, and what they must not contain."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.authority.events import LetterWordingSet
from domain.entry import Event
from domain.law import outcomes
from domain.letters import letter
from domain.letters.facts import Earlier
from domain.letters.refusals import (
    AddresseeMissing,
    LetterIncomplete,
    LetterKindUnknown,
    LetterValuesErased,
    NoSuchLetter,
    NothingReworded,
    OtherLetter,
    ParagraphUnknown,
    WordingRefused,
)
from domain.letters.wording import KINDS
from domain.request.events import APPLICANT_KINDS, Part
from tests.builders import (
    answer_drafted,
    answered,
    consultation_closed,
    consultation_opened,
    deferred,
    draft_approved,
    explained,
    explanation_required,
    extended,
    extension_drafted,
    fee_charged,
    lapsed,
    received,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)
from tests.domain.letters.cases import (
    APPLICANT,
    DESCRIPTION,
    DETAILS,
    NAME,
    OTHER,
    letter_of,
    matter,
    office,
    text_of,
)

YEARS = ("2018", "2020", "2025")
TEXT = "该材料为内部会议的讨论记录，尚未形成决定。"


def day(year: str, rest: str) -> str:
    return f"{year}-{rest}"


def receipt(year: str, **fields: Any) -> Event:
    return received(day(year, "03-02"), applicant=APPLICANT, description=DESCRIPTION, **fields)


def consulting(year: str, consultee: str = "third_party") -> Event:
    opened = consultation_opened(day(year, "03-06"), day(year, "03-27"), "甲", consultee)
    return replace(opened, addressee=f"{OTHER}\n某路9号", matters="合同第三条含有你方报价。")  # type: ignore[call-arg]


def cases(year: str) -> dict[str, list[Event]]:
    """The shortest case that leads to each letter."""
    r, on = receipt(year), lambda rest: day(year, rest)
    notice = replace(supplement_required(on("03-05"), on("03-20")), matters="请写明文件名称。\n请写明年份。")  # type: ignore[call-arg]
    explanation = replace(explanation_required(on("03-05"), on("03-20")), matters="本月已提出申请30件。")  # type: ignore[call-arg]
    charged = fee_charged(on("03-05"), on("04-10"))
    objected = replace(
        consultation_closed(on("03-13"), reply="objected"), reason="决定公开合同总价，因涉及公共利益。"
    )  # type: ignore[call-arg]
    found = {
        "receipt": [r],
        "supplement_notice": [r, notice],
        "extension_notice": [r, extended(on("03-20"), 10, reason="需要向多个单位检索")],
        "consultation": [r, consulting(year)],
        "consultation_notice": [r, consulting(year)],
        "disclosure_notice": [r, consulting(year), objected],
        "answer": [r, answered(on("03-12"))],
        "correction": [r, answered(on("03-12"), "other.unspecified", legal_basis="第四十一条", text="出生日期记录有误，已予更正。")],
        "lapse_notice": [r, notice, lapsed(on("04-10"))],
        "withdrawal_confirmation": [r, withdrawn(on("03-10"))],
        "proof_of_service": [r, answered(on("03-12")), served(on("03-13"))],
        "envelope": [r, answered(on("03-12"))],
    }  # fmt: skip
    if year != "2018":  # the Regulations of 2008 know no excessive requests
        found["explanation_request"] = [r, explanation]
        found["deferral_notice"] = [
            r,
            explanation,
            explained(on("03-13")),
            replace(deferred(on("03-16"), on("05-29")), reason="数量很大。"),
        ]
    if year == "2025":
        found["fee_notice"] = [r, charged]
    return found


ALL = [(year, kind) for year in YEARS for kind in cases(year)]


@pytest.mark.parametrize("applicant_kind", APPLICANT_KINDS)
@pytest.mark.parametrize(("year", "kind"), ALL)
def test_every_letter_is_complete(year: str, kind: str, applicant_kind: Any) -> None:
    """Everything required by law, no placeholder left, number, addressee, and no other person's data."""
    case = cases(year)[kind]
    case[0] = replace(case[0], applicant_kind=applicant_kind)  # type: ignore[call-arg]
    found = letter_of(kind, *case)
    text = text_of(found)
    assert found.missing == ()
    assert "{" not in text
    assert "None" not in text
    assert "2020-0017" in text or found.number.startswith("公开")
    to_consultee = kind in ("consultation", "disclosure_notice")
    assert (NAME in text) == (not to_consultee)
    assert (OTHER in text) == to_consultee
    assert APPLICANT["id_number"] not in text
    assert APPLICANT["contacts"] not in text
    if not to_consultee and found.paragraphs:
        assert ("你单位" in text) == (applicant_kind != "natural_person")


def test_every_kind_is_tested() -> None:
    assert {kind for _, kind in ALL} == set(KINDS)


@pytest.mark.parametrize("applicant_kind", ["natural_person", "commercial_enterprise"])
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("outcome", outcomes.OUTCOMES)
def test_every_answer_has_its_parts_in_order(outcome: str, year: str, applicant_kind: Any) -> None:
    """Receipt, request, finding, article, reason, remedy."""
    basis = "第十六条第二款"
    answer = answered(
        day(year, "03-12"), outcome, legal_basis=basis, text=TEXT, document_no="公开〔2025〕9号"
    )
    found = letter_of("answer", receipt(year, applicant_kind=applicant_kind), answer)
    found.check()
    names = [each.name.partition(".")[0] for each in found.paragraphs]
    order = ["received", "request", "finding", "text", "remedy", "closing"]
    assert [each for each in dict.fromkeys(names) if each in order] == order
    text = text_of(found)
    assert (found.number, found.addressee) == ("公开〔2025〕9号", NAME)
    assert DESCRIPTION in text
    if outcome != "not_processed.reconfirmation" or year == "2018":
        assert basis in text


A = (
    "如不服本答复，可以自收到本答复之日起60日内，先向某市人民政府申请行政复议；对行政复议决定不服的，可以自收到"
    "行政复议决定书之日起15日内，向人民法院提起行政诉讼。"
)
B = "如不服本答复，可以自收到本答复之日起60日内，向某市人民政府申请行政复议，或者自收到本答复之日起6个月内，向某区人民法院提起行政诉讼。"
C = B.replace("6个月", "3个月")
A_PART = A.replace("如不服本答复，", "对本答复中不予公开的部分不服的，")
B_REST = B.replace("如不服本答复，", "对本答复的其他内容不服的，")


@pytest.mark.parametrize(
    ("on", "outcome", "parts", "remedies"),
    [
        ("2024-01-02", "refused.deliberative", (), [A]),
        ("2023-12-29", "refused.deliberative", (), [B]),
        ("2024-01-02", "refused.administrative_query", (), [B]),
        ("2024-01-02", "granted.provided", (), [B]),
        ("2024-01-02", "not_processed.petition", (), [B]),
        ("2024-01-02", "unable.not_held.nonexistent", (), [B]),
        ("2024-01-02", "granted_in_part", (), [A_PART, B_REST]),
        ("2024-01-02", "granted_in_part", ("granted.provided", "refused.deliberative"), [A_PART, B_REST]),
        ("2024-01-02", "granted_in_part", ("granted.provided", "unable.not_held"), [B]),
        ("2024-01-02", "refused.deliberative", ("refused.deliberative", "refused.state_secret"), [A]),
        ("2020-03-12", "granted_in_part", ("granted.provided", "refused.deliberative"), [B]),
        ("2015-05-04", "refused.state_secret", (), [B]),
        ("2015-04-30", "refused.state_secret", (), [C]),
    ],
)
def test_the_remedy_depends_on_the_day_of_decision_and_the_outcome(
    on: str, outcome: str, parts: tuple[str, ...], remedies: list[str]
) -> None:
    """law.md II.6, typed by hand: 先复议 since 2024 only for Art. 14 to 16; three months before 2015-05."""
    r = received(date.fromisoformat(on), applicant=APPLICANT, description=DESCRIPTION)
    parts_ = tuple(Part(each, "第十六条") for each in parts) or None
    found = letter_of("answer", r, answered(on, outcome, parts=parts_, text="一。\n二。"))
    assert [each.text for each in found.paragraphs if each.name == "remedy"] == remedies


@pytest.mark.parametrize(
    "kind",
    ["receipt", "supplement_notice", "explanation_request", "extension_notice", "deferral_notice", "consultation",
     "consultation_notice", "fee_notice", "withdrawal_confirmation"],
)  # fmt: skip
def test_procedural_letters_have_no_remedy(kind: str) -> None:
    assert "行政复议" not in text_of(letter_of(kind, *cases("2025")[kind]))


# --- partial answers ---

PARTS = (
    Part("granted.provided", "第三十六条第二项"),
    Part("refused.deliberative", "第十六条第二款"),
    Part("refused.third_party_rights", "第十五条"),
)
TEXT_OF_PARTS = (
    "合同首页和总价表。\n合同谈判记录尚在磋商过程中\n合同第三条含有第三方的商业秘密。\n所附材料共三页。"
)


def in_part(text: str | None = TEXT_OF_PARTS, **fields: Any) -> Event:
    values = {
        "outcome": "granted_in_part",
        "legal_basis": "第三十七条",
        "parts": PARTS,
        "text": text,
        **fields,
    }
    return answered("2025-03-12", **values)


def test_each_part_has_its_reason_and_article() -> None:
    """第三十七条; the n-th paragraph of the text belongs to the n-th part, further ones follow."""
    found = letter_of("answer", receipt("2025"), in_part())
    texts = [each.text for each in found.paragraphs if each.name.startswith(("part", "text"))]
    assert texts == [
        "（一）予以公开的部分：合同首页和总价表。依据：《中华人民共和国政府信息公开条例》第三十六条第二项。",
        "（二）不予公开的部分：合同谈判记录尚在磋商过程中。不予公开的情形：属于四类过程性信息；依据：《中华人民共和国政府信息公开条例》第十六条第二款。",
        "（三）不予公开的部分：合同第三条含有第三方的商业秘密。不予公开的情形：保护第三方合法权益；依据：《中华人民共和国政府信息公开条例》第十五条。",
        "所附材料共三页。",
    ]
    found.check()


def test_parts_are_numbered_in_hanzi() -> None:
    """As far as an answer may have parts: a hundred."""
    found = letter_of(
        "answer", receipt("2025"), in_part(None, parts=(Part("granted.provided", "第三十六条第二项"),) * 100)
    )
    numbers = [each.text.partition("）")[0] for each in found.paragraphs if each.name.startswith("part")]
    numbered = {
        1: "（一",
        9: "（九",
        10: "（十",
        11: "（十一",
        19: "（十九",
        20: "（二十",
        21: "（二十一",
        99: "（九十九",
    }
    assert {nth: numbers[nth - 1] for nth in numbered} == numbered
    assert numbers[99] == "（100"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("合同首页。\n谈判记录。", ["第三部分：这一部分不予公开的理由（第三十六条第三项）"]),
        (
            None,
            [
                "第二部分：这一部分不予公开的理由（第三十六条第三项）",
                "第三部分：这一部分不予公开的理由（第三十六条第三项）",
            ],
        ),
    ],
)
def test_a_part_without_a_reason_is_named_with_its_article(text: str | None, missing: list[str]) -> None:
    found = letter_of("answer", receipt("2025"), in_part(text))
    assert list(map(str, found.missing)) == missing
    with pytest.raises(LetterIncomplete, match="第三部分"):
        found.check()


@pytest.mark.parametrize(
    ("outcome", "article"),
    [
        ("refused.state_secret", "第三十六条第三项"),
        ("refused.administrative_query", "第三十六条第七项"),
        ("granted.already_public", "第三十六条第一项"),
        ("unable.not_held.not_ours", "第三十六条第五项"),
        ("unable.must_be_created", "第三十八条"),
        ("unable.still_unclear", "第三十条"),
        ("not_processed.repeated", "第三十六条第六项"),
        ("not_processed.publication", "第三十九条第二款"),
        ("not_processed.excessive", "第三十五条"),
        ("granted_in_part", "第三十七条"),
    ],
)
def test_an_answer_without_a_required_part_is_incomplete(outcome: str, article: str) -> None:
    found = letter_of("answer", receipt("2025"), answered("2025-03-12", outcome))
    assert [each.article for each in found.missing] == [article]
    with pytest.raises(LetterIncomplete, match=article):
        found.check()


@pytest.mark.parametrize(
    "outcome", ["granted.provided", "unable.not_held.nonexistent", "not_processed.petition"]
)
def test_an_answer_that_needs_no_reason_is_complete(outcome: str) -> None:
    assert letter_of("answer", receipt("2025"), answered("2025-03-12", outcome)).missing == ()


def test_a_refusal_that_names_no_article_is_incomplete() -> None:
    found = letter_of(
        "answer",
        receipt("2025"),
        answered("2025-03-12", "refused.deliberative", legal_basis="有关规定", text=TEXT),
    )
    assert [each.element for each in found.missing] == ["article"]


# --- what a letter says of its case ---


def test_a_repeated_request_is_referred_to_the_earlier_answer() -> None:
    answer = answered("2025-03-12", "not_processed.repeated", earlier_reference="2024-0003")
    earlier = Earlier(date(2024, 5, 6), "公开〔2024〕3号")
    found = letter_of("answer", receipt("2025"), answer, earlier=earlier)
    assert "已作出答复（2024年5月6日，公开〔2024〕3号）" in text_of(found)
    found.check()


def test_the_answer_has_the_request_as_supplemented() -> None:
    notice = replace(supplement_required("2025-03-05", "2025-03-20"), matters="文件名称")  # type: ignore[call-arg]
    supplement = replace(supplemented("2025-03-10"), description="某路2024年合同")  # type: ignore[call-arg]
    text = text_of(letter_of("answer", receipt("2025"), notice, supplement, answered("2025-03-12")))
    assert "某路2024年合同" in text
    assert DESCRIPTION not in text
    assert "2025年3月10日收到你补正后的申请" in text


def test_the_receipt_letter_has_the_last_day_to_answer() -> None:
    """20 working days from 2025-03-03, counted by hand: 03-31."""
    r = received("2025-03-03", applicant=APPLICANT, description=DESCRIPTION)
    assert "20个工作日内答复，即不迟于2025年3月31日" in text_of(letter_of("receipt", r))


def test_the_extension_letter_has_the_new_last_day() -> None:
    """Ten more: 04-15, since 04-04 is a holiday."""
    r = received("2025-03-03", applicant=APPLICANT, description=DESCRIPTION)
    text = text_of(letter_of("extension_notice", r, extended("2025-03-20", 10, reason="需要检索。")))
    assert "因需要检索，不能在规定期限内答复" in text
    assert "延长后的答复期限至2025年4月15日" in text


def test_an_office_answers_for_a_government() -> None:
    authority = office(details=replace(DETAILS, answers_for="某区人民政府"))
    text = text_of(letter_of("answer", receipt("2025"), answered("2025-03-12"), authority=authority))
    assert "你向某区人民政府提出的政府信息公开申请" in text
    assert "由本机关答复" in text


def test_settings_and_names_are_those_of_the_letter_s_day() -> None:
    later = replace(DETAILS, in_force_from=date(2025, 4, 1), review_authority="某区人民政府")
    authority = replace(
        office(), letter_details=(DETAILS, later), names=((date.min, "旧局"), (date(2025, 4, 1), "新局"))
    )
    before = letter_of("answer", receipt("2025"), answered("2025-03-31"), authority=authority)
    after = letter_of("answer", receipt("2025"), answered("2025-04-01"), authority=authority)
    assert (before.authority, after.authority) == ("旧局", "新局")
    assert "某市人民政府" in text_of(before)
    assert "某区人民政府" in text_of(after)


@pytest.mark.parametrize(
    ("consultee", "expected"),
    [
        ("third_party", "由本机关依照该条例的规定决定是否公开"),
        ("co_maker", "视为同意公开"),
        ("other_authority", "第三十三条第三款"),
    ],
)
def test_the_consequence_of_silence_depends_on_the_consultee(consultee: str, expected: str) -> None:
    """第三十二条、第三十四条: opposite defaults."""
    found = letter_of("consultation", receipt("2025"), consulting("2025", consultee))
    assert expected in text_of(found)
    assert found.slip is not None
    assert found.slip.title == "政府信息公开征求意见回执"


@pytest.mark.parametrize(
    ("consultees", "is_said"), [((), False), (("other_authority",), False), (("other_authority", "third_party"), True)]
)  # fmt: skip
def test_a_refusal_mentions_the_third_party_only_if_consulted(
    consultees: tuple[str, ...], is_said: bool
) -> None:
    """Consultations of others make no difference (Art. 32)."""
    opened = [replace(consulting("2025", each), consultation=each) for each in consultees]  # type: ignore[call-arg]
    refused = answered(
        "2025-03-12", "refused.third_party_rights", legal_basis="第十五条", text="涉及合同另一方的报价。"
    )
    assert (
        "书面征求第三方意见" in text_of(letter_of("answer", receipt("2025"), *opened, refused))
    ) == is_said


def test_the_approved_text_of_a_draft_is_sent() -> None:
    drafted = (answer_drafted("2025-03-10", text="核准的正文。"), draft_approved("2025-03-11"))
    answer = answered("2025-03-12", draft="稿一", text="另一正文。")
    assert "核准的正文。" in text_of(letter_of("answer", receipt("2025"), *drafted, answer))
    assert "另一正文" not in text_of(letter_of("answer", receipt("2025"), *drafted, answer))


def test_a_draft_is_composed_before_it_is_sent() -> None:
    found = letter_of("answer", receipt("2025"), answer_drafted("2025-03-10", text="正文。"), version=2)
    assert found.number == "（文号待编）"
    assert "正文。" in text_of(found)


def test_proof_of_service_names_the_letter_and_the_method() -> None:
    found = letter_of("proof_of_service", *cases("2025")["proof_of_service"])
    rows = {row.label: row.text for row in found.form.rows}  # type: ignore[union-attr]
    assert rows["送达文书名称"] == "政府信息公开申请答复书"
    assert rows["文号"] == "公开〔2020〕1号"
    assert rows["送达方式"] == "邮政企业寄送"
    assert rows["交寄或者送交日期"] == "2025年3月13日"


# --- hostile values ---

HOSTILE = "{text}#sys.inputs=<w:p>*_$`\\\"'&amp;=1+1"


def test_hostile_names_and_texts_stay_text() -> None:
    r = received("2025-03-03", applicant={**APPLICANT, "name": HOSTILE}, description=HOSTILE)
    found = letter_of("answer", r, answered("2025-03-12", text=HOSTILE))
    assert found.addressee == HOSTILE
    assert text_of(found).count("{text}") == 3
    assert sum(HOSTILE in each.text for each in found.paragraphs) == 2


# --- what cannot be made ---


def test_impossible_letters_are_refused() -> None:
    r, answer = receipt("2025"), answered("2025-03-12")
    with pytest.raises(LetterKindUnknown):
        letter_of("poem", r)
    with pytest.raises(NoSuchLetter, match="answered"):
        letter_of("answer", r)
    with pytest.raises(NoSuchLetter):
        letter_of("answer", r, answer_drafted("2025-03-10"))
    with pytest.raises(OtherLetter):
        letter_of("answer", r, answer, version=1)
    with pytest.raises(OtherLetter):
        letter_of("correction", r, answer)
    with pytest.raises(OtherLetter):
        letter_of(
            "disclosure_notice", r, consulting("2025"), consultation_closed("2025-03-13", reply="agreed")
        )
    with pytest.raises(AddresseeMissing):
        letter_of("consultation", r, consultation_opened("2025-03-06", "2025-03-27"))
    erased = replace(matter("receipt", [r]), opened={})
    with pytest.raises(LetterValuesErased):
        letter.compose("receipt", erased)


# --- an office's own wording ---


def own(
    wording: str | None, paragraph: str = "contact", on: str = "2025-01-02", letter_: str = "receipt"
) -> LetterWordingSet:
    day_ = date.fromisoformat(on)
    return LetterWordingSet(on=day_, letter=letter_, paragraph=paragraph, in_force_from=day_, wording=wording)


OWN = "请致电{office_phone}，地址{office_address}。"


def test_an_office_replaces_a_paragraph_from_a_day_on_and_reverts_it() -> None:
    letter.check_wording(own(OWN))
    wordings = (own(OWN), own(None, on="2025-06-02"))
    authority = office(*wordings)

    def contact(on: str) -> str:
        r = received(on, applicant=APPLICANT, description=DESCRIPTION)
        found = letter_of("receipt", r, authority=authority)
        return next(each.text for each in found.paragraphs if each.name == "contact")

    assert contact("2025-03-03") == "请致电020-12345678，地址某区办公路2号。"
    assert contact("2024-12-30").startswith("查询办理情况")
    assert contact("2025-06-03").startswith("查询办理情况")


def test_only_reworded_paragraphs_can_be_restored() -> None:
    for before in ((), (own(OWN, "request"),), (own(OWN), own(None))):
        with pytest.raises(NothingReworded, match="登记回执的段落“联系方式”"):
            letter.check_wording(own(None), before)
    letter.check_wording(own(None), (own(OWN),))
    letter.check_wording(own(None))  # of a correction: the values that should have been recorded


@pytest.mark.parametrize(
    ("wording", "refused"),
    [
        (own("没有电话。"), WordingRefused),
        (own(OWN + "{secret}"), WordingRefused),
        (own(OWN + "{reason}"), WordingRefused),
        (own(OWN + "{"), WordingRefused),
        (own(OWN, "nothing"), ParagraphUnknown),
        (own(OWN, letter_="poem"), LetterKindUnknown),
        (own("逾期不补正的，请另行申请。", "consequence", letter_="supplement_notice"), WordingRefused),
        (own("期限{due_on}、{answer_workdays}天。", "term"), WordingRefused),
        # Denied, and of another person than the letter goes to.
        (own("逾期不补正的，不视为放弃，也不会不再处理。", "consequence", letter_="supplement_notice"), WordingRefused),
        (own(OWN + "申请人{applicant}。", letter_="consultation"), WordingRefused),
        (own(OWN + "收件人{recipient}。", letter_="consultation"), WordingRefused),
        (own("{you}的申请（{reference}）于{received_on}收到，已征求{recipient}意见。", "received", letter_="consultation_notice"), WordingRefused),
        (own("{you}的申请（{reference}）于{received_on}收到，已征求{consultee}意见。", "received", letter_="consultation_notice"), WordingRefused),
        (own("{you}的申请（{reference}）于{received_on}收到，涉及{concerned}。", "received", letter_="consultation_notice"), WordingRefused),
    ],
)  # fmt: skip
def test_an_office_s_text_must_keep_placeholders_and_required_parts(
    wording: LetterWordingSet, refused: Any
) -> None:
    with pytest.raises(refused):
        letter.check_wording(wording)


def test_a_new_version_of_the_wording_ends_an_office_s_text() -> None:
    wording = own("请于{respond_by}补来。", "term", on="2019-01-02", letter_="supplement_notice")
    notice = replace(supplement_required("2020-03-05", "2020-03-20"), matters="文件名称")  # type: ignore[call-arg]
    assert "补来" not in text_of(
        letter_of("supplement_notice", receipt("2020"), notice, authority=office(wording))
    )


def test_an_extension_is_composed_before_it_is_sent_without_its_new_last_day() -> None:
    """The head sees it as printed; the new last day is known once it is recorded."""
    drafted = extension_drafted("2025-03-20", workdays=10)
    found = letter_of("extension_notice", receipt("2025"), replace(drafted, reason="需要检索"), version=2)  # type: ignore[call-arg]
    assert "延长答复期限10个工作日" in text_of(found)
    assert "延长后的答复期限" not in text_of(found)
    assert found.number == "（文号待编）"


@pytest.mark.parametrize(
    ("basis", "printed"),
    [
        ("第十四条", "《中华人民共和国政府信息公开条例》第十四条"),
        ("条例第十四条", "《中华人民共和国政府信息公开条例》第十四条"),
        ("《中华人民共和国统计法》第九条", "《中华人民共和国统计法》第九条"),
        ("2008年条例第二十一条", "2008年条例第二十一条"),
    ],
)
def test_an_article_is_cited_with_its_law(basis: str, printed: str) -> None:
    found = letter_of(
        "answer",
        receipt("2025"),
        answered("2025-03-12", "refused.deliberative", legal_basis=basis, text=TEXT),
    )
    assert f"根据{printed}的规定" in text_of(found)


@pytest.mark.parametrize("kind", ["envelope", "proof_of_service"])
@pytest.mark.parametrize("version", [2, 3])
def test_letters_to_a_consultee_name_only_the_consultee(kind: str, version: int) -> None:
    """Enclosures of a letter to a third party have its name and address, and nobody else's."""
    events = cases("2025")["disclosure_notice"][:version]
    text = text_of(letter_of(kind, *events, version=version))
    assert OTHER in text
    assert "某路9号" in text
    assert NAME not in text
    assert APPLICANT["address"] not in text
    assert ("政府信息公开征求意见书" if version == 2 else "政府信息公开告知书") in text


def test_an_agreed_consultation_needs_no_letter() -> None:
    history = [receipt("2025"), consulting("2025"), consultation_closed("2025-03-13", reply="agreed")]
    with pytest.raises(OtherLetter):
        letter_of("envelope", *history, version=3)


def test_a_notice_beside_a_numbered_letter_has_the_reference() -> None:
    """The number of a consultation is that of the letter to the third party."""
    numbered = replace(consulting("2025"), document_no="某征〔2025〕3号")  # type: ignore[call-arg]
    assert letter_of("consultation", receipt("2025"), numbered).number == "某征〔2025〕3号"
    assert letter_of("consultation_notice", receipt("2025"), numbered).number == "登记号：2020-0017"
    assert "某征〔2025〕3号" in text_of(letter_of("envelope", receipt("2025"), numbered, version=2))
    received = replace(receipt("2025"), document_no="某收〔2025〕8号")  # type: ignore[call-arg]
    assert letter_of("receipt", received).number == "某收〔2025〕8号"
    assert letter_of("answer", received, answered("2025-03-12")).number != "某收〔2025〕8号"


def test_all_joint_applicants_are_addressed() -> None:
    applicant = {**APPLICANT, "joint": [{"name": "李四"}], "agents": [{"name": "王律师"}]}
    r = received("2025-03-03", applicant=applicant, description=DESCRIPTION)
    found = letter_of("receipt", r)
    assert found.addressee == "张三、李四"
    assert "王律师" not in text_of(found)


@pytest.mark.parametrize("year", YEARS)
def test_a_lapse_letter_has_the_day_of_service_of_the_notice(year: str) -> None:
    """If recorded, since the term began with the service of that notice."""
    r, notice, over = cases(year)["lapse_notice"]
    signed = served(day(year, "03-06"), "courier", day(year, "03-08"), paper=2)
    assert "3月8日送达你。" in text_of(letter_of("lapse_notice", r, notice, signed, over))
    other = served(day(year, "03-06"), paper=1)
    assert "送达" not in text_of(letter_of("lapse_notice", r, notice, other, over))
