"""One Chinese sentence per event: the history of a request and of the authority for auditors."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal, get_args, get_origin

import msgspec
import pytest

from domain.authority import events as authority_events
from domain.authority.access_events import AccessesHandedOver
from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    Indicator,
    Rule,
    ScoreContested,
    ScoreEntered,
    UnitResult,
)
from domain.authority.import_events import ImportAnnulled, Imported
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.authority.recovery_events import (
    AdministratorsRestored,
    RecoveryCodeSealed,
    RestorationConfirmed,
    RestorationRequested,
)
from domain.authority.supervision_events import (
    ReturnAccepted,
    ReturnHandedIn,
    ReturnPrepared,
    ReturnRequested,
    ReturnSentBack,
    SupervisionAnswered,
    SupervisionOrdered,
)
from domain.entry import Event, Recorded, type_of
from domain.request import events
from domain.request.appeal_events import CorrectionAnalysed
from domain.request.events import Part
from domain.request.parties import Provenance
from domain.request.personal_data import sealed_in
from domain.values import Sealed
from projections.history import AMENDMENTS, lines, sentence
from tests.builders import (
    amended,
    answer_drafted,
    answered,
    appeal_decided,
    appealed,
    archived,
    assigned,
    consultation_closed,
    consultation_opened,
    correction_analysed,
    deferred,
    document_filed,
    draft_approved,
    draft_reviewed,
    erasure_requested,
    event,
    explained,
    explanation_required,
    extended,
    extension_drafted,
    fee_charged,
    fee_paid,
    handed_over,
    lapsed,
    personal_data_erased,
    personal_data_restricted,
    received,
    recorded,
    reopened,
    restriction_lifted,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

R = received("2020-03-02")
OTHER = Sealed("a" * 32, "b" * 64)

SENTENCES: list[tuple[Event, str]] = [
    (R, "2020-03-02收到自然人邮寄提出的申请，以签收之日为收到日期"),
    (
        received(
            "2020-03-02", channel="online", receipt_basis="system_confirmed", submitted_on="2020-03-01",
            applicant_kind="commercial_enterprise", split_from="2020-0003",
        ),
        "2020-03-02收到商业企业网络提出的申请（2020-03-01提交），以系统确认之日为收到日期，由2020-0003拆分",
    ),
    (assigned("2020-03-03"), "2020-03-03交办公室办理"),
    (event(events.Assigned, "2020-03-03", unit="法制科", officer="李四"), "2020-03-03交法制科办理，经办人李四"),
    (supplement_required("2020-03-04", "2020-03-20"), "2020-03-04告知申请人补正，期限至2020-03-20"),
    (supplemented("2020-03-09"), "2020-03-09收到申请人的补正"),
    (extended("2020-03-26"), "2020-03-26延长答复期限20个工作日，负责人同意，2020-03-26告知申请人"),
    (
        extended("2020-03-26", 10, notified_on=None),
        "2020-03-26延长答复期限10个工作日，负责人同意，未登记告知申请人的日期",
    ),
    (consultation_opened("2020-03-04", "2020-03-25"), "2020-03-04征求第三方意见（甲），期限至2020-03-25"),
    (
        consultation_opened("2020-03-04", "2020-03-25", "乙", "co_maker", "2020-03-05"),
        "2020-03-04征求共同制作机关意见（乙），期限至2020-03-25，2020-03-05送达",
    ),
    (consultation_closed("2020-03-13", reply="silent"), "2020-03-13征求意见（甲）结束：逾期未答复"),
    (explanation_required("2020-03-04", "2020-03-20"), "2020-03-04要求申请人说明理由，期限至2020-03-20"),
    (explained("2020-03-09"), "2020-03-09申请人说明理由，予以认可"),
    (explained("2020-03-09", accepted=False), "2020-03-09申请人说明理由，未予认可"),
    (deferred("2020-03-10", "2020-04-30"), "2020-03-10确定延迟答复，至2020-04-30"),
    (fee_charged("2020-03-04", "2020-04-01"), "2020-03-04通知缴纳信息处理费100元（按件11），期限至2020-04-01"),
    (fee_paid("2020-03-09", "40.50"), "2020-03-09申请人缴费40.50元"),
    (answered("2020-03-20"), "2020-03-20答复：予以公开（第三十六条第二项），公开〔2020〕1号"),
    (
        answered(
            "2020-03-20", "granted_in_part", earlier_reference="2019-0009",
            parts=(Part("granted.provided", "第三十七条"), Part("refused.third_party_rights", "第十五条")),
        ),
        (
            "2020-03-20答复：部分公开（第三十六条第二项），公开〔2020〕1号，分2部分：予以公开（第三十七条）；"
            "不予公开：保护第三方合法权益（第十五条），此前已答复2019-0009"
        ),
    ),
    (answered("2020-03-20", "granted.of_old"), "2020-03-20答复：granted.of_old（第三十六条第二项），公开〔2020〕1号"),
    (extension_drafted("2020-03-20"), "2020-03-20提出延长答复期限20个工作日（文稿稿一）"),
    (
        extended("2020-03-23", 20, draft="稿一"),
        "2020-03-23延长答复期限20个工作日（文稿稿一），负责人同意，2020-03-23告知申请人",
    ),
    (answer_drafted("2020-03-20"), "2020-03-20起草答复（文稿稿一）：予以公开（第三十六条第二项）"),
    (
        answer_drafted(
            "2020-03-20", "稿二", "granted_in_part", document_no="公开〔2020〕1号",
            parts=(events.Part("granted.provided", "第三十七条"),),
        ),
        "2020-03-20起草答复（文稿稿二）：部分公开（第三十六条第二项），公开〔2020〕1号，分1部分：予以公开（第三十七条）",
    ),
    (draft_reviewed("2020-03-20"), "2020-03-20审核文稿稿一，通过"),
    (draft_reviewed("2020-03-20", passed=False), "2020-03-20审核文稿稿一，退回"),
    (draft_approved("2020-03-20"), "2020-03-20批准文稿稿一"),
    (draft_approved("2020-03-20", passed=False), "2020-03-20退回文稿稿一"),
    (served("2020-03-20"), "2020-03-20以邮政企业寄送送达"),
    (
        event(events.Served, "2020-03-20", method="courier", signed_for_on="2020-03-23", tracking_no="EMS1"),
        "2020-03-20以其他快递寄送送达，2020-03-23签收，单号EMS1",
    ),
    (withdrawn("2020-03-10"), "2020-03-10申请撤回：申请人撤回"),
    (lapsed("2020-03-23"), "2020-03-23逾期不补正，不再处理"),
    (lapsed("2020-04-02", "fee"), "2020-04-02逾期不缴费，不再处理"),
    (
        appealed("2020-04-01"),
        "2020-04-01申请人提起行政复议（复议一）：不服答复；市人民政府，〔2020〕复议一号",
    ),
    (
        appealed(
            "2020-07-01", "诉讼一", route="litigation_after_reconsideration", ground="other", follows="复议一",
            tribunal="区人民法院", case_no="〔2020〕行初2号",
        ),
        "2020-07-01申请人提起行政诉讼（复议后）（诉讼一）：其他理由；区人民法院，〔2020〕行初2号，接复议一",
    ),
    (appeal_decided("2020-06-01", "revoked"), "2020-06-01复议一结果：撤销，2020-06-01生效"),
    (
        appeal_decided("2020-09-01", "claim_dismissed", "诉讼一", None, "second"),
        "2020-09-01诉讼一二审结果：驳回请求，尚未生效",
    ),
    (appeal_decided("2020-06-01", "of_old"), "2020-06-01复议一结果：of_old，2020-06-01生效"),
    (
        correction_analysed("2020-06-05", "facts", "procedure"),
        "2020-06-05分析复议一被纠正的原因：事实认定、程序",
    ),
    (
        reopened("2020-06-08", "2020-07-01", "复议一"),
        "2020-06-08因复议或诉讼重新处理（复议一），最迟于2020-07-01答复",
    ),
    (reopened("2020-06-08", "2020-07-01"), "2020-06-08自行纠正重新处理，最迟于2020-07-01答复"),
    (archived("2020-12-01"), "2020-12-01归档，档号2020-1，保管期限10年"),
    (handed_over("2031-05-20"), "2031-05-20移交某区档案馆"),
    (
        document_filed("2020-03-02", size_bytes=1048576),
        "2020-03-02材料入卷：申请表（申请材料，PDF，1048576字节）",
    ),
    (
        erasure_requested("2031-01-06", "all"),
        "2031-01-06提请销毁全部封存内容和材料：保管期限届满，鉴定文号鉴定〔2031〕1号",
    ),
    (personal_data_erased("2031-01-07", 9), "2031-01-07按第9条登记的提请销毁个人信息，内容不能恢复"),
    (personal_data_restricted("2020-06-01"), "2020-06-01限制处理个人信息：申请人要求删除"),
    (restriction_lifted("2020-06-05"), "2020-06-05解除对个人信息处理的限制：诉讼举证"),
    (
        authority_events.Registered(date(2020, 1, 1), "huadu", "某区政府办", "department", date(2020, 1, 1)),
        "2020-01-01某区政府办（huadu）设立台账，自2020-01-01起完整",
    ),
    (
        event(authority_events.Renamed, "2020-06-01", name="某区行政审批局", in_force_from="2020-07-01"),
        "2020-06-01机关更名为某区行政审批局，自2020-07-01起",
    ),
    (
        event(authority_events.DayOffSet, "2020-08-03", day="2020-08-04", working=False, document_no="〔2020〕9号"),
        "2020-08-03设定2020-08-04停止办公（〔2020〕9号）",
    ),
    (
        event(
            authority_events.HolidayNoticeRecorded,
            "2026-11-12",
            document_no="国办〔2026〕9号",
            published_on="2026-11-11",
            off=(date(2027, 1, 1), date(2027, 1, 2)),
            working=(date(2027, 1, 9),),
        ),
        "2026-11-12登记2026-11-11公布的国务院节假日安排（国办〔2026〕9号）：2027-01-01、2027-01-02放假，2027-01-09上班",
    ),
    (
        event(
            authority_events.HolidayNoticeRecorded,
            "2026-11-12",
            document_no="国办〔2026〕9号",
            published_on="2026-11-11",
            off=(date(2027, 1, 1),),
            working=(),
        ),
        "2026-11-12登记2026-11-11公布的国务院节假日安排（国办〔2026〕9号）：2027-01-01放假",
    ),
    (
        event(authority_events.DayOffSet, "2020-08-03", day="2020-08-08", working=True, document_no="〔2020〕9号"),
        "2020-08-03设定2020-08-08照常办公（〔2020〕9号）",
    ),
    (
        event(authority_events.PolicySet, "2020-03-01", policy="roll_receipt", value="on", in_force_from="2020-01-01"),
        "2020-03-01办理规则“收到之日起算顺延”设为“顺延”，适用于2020-01-01起收到的申请",
    ),
    (
        event(authority_events.PolicySet, "2020-03-01", policy="escalation", value="10_5_1", in_force_from="2020-04-01"),
        "2020-03-01办理规则“到期提醒逐级上报”设为“余10个工作日提醒经办人，余5个提醒审核人，余1个提醒负责人”，适用于2020-04-01起",
    ),
    (
        event(authority_events.PolicySet, "2020-03-01", policy="local_login", value="for_administrators", in_force_from="2020-04-01"),
        "2020-03-01办理规则“本机账号和口令”设为“仅三员应急用”，适用于2020-04-01起",
    ),
    (
        event(authority_events.PolicySet, "2020-03-01", policy="provider_second_factor", value="counted", in_force_from="2020-04-01"),
        "2020-03-01办理规则“统一身份认证所作的双因素验证”设为“作数”，适用于2020-04-01起",
    ),
    (
        authority_events.LetterDetailsSet(
            on=date(2020, 3, 2), in_force_from=date(2020, 3, 1), review_authority="某区人民政府", court="某区人民法院",
            address="某路1号", phone="1", postcode="1",
        ),
        "2020-03-02设定文书事项，适用于2020-03-01起的文书：复议机关某区人民政府，法院某区人民法院",
    ),
    (
        event(authority_events.LetterWordingSet, "2020-03-02", letter="receipt", paragraph="contact", in_force_from="2020-03-02", wording="某"),
        "2020-03-02登记回执的段落“联系方式”自2020-03-02起改用本机关的文字",
    ),
    (
        event(authority_events.LetterWordingSet, "2020-03-02", letter="receipt", paragraph="contact", in_force_from="2020-03-02"),
        "2020-03-02登记回执的段落“联系方式”自2020-03-02起恢复程序的文字",
    ),
    (
        event(NumberSeriesSet, "2020-03-02", series="答复", letters=("answer",), in_force_from=date(2020, 3, 1), prefix="某公开"),
        "2020-03-02设定文号“答复”，自2020-03-01起用于答复书，形如某公开〔2020〕1号，年份取作出之日",
    ),
    (
        event(
            NumberSeriesSet, "2020-03-02", series="告知", letters=("answer", "lapse_notice"), in_force_from=date(2020, 3, 1),
            prefix="某信息公开", brackets="round", year_of="receipt", ordinal=True, suffix="-非信告", outcomes=("unable.not_held.not_ours",),
        ),
        (
            "2020-03-02设定文号“告知”，自2020-03-01起用于答复书、不再处理告知书（无法提供：不属于本机关负责公开），"
            "形如某信息公开（2020）第1号-非信告，年份取收到申请之日"
        ),
    ),
    (
        event(NumberGapExplained, "2020-03-02", series="答复", year=2020, first_serial=1, last_serial=9, reason="设定前所用"),
        "2020-03-02说明缺号：答复2020年1至9号，设定前所用",
    ),
    (
        event(NumberGapExplained, "2020-03-02", series="答复", year=2020, first_serial=3, last_serial=3, reason="作废"),
        "2020-03-02说明缺号：答复2020年3号，作废",
    ),
    (event(authority_events.OfficerAppointed, "2020-03-01", officer="li.m"), "2020-03-01任用li.m"),
    (
        event(authority_events.OfficerAppointed, "2020-03-01", officer="li.m2", person="1007", unit="法规科"),
        "2020-03-01任用li.m2（工号1007），在法规科",
    ),
    (event(authority_events.OfficerDismissed, "2020-03-01", officer="li.m"), "2020-03-01li.m离任"),
    (
        event(authority_events.PowerGranted, "2020-03-01", officer="li.m", role="handler"),
        "2020-03-01授予li.m“经办人”职权，待确认",
    ),
    (
        event(authority_events.PowerGranted, "2020-03-01", officer="li.m", role="auditor", until="2020-12-31"),
        "2020-03-01授予li.m“审计员”职权，至2020-12-31，待确认",
    ),
    (event(authority_events.GrantConfirmed, "2020-03-01", version=7), "2020-03-01确认第7条授权"),
    (
        event(authority_events.ServiceGranted, "2020-03-01", service="portal", name="门户网站", acts=["hand_in"], until="2020-12-31"),
        "2020-03-01授予服务账号portal（门户网站）“递交网上提出的申请，查询自己递交的申请办到哪一步”，至2020-12-31，待确认",
    ),
    (event(authority_events.ServiceEnded, "2020-03-01", service="portal"), "2020-03-01终止服务账号portal"),
    (
        event(authority_events.PowerWithdrawn, "2020-03-01", officer="li.m", role="approver"),
        "2020-03-01收回li.m的“负责人”职权",
    ),
    (
        event(authority_events.SecondFactorResetRequested, "2020-03-01", officer="li.m", reason="手机遗失"),
        "2020-03-01提出重置li.m的动态口令和通行密钥（手机遗失），待确认",
    ),
    (event(authority_events.SecondFactorReset, "2020-03-01", version=7), "2020-03-01确认第7条提出的动态口令和通行密钥重置"),
    (
        event(authority_events.SubjectBound[Sealed], "2020-03-01", officer="li.m", issuer="https://id.example", sub=OTHER),
        "2020-03-01绑定li.m的统一身份认证（https://id.example）",
    ),
    (
        event(authority_events.SubjectUnbound, "2020-03-01", officer="li.m", issuer="https://id.example"),
        "2020-03-01解除绑定li.m的统一身份认证（https://id.example）",
    ),
    (
        event(
            authority_events.SuperiorSet, "2020-03-01", superior="county", relation="lower_government",
            in_force_from="2020-04-01",
        ),
        "2020-03-01上级机关为county（下级政府），自2020-04-01起",
    ),
    (
        event(
            authority_events.SuperiorSet, "2020-03-01", superior="county", relation="disclosure_supervisor",
            in_force_from="2020-04-01",
        ),
        "2020-03-01上级机关为county（由其主管政府信息公开工作），自2020-04-01起",
    ),
    (
        event(
            authority_events.SeparationWaived, "2020-03-01", scope="same_person", until="2020-12-31", document_no="县〔2020〕1号"
        ),
        "2020-03-01准许从简审批：可由同一人起草、审核、批准，至2020-12-31（县〔2020〕1号）",
    ),
    (
        event(Imported, "2020-03-01", file_digest="0123456789abcdef" * 4, row_count=12, entry_count=30),
        "2020-03-01导入原台账（文件0123456789ab）12行，即随后登记的30项",
    ),
    (event(ImportAnnulled, "2020-03-01", version=7), "2020-03-01撤销第7条的导入"),
    (event(RecoveryCodeSealed, "2021-06-02", digest="ab" * 32), "2021-06-02封存恢复码（写在纸上，此处只有摘要）"),
    (
        event(AdministratorsRestored, "2021-06-02", code="ABCD", system="c", security="d"),
        "2021-06-02凭恢复码重设管理员：系统管理员c，安全管理员d，原有的职权收回",
    ),
    (
        event(RestorationRequested, "2021-06-02", system="c", security="d", document_no="〔2021〕1号"),
        "2021-06-02上级机关提出重设管理员（〔2021〕1号）：系统管理员c，安全管理员d，待确认",
    ),
    (event(RestorationConfirmed, "2021-06-02", version=9), "2021-06-02上级机关确认第9条提出的重设管理员，原有的职权收回"),
    (
        event(AccessesHandedOver, "2021-06-02", until="2020-05-31", through=415, root="ab" * 32, archive_no="2021-1"),
        "2021-06-02将2020-05-31及以前的访问日志（前415条）移交归档（2021-1）",
    ),
    (
        answered(
            "2020-03-20",
            provenance=Provenance("0123456789abcdef" * 4, 2, 17, "依17号", stated_timeliness="late"),
        ),
        (
            "2020-03-20答复：予以公开（第三十六条第二项），公开〔2020〕1号"
            "（导入自原台账第2个工作表第17行，原编号依17号，载明逾期，文件0123456789ab）"
        ),
    ),
    (
        authority_events.Reorganised(date(2020, 6, 1), "merged", "new", date(2020, 7, 1), "县编〔2020〕1号"),
        "2020-06-01机构改革：并入另一机关，由new承接，自2020-07-01起（县编〔2020〕1号）",
    ),
    (
        SupervisionOrdered(date(2020, 4, 7), "overdue", date(2020, 4, 14), "县〔2020〕2号", "2020-0001"),
        "2020-04-07上级机关督办2020-0001：逾期未答复（县〔2020〕2号），答复期限至2020-04-14",
    ),
    (
        SupervisionAnswered(date(2020, 4, 10), 9, "done", "镇〔2020〕5号"),
        "2020-04-10答复第9条督办：已办结（镇〔2020〕5号）",
    ),
    (
        ReturnRequested(date(2020, 7, 1), "第二季度", date(2020, 4, 1), date(2020, 6, 30), date(2020, 7, 10)),
        "2020-07-01上级机关要求报送“第二季度”（2020-04-01至2020-06-30），报送期限至2020-07-10",
    ),
    (ReturnPrepared(date(2020, 7, 6), 11), "2020-07-06编制第11条所要求的报送"),
    (ReturnHandedIn(date(2020, 7, 7), 11), "2020-07-07批准第11条所要求的报送，以此条登记时的台账为准"),
    (
        ReturnSentBack(date(2020, 7, 8), 11, "缺少4月的登记"),
        "2020-07-08上级机关退回第11条所要求的报送：缺少4月的登记",
    ),
    (ReturnAccepted(date(2020, 7, 9), 11), "2020-07-09上级机关接收第11条所要求的报送"),
    (
        AssessmentAnnounced(
            date(2021, 3, 1), "2020年度考核", 2020, "评分标准", ("other",),
            (Indicator("answers", "甲", "乙", "6", "deduct", "automatic", (Rule("overdue", "6"),)),), date(2021, 3, 19),
        ),
        "2021-03-01印发2020年的考核指标“2020年度考核”1项（评分标准），申辩期限至2021-03-19",
    ),
    (
        ScoreEntered(date(2021, 3, 2), "2020年度考核", "zhen", "answers", "检查记录", "1", "overdue"),
        "2021-03-02“2020年度考核”zhen的answers（逾期答复、逾期未办结的申请）评为1（检查记录）",
    ),
    (
        ScoreEntered(date(2021, 3, 2), "2020年度考核", "zhen", "secrecy", "误评"),
        "2021-03-02收回“2020年度考核”zhen的secrecy的评分（误评）",
    ),
    (
        ScoreContested(date(2021, 3, 9), "2020年度考核", "answers", "原机关受理"),
        "2021-03-09对“2020年度考核”的answers提出申辩：原机关受理",
    ),
    (
        ContestDecided(
            date(2021, 3, 22), "2020年度考核", "zhen", "answers", "upheld", "经核实", 12, "0", "overdue"
        ),
        "2021-03-22裁定zhen对“2020年度考核”的answers（逾期答复、逾期未办结的申请）的第12条申辩成立，改计为0：经核实",
    ),
    (
        ContestDecided(date(2021, 3, 22), "2020年度考核", "zhen", "answers", "overruled", "理由不成立"),
        "2021-03-22裁定zhen对“2020年度考核”的answers的书面申辩不成立：理由不成立",
    ),
    (
        AssessmentConcluded(date(2021, 3, 31), "2020年度考核", "区府办〔2021〕9号", (UnitResult("zhen", "某镇", {}),)),
        "2021-03-31评定“2020年度考核”的结果：1个单位（区府办〔2021〕9号）",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("happened", "expected"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_each_event_is_a_sentence(happened: Event, expected: str) -> None:
    """The day, what happened, its labels and dates; an unknown code is printed as it is."""
    assert sentence(happened) == expected


def test_every_event_has_a_sentence() -> None:
    """No sentence is only the title; that of an amendment is made by `lines`, which knows the amended entry."""
    kinds = {type(happened) for happened, _ in SENTENCES}

    assert kinds == {*events.EVENTS, *authority_events.OF_AUTHORITY} - set(AMENDMENTS)
    assert all(sentence(happened) != f"{happened.on}{happened.title}" for happened, _ in SENTENCES)


def test_every_code_of_a_vocabulary_has_its_chinese_label() -> None:
    """For every possible value of an enumeration the sentence has no English."""
    causes = CorrectionAnalysed.__annotations__["causes"]
    events_ = [correction_analysed("2020-06-05", cause) for cause in re.findall(r'"(\w+)"', causes)]
    of_requests = [happened for happened, sentence in SENTENCES if not re.search("[a-zA-Z]", sentence)]
    for happened in of_requests:
        for field in msgspec.structs.fields(type(happened)):
            values = get_args(field.type) if get_origin(field.type) is Literal else ()
            events_ += [msgspec.structs.replace(happened, **{field.name: value}) for value in values]

    assert len(events_) > 60
    for happened in events_:
        assert not re.search(r"[A-Za-z{}_]", sentence(happened)), sentence(happened)


# --- amendments ---


def identities_of(*happened: Event) -> list[str]:
    return [line.sentence for line in lines(recorded(*happened))]


def test_an_amendment_shows_old_and_new() -> None:
    """The receipt was on 03-03 and not on 03-02; then on 03-04: each shows what it replaced."""
    sentences = identities_of(
        R,
        amended("2020-03-05", 1, received("2020-03-03")),
        amended("2020-03-06", 1, received("2020-03-04")),
    )

    second, third, fourth = (
        f"“2020-03-0{day}收到自然人邮寄提出的申请，以签收之日为收到日期”" for day in (2, 3, 4)
    )
    assert sentences[1:] == [
        f"2020-03-05更正第1条登记：原为{second}，现为{third}",
        f"2020-03-06更正第1条登记：原为{third}，现为{fourth}",
    ]


def test_an_amendment_of_a_field_without_a_sentence_shows_the_change() -> None:
    """Another applicant, another text, another delivery: named, of sealed values never the value."""
    sentences = identities_of(
        R,
        answered("2020-03-20", text=OTHER),
        amended("2020-03-05", 1, received("2020-03-02", applicant=OTHER)),
        amended("2020-03-06", 1, received("2020-03-02", applicant=OTHER, delivery="electronic")),
        amended("2020-03-21", 2, answered("2020-03-20", draft="稿二")),
        amended("2020-03-22", 1, received("2020-03-03", delivery="electronic")),
        amended("2020-03-23", 1, received("2020-03-03", delivery="electronic")),
    )

    first = "第1条登记“2020-03-02收到自然人邮寄提出的申请，以签收之日为收到日期”"
    second = "第2条登记“2020-03-20答复：予以公开（第三十六条第二项），公开〔2020〕1号”"
    assert sentences[2:5] == [
        f"2020-03-05更正{first}的申请人信息",
        f"2020-03-06更正{first}的提供方式（由纸质改为电子）",
        f"2020-03-21更正{second}的答复正文、文稿（由无改为稿二）",
    ]
    assert sentences[5].endswith("以签收之日为收到日期”，并更正申请人信息")
    assert sentences[6].endswith("以签收之日为收到日期”，内容没有变动")


STORED = Path(__file__).parents[1] / "domain/request/golden_events.jsonl"
GOLDEN = [
    each
    for each in msgspec.json.Decoder(events.Stored).decode_lines(STORED.read_bytes())
    if not isinstance(each, events.EntryAmended)
]

DETAILS = authority_events.LetterDetailsSet(
    date(2020, 3, 2), date(2020, 3, 1), "某区人民政府", "某区人民法院", "某路1号", "1", "1"
)
OPENED = authority_events.Registered(date(2020, 1, 1), "huadu", "某区政府办", "department", date(2020, 1, 1))
WORDING = authority_events.LetterWordingSet(
    date(2020, 3, 2), "receipt", "text", date(2020, 3, 1), "{you}的申请收到了"
)
CHANGED: list[tuple[Event, dict[str, object], str]] = [
    (OPENED, {"kind": "government"}, "的机关类别（由部门改为政府）"),
    (DETAILS, {"address": "某路2号"}, "的地址（由某路1号改为某路2号）"),
    (DETAILS, {"phone": "2", "postcode": "2"}, "的电话（由1改为2）、邮政编码（由1改为2）"),
    (DETAILS, {"red_head": "某区政府办文件"}, "的发文机关标志（由无改为某区政府办文件）"),
    (DETAILS, {"answers_for": "某区"}, "的代哪一政府答复（由无改为某区）"),
    (DETAILS, {"payment": "转账"}, "的缴费方式（由无改为转账）"),
    (WORDING, {"wording": "{you}的申请已经收到"}, "的文字"),
    (consultation_opened("2020-03-10", "2020-03-31"), {"matters": OTHER}, "的所涉信息和理由"),
    (explanation_required("2020-03-04", "2020-03-31"), {"matters": OTHER}, "的数量、频次"),
    (withdrawn("2020-03-10"), {"reason": "settled"}, "，并更正理由（由申请人撤回改为协商后撤回）"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "changes", "sentence"), CHANGED)
def test_an_amendment_shows_every_change(was: Event, changes: dict[str, object], sentence: str) -> None:
    """Fields that the event's sentence omits, also of the authority's own entries, in Chinese."""
    now = msgspec.structs.replace(was, **changes)
    if isinstance(now, authority_events.AMENDABLE):
        amendment: Event = authority_events.OwnEntryAmended(date(2020, 4, 1), 1, OTHER, now)  # type: ignore[arg-type]
    else:
        amendment = amended("2020-04-01", 1, now)

    assert identities_of(was, amendment)[1].endswith(sentence)


def test_every_changed_field_is_mentioned() -> None:
    """For every event of a request, each optional field removed from the complete event."""
    silent = set()
    for was in GOLDEN:
        optional = was.__struct_fields__[-len(was.__struct_defaults__) :] if was.__struct_defaults__ else ()
        for field, default in zip(optional, was.__struct_defaults__, strict=True):
            now = msgspec.structs.replace(was, **{field: default})
            if now != was and identities_of(was, amended("2020-12-31", 1, now))[1].endswith("内容没有变动"):
                silent.add((type_of(was), field))
    assert silent == set()


def test_annulling_and_restoring_have_their_own_sentences() -> None:
    """An annulment shows what it removes, a restoration what it restores; later amendments are shown as such again."""
    sentences = identities_of(
        R,
        answered("2020-03-20"),
        amended("2020-03-21", 2),
        amended("2020-03-22", 2, answered("2020-03-20")),
        amended("2020-03-23", 1),
        amended("2020-03-24", 1, received("2020-03-02", description=OTHER)),
        amended("2020-03-25", 2, answered("2020-03-20", text=OTHER)),
    )

    assert sentences[2:] == [
        "2020-03-21撤销第2条登记“2020-03-20答复：予以公开（第三十六条第二项），公开〔2020〕1号”",
        "2020-03-22恢复第2条登记“2020-03-20答复：予以公开（第三十六条第二项），公开〔2020〕1号”",
        "2020-03-23撤销第1条登记“2020-03-02收到自然人邮寄提出的申请，以签收之日为收到日期”",
        "2020-03-24恢复第1条登记“2020-03-02收到自然人邮寄提出的申请，以签收之日为收到日期”，并更正内容",
        "2020-03-25更正第2条登记“2020-03-20答复：予以公开（第三十六条第二项），公开〔2020〕1号”的答复正文",
    ]


def test_an_entry_names_its_amendments_and_an_amendment_its_entry() -> None:
    """Both ways, so that a reader finds the other line."""
    found = lines(
        recorded(
            R,
            answered("2020-03-20"),
            amended("2020-03-21", 2),
            amended("2020-03-22", 2, answered("2020-03-19")),
        )
    )

    assert [(line.version, line.amends, line.amended_by) for line in found] == [
        (1, None, ()), (2, None, (3, 4)), (3, 2, ()), (4, 2, ()),
    ]  # fmt: skip


# --- who, when ---


def test_a_late_entry_is_marked() -> None:
    """The legal day and the day of recording are shown side by side, and lines keep the order of recording."""
    early = recorded(R, on=date(2020, 3, 2))
    late = recorded(served("2020-03-20"), answered("2020-03-20"), on=date(2020, 3, 25), first_version=2)

    found = lines([*early, *late])

    assert [(line.version, line.position, line.on, line.recorded_on) for line in found] == [
        (1, 1, "2020-03-02", "2020-03-02"),
        (2, 2, "2020-03-20", "2020-03-25"),
        (3, 3, "2020-03-20", "2020-03-25"),
    ]


def test_a_line_has_actor_principal_and_acknowledged_irregularities() -> None:
    """Actor, on behalf of whom, and the irregularities acknowledged come from the envelope."""
    (entry,) = recorded(R)
    envelope = Recorded(
        **{name: getattr(entry, name) for name in ("originator_id", "originator_version", "event", "recorded_at")},
        actor="甲", on_behalf_of="乙", acknowledged=("late_answer",), position=7,
    )  # fmt: skip

    (line,) = lines([envelope])

    assert (line.actor, line.on_behalf_of, line.acknowledged, line.position) == (
        "甲",
        "乙",
        ("late_answer",),
        7,
    )


# --- nothing sealed ---


def test_no_sentence_contains_a_sealed_value_or_a_brace() -> None:
    """No id, no commitment, no Python name: only dates, labels and Chinese."""
    sealed = Sealed("f00d" * 8, "beef" * 16)
    events_ = [happened for happened, _ in SENTENCES if isinstance(happened, events.EVENTS)]
    again = [
        type(happened)(**{f: sealed if f in happened.sealed else getattr(happened, f) for f in happened.__struct_fields__})
        for happened in events_
    ]  # fmt: skip
    amendments = [
        event(events.EntryAmended, "2020-12-31", version=version, reason=sealed, replacement=replacement)
        for version, replacement in enumerate(again, 1)
    ]

    for text in identities_of(*events_, *amendments):
        assert not re.search("f00d|beef|0000|[{}]|Sealed|None|commitment", text), text
        assert not text.endswith("。")


def test_sealed_values_are_found_by_field_in_replacements_too() -> None:
    """The values that `history --sealed` reads from the vault, without absent texts."""
    amendment = amended("2020-03-05", 1, received("2020-03-03", applicant=OTHER))

    assert [field for field, _ in sealed_in(amendment)] == ["reason", "applicant", "description"]
    assert ("applicant", OTHER) in sealed_in(amendment)
    assert sealed_in(answered("2020-03-20")) == []
    assert sealed_in(assigned("2020-03-03")) == []
    assert sealed_in(answered("2020-03-20", text=OTHER)) == [("text", OTHER)]
