"""Why a letter cannot be made."""

from __future__ import annotations

from domain.law.refusals import Refusal


class LetterKindUnknown(Refusal):
    """There are so many kinds of letters."""

    rule = "文书的种类取自所列各种"
    text = "没有“{kind}”这种文书。可用：{allowed}。"


class NoSuchLetter(Refusal):
    """A letter follows from what was recorded."""

    rule = "文书依已登记的事项制作"
    text = "{reference}没有可据以制作{letter}的登记（{events}）。"


class OtherLetter(Refusal):
    """The entry meant leads to other letters."""

    rule = "所指的登记应与文书相符"
    text = "{reference}第{asked}条登记不能据以制作{letter}。"


class LetterDetailsMissing(Refusal):
    """Address, review authority and court are the office's to say."""

    rule = "制作文书先设定文书事项"
    text = (
        "本机关没有{on}起可用的文书事项（复议机关、法院、地址、电话），不能制作文书。"
        "请系统管理员“设定文书事项”。"
    )


class LetterIncomplete(Refusal):
    """A letter says all that the law asks of it (Art. 30, 32, 33, 36, 37)."""

    rule = "文书应写明法律要求的各项"
    text = "{letter}尚缺：{found}。"


class FiledOtherwise(Refusal):
    """What was filed is the letter: another one of the same entry does not go out beside it."""

    rule = "已入卷的文书以入卷的原件为准"
    text = "{reference}的{letter}已入卷为第{filed}条，按现在的设定另制的与之不同：请单独取出入卷的原件，或另制更正件入卷。"


class AddresseeMissing(Refusal):
    """A letter to a consultee says whom it is to."""

    rule = "征求意见书应写明收件人"
    article = "第三十二条"
    text = "{reference}的征求意见“{consultation}”没有登记收件人，请更正该条登记。"


class LetterValuesErased(Refusal):
    """What was erased cannot be written any more."""

    rule = "已销毁的内容不能再制作文书"
    text = "{reference}的封存内容已销毁，不能再制作文书；已入卷的文书见材料。"


class WordingRefused(Refusal):
    """An office's own text keeps the placeholders of the paragraph and the words that the law asks for."""

    rule = "自拟的文字保留应填的各项和法律要求的文字"
    text = "{letter}的段落“{paragraph}”：{problem}。"


class NothingReworded(Refusal):
    """Only a paragraph that the office worded itself goes back to the program's."""

    rule = "恢复的是改过的文字"
    text = "{letter}的段落“{paragraph}”用的就是程序的文字，没有可以恢复的；改用本机关文字的，请填写{field}。"


class ParagraphUnknown(Refusal):
    """An office replaces a paragraph that there is."""

    rule = "所替换的段落应存在"
    text = "{letter}没有段落“{paragraph}”。可用：{allowed}。"
