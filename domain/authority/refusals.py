"""What an authority's own history and its powers refuse."""

from __future__ import annotations

from domain.law.refusals import Refusal


class AuthorityExists(Refusal):
    """An authority opens its register once."""

    rule = "机关只设立一次台账"
    text = "机关{code}已设立台账。"


class NotAmendable(Refusal):
    """What gives and takes powers has acted already; it is ended, never undone."""

    rule = "人员、职权和从简审批的登记不更正"
    text = (
        "第{target}条登记是“{event}”，已据以办事，不能更正、撤销。人员有误的登记离任后另行任用，"
        "职权有误的收回后另行授予，从简审批有误的由上级机关另行登记。"
    )


class RegistrationStays(Refusal):
    """A register cannot be closed by annulling its beginning."""

    rule = "设立台账的登记不撤销"
    text = "第1条登记设立台账，不能撤销；名称、类别、完整起始日有误的，请更正。"


class CodeIsFinal(Refusal):
    """The code names the log."""

    rule = "机关代码不更改"
    text = "机关代码{code}是台账的名称，不能更改。"


class OfficerExists(Refusal):
    """An officer's id is given once, for ever."""

    rule = "人员代号不重复，离任后也不另用"
    text = "人员代号{code}已经用过，请另取代号；同一人再次任用的，另取代号并写明相同的工号。"


class OfficerUnknown(Refusal):
    """Powers are given to, and taken from, officers of the authority."""

    rule = "所指的人员应在任"
    text = "{on}没有代号为{officer}的在任人员。"


class ServiceUnknown(Refusal):
    """A service account is granted once confirmed, ended once, and not given again."""

    rule = "所指的服务账号应在用"
    text = "{on}没有在用的服务账号{service}；终止后的代号不另用。"


class PersonDecides(Refusal):
    """A service account records decisions, and anything irregular, on behalf of an officer who has the power."""

    rule = "由人员决定的事项，服务账号须写明代谁登记"
    text = "{service}是服务账号，登记“{event}”须以on_behalf_of写明有“{act}”职权的在任人员{found}。"


class HandedInOnly(Refusal):
    """A service account that hands in does nothing else: no number of its own, nobody's behalf, nothing irregular."""

    rule = "递交申请的服务账号只递交网上提出的申请"
    text = "{service}只能递交网上提出的申请：渠道应为网上，不自带登记号，不代人登记，不由他件拆分，没有须确认之处。"


class GrantUnknown(Refusal):
    """Only a pending grant is confirmed."""

    rule = "所确认的授权应已登记而未确认"
    text = "第{grant}条登记不是待确认的授权，或者已经收回、过期，或者其人已离任。"


class PowerNotHeld(Refusal):
    """Only a power that an officer has, or waits for, is withdrawn."""

    rule = "所收回的职权应已授予"
    text = "{officer}没有“{role}”的职权可以收回。"


class SuperiorOfItself(Refusal):
    """A superior is another authority."""

    rule = "上级机关为另一机关"
    text = "机关{code}不能是自己的上级机关。"


class NoPower(Refusal):
    """The act is not among the officer's powers of that day."""

    rule = "按职权办理"
    text = "{officer}没有“{act}”的职权；此事由{roles}办理。"


class SeparationOfAdministrators(Refusal):
    """三员分立: one person has at most one of the three administrators' roles, and then no other."""

    rule = "三员分立"
    article = "GB/T 22239-2019第8.1.5条"
    text = "{officer}所属的同一人兼有“{administrator}”和“{other}”，二者不得兼任。请先收回其一。"


class NotAnOfficer(Refusal):
    """Once the authority has officers, only an officer in office on that day records."""

    rule = "由本机关在任人员登记"
    text = "{field}{officer}在{on}不是本机关的在任人员，不能登记。请由系统管理员先行任用。"


class SamePerson(Refusal):
    """Who drafted does not review or approve, who reviewed does not approve; two officers of one person are one."""

    rule = "起草、审核、批准由不同的人办理"
    article = "第四十五条"
    text = "{officer}与此前起草、审核的是同一人，不能登记“{event}”：{found}。人手不足的，须由上级机关准许从简审批。"


class ApprovalMissing(Refusal):
    """What lacks a review or an approval is recorded by the approver alone, who answers for it."""

    rule = "未经审核、批准的，只由负责人登记"
    article = "第四十五条"
    text = "{officer}不能登记“{event}”：{found}。请先起草并经审核、批准；确已发生的，由负责人确认后登记。"


class GrantNeedsSecondPerson(Refusal):
    """A grant is confirmed by another natural person than who granted it and who gets it."""

    rule = "授权由另一人确认"
    text = "{officer}与授权的人或被授权的人是同一人，不能确认第{grant}条授权；请由另一名管理员确认。"


class ResetUnknown(Refusal):
    """Only a request to reset a second factor that is still pending is confirmed."""

    rule = "所确认的重置应已提出而未确认"
    text = "第{request}条登记不是待确认的动态口令和通行密钥重置。"


class RecoveryCodeExists(Refusal):
    """One recovery code is put away at a time; a new one is made when it is used."""

    rule = "恢复码用过之后才换新"
    text = "恢复码已经封存，不另作新的。"


class RecoveryCodeWrong(Refusal):
    """The code on the paper is the one that was put away."""

    rule = "恢复码应与封存的一致"
    text = "恢复码与封存的不符，或没有封存过。请核对纸上的字母和数字。"


class RestorationUnknown(Refusal):
    """Only a request of the superior's that is still pending is confirmed."""

    rule = "所确认的应已提出而未确认"
    text = "第{request}条登记不是待确认的重设管理员。"


class RestorationNeedsSecondPerson(Refusal):
    """Two administrators of the superior restore those of a subordinate."""

    rule = "由上级机关的两名管理员提出和确认"
    text = "{officer}是第{request}条的提出人，须由上级机关的另一名管理员确认。"


class ResetNeedsSecondPerson(Refusal):
    """A second factor is reset by two administrators, neither of whom it is of."""

    rule = "重置动态口令和通行密钥由另一人确认"
    text = "{officer}与提出重置的人或动态口令、通行密钥的所有人是同一人，不能确认第{request}条重置；请由另一名管理员确认。"


class SubjectExists(Refusal):
    """An officer logs in by one subject of a provider."""

    rule = "一名人员绑定一个身份"
    text = "{officer}已绑定该统一身份认证的一个身份；换一个的，先解除绑定。"


class SubjectMissing(Refusal):
    """What is not bound cannot be unbound."""

    rule = "所解除的绑定应已登记"
    text = "{officer}没有绑定该统一身份认证的身份。"


class ProofStale(Refusal):
    """What opens or removes personal data, gives powers or exports asks again for the second factor."""

    rule = "查阅个人信息、授权、销毁、导出前须重新验证动态口令或通行密钥"
    text = "上次验证动态口令或通行密钥已久，办理“{act}”前请再次验证。"


class FirstOfficersExist(Refusal):
    """The first administrators are set up once, by the program, before there is any officer."""

    rule = "首任管理员只设立一次"
    text = "本机关已有管理员，不能再设首任管理员；人员由系统管理员任用，职权由安全管理员授予。"


class FirstOfficersMissing(Refusal):
    """Officers begin with the two administrators, set up together."""

    rule = "先设首任管理员"
    text = "本机关尚未设立管理员，不能登记“{event}”。请先在本机以 taizhang officer create-first 设立系统管理员和安全管理员。"


class LastAdministrator(Refusal):
    """An authority with officers always has a system and a security administrator."""

    rule = "系统管理员、安全管理员不可空缺"
    text = "{officer}是仅有的{role}，离任或收回职权之后将无人接替。请先任用并授权新的{role}。"


class NotTheSuperior(Refusal):
    """What comes from the superior is recorded by its officers with the power, of the superior in force that day."""

    rule = "由上级机关登记"
    text = "{officer}不是本机关{on}的上级机关的{roles}，不能登记“{event}”。"


class ImportUnknown(Refusal):
    """An import is annulled once."""

    rule = "撤销的是尚未撤销的导入"
    text = "本机关登记的第{target}条不是导入，或已经撤销。"


# --- reorganisation ---


class SuccessorOfItself(Refusal):
    """An authority is not its own successor."""

    rule = "承接的机关是另一个机关"
    text = "{code}不能由自己承接。"


class PassedOn(Refusal):
    """Once an authority was merged, split or dissolved, its successor receives, in its own register."""

    rule = "机构改革之后由承接的机关收件"
    text = "本机关自{since}起由{successor}承接，{on}收到的申请应在{successor}的台账登记。此前收到的继续在本台账办理。"


# --- what the superior asks ---


class OrderUnknown(Refusal):
    """An answer names an order that waits for one."""

    rule = "督办答复一次"
    text = "没有第{order}条待答复的督办。"


class ReturnUnknown(Refusal):
    """A step of a return names its request."""

    rule = "报送由要求而起"
    text = "第{asked}条登记不是要求报送。"


class ReturnExists(Refusal):
    """Two returns of one authority are distinguished by their names."""

    rule = "报送的名称不重复"
    text = "已要求报送“{name}”，请另起名称。"


class ReturnStep(Refusal):
    """A return is prepared, handed in, and then accepted or sent back."""

    rule = "报送依次编制、批准、审查"
    text = "“{name}”{stage}，不能登记“{event}”。"


class PeriodNotOver(Refusal):
    """Figures of a period are handed in when it is over."""

    rule = "期满后报送"
    text = "“{name}”的统计期限至{last}，期满之后才能编制。"


class RegisterNotComplete(Refusal):
    """A register hands in no figures of a time it does not cover."""

    rule = "台账完整之后的期限才能报送"
    text = "台账自{complete_since}起才完整，不能编制自{first}起的数字。"


class PreparedByOneself(Refusal):
    """Who prepares a return does not approve it."""

    rule = "编制、批准由不同的人办理"
    text = "{officer}与编制“{name}”的是同一人，不能批准报送。"


# --- assessment ---


class AssessmentExists(Refusal):
    """Two assessments of one authority are distinguished by their names."""

    rule = "考核的名称不重复"
    text = "已印发“{name}”的考核指标，请另起名称。"


class AssessmentUnknown(Refusal):
    """A score, a decision and a result are of an assessment that was announced."""

    rule = "考核由印发指标而起"
    text = "没有名为“{name}”的考核。"


class NotAssessed(Refusal):
    """A unit contests an assessment of its superior's that is of its class."""

    rule = "申辩的是上级机关对本机关的考核"
    text = "上级机关没有名为“{name}”、对本机关这一类单位的考核。"


class UnitNotBelow(Refusal):
    """A unit with a register here is named by its code, so that it is one unit in all scores."""

    rule = "考核的是下级单位"
    text = "“{unit}”不是下级单位的代码；在此有台账的单位写代码，没有的写名称。可用的代码：{codes}。"


class AssessmentNotWhole(Refusal):
    """A result is concluded once everything of it is assessed and every contest decided."""

    rule = "评分、裁定齐全之后评定结果"
    text = "“{name}”还不能评定结果：{open}。"


class ReasonMissing(Refusal):
    """A score of an indicator with several reasons says which of them it is of."""

    rule = "一项指标有几种事由的，写明事由"
    text = "“{indicator}”有几种事由，须写明是哪一种。{field}可用：{allowed}"


class NothingScored(Refusal):
    """Only what was entered is taken back."""

    rule = "收回的是已有的评定"
    text = "{unit}的“{indicator}”还没有评定，没有可以收回的；评分的须填写{field}。"


class ScoredByOneself(Refusal):
    """Who entered a score does not decide what is contested about it."""

    rule = "评分、裁定申辩由不同的人办理"
    text = "{officer}与评分的是同一人，不能裁定对“{indicator}”的申辩。"
