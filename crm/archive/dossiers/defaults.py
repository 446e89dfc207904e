"""The checklists the product ships: the policy's annexes are missing from its text, so the company confirms them.

Loans and guarantees have four sections (clause L-14), property customers twelve (P-05 to P-16); section 2.10 of the
design. A slot's code is what other packages file by and never changes with its title.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.archive.dossiers.models.template import DossierKind, Form, PolicyScope

MADE_BY = "Yihu"
LONG_AGO = date(2012, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    code: str
    title: str
    required: bool = False
    several: bool = True
    form: Form = Form.either
    signed_by: str = ""
    is_contract: bool = False
    is_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    kind: DossierKind
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    scope: PolicyScope
    title: str
    summary: str


def _paper(code: str, title: str, signed_by: str = "", *, form: Form = Form.original) -> Slot:
    """One that has to be there."""
    return Slot(code=code, title=title, required=True, signed_by=signed_by, form=form)


def _contract(code: str, title: str, *, required: bool = False) -> Slot:
    return Slot(
        code=code, title=title, required=required, form=Form.original, signed_by="合同各方签章", is_contract=True
    )


_OPINIONS = Slot(code="opinions", title="预审、风控、律师、评审会、终审意见表", required=True, signed_by="各级意见人")
_FINDINGS = (
    Slot(code="due_diligence", title="尽职调查报告", required=True, form=Form.original, signed_by="A角、B角"),
    Slot(code="site_photos", title="现场照片"),
    Slot(code="credit_report", title="征信授权书与征信报告", required=True, signed_by="被查询人"),
    Slot(code="valuation", title="抵押物评估报告"),
    Slot(code="bank_statements", title="对账单与流水核查"),
)
_CLIENT = Section(
    title="客户或企业资料",
    slots=(
        Slot(code="business_license", title="营业执照"),
        Slot(code="articles", title="公司章程"),
        _paper("identity", "法定代表人与股东身份证明", form=Form.copy),
        Slot(code="financial_statements", title="财务报表"),
        Slot(code="tax_certificates", title="纳税证明"),
        Slot(code="marriage_property", title="婚姻与财产声明", signed_by="声明人"),
        Slot(code="guarantor_papers", title="保证人资料"),
    ),
)
_TITLE_COPY = Slot(code="title_copies", title="权属证明复印件（原件只入权证库）", form=Form.copy, is_title=True)

LOAN = Template(
    kind=DossierKind.loan,
    title="小额贷款项目档案清单",
    sections=(
        Section(
            title="立项审批资料",
            slots=(
                _paper("application", "贷款申请书", "申请人"),
                Slot(code="acceptance", title="受理通知书"),
                Slot(code="project_form", title="项目登记表"),
                Slot(
                    code="opinions", title="预审、风控、律师、评审会、终审意见表", required=True, signed_by="各级意见人"
                ),
                _paper("decision", "审批决议", "评审委员"),
            ),
        ),
        Section(
            title="重要合同或单据",
            slots=(
                _contract("loan_contract", "借款合同", required=True),
                _contract("surety_contract", "保证合同"),
                _contract("collateral_contract", "抵（质）押合同"),
                _paper("iou", "借据", "借款人"),
                _paper("disbursement", "放款凭证"),
                Slot(code="fee_papers", title="收费单据"),
                Slot(code="contract_review", title="合同审核表"),
                Slot(code="contract_register", title="合同登记表"),
                Slot(code="conditions", title="放款条件落实表"),
                _TITLE_COPY,
            ),
        ),
        Section(title="项目调查资料", slots=(*_FINDINGS, Slot(code="later_checks", title="贷后检查"))),
        _CLIENT,
    ),
)
GUARANTEE = Template(
    kind=DossierKind.guarantee,
    title="担保项目档案清单",
    sections=(
        Section(
            title="立项审批资料",
            slots=(
                _paper("application", "委托担保申请书", "申请人"),
                Slot(code="acceptance", title="受理通知书"),
                Slot(code="project_form", title="项目登记表"),
                Slot(
                    code="opinions", title="预审、风控、律师、评审会、终审意见表", required=True, signed_by="各级意见人"
                ),
                _paper("decision", "审批决议", "评审委员"),
                Slot(code="intent_letter", title="意向担保函"),
            ),
        ),
        Section(
            title="重要合同或单据",
            slots=(
                _contract("entrustment_contract", "委托担保合同", required=True),
                _contract("surety_contract", "保证合同", required=True),
                _contract("counter_guarantee", "抵（质）押反担保合同"),
                Slot(code="iou", title="借据"),
                Slot(code="disbursement", title="放款凭证", required=True),
                Slot(code="fee_papers", title="收费单据"),
                Slot(code="contract_review", title="合同审核表"),
                Slot(code="contract_register", title="合同登记表"),
                Slot(code="conditions", title="反担保条件落实表", required=True),
                _TITLE_COPY,
            ),
        ),
        Section(title="项目调查资料", slots=(*_FINDINGS, Slot(code="later_checks", title="保后检查"))),
        _CLIENT,
    ),
)
PROPERTY = Template(
    kind=DossierKind.property,
    title="物业客户档案清单",
    sections=(
        Section(
            title="客户单位资料",
            slots=(
                Slot(code="identity", title="身份证明或营业执照", required=True, form=Form.copy),
                Slot(code="staff_roster", title="人员名册"),
                Slot(code="company_nature", title="公司性质说明"),
            ),
        ),
        Section(
            title="缴费记录",
            slots=(
                Slot(code="charge_ledger", title="收费台账"),
                Slot(code="deposit_receipt", title="押金收据（装修、钥匙、水电等）"),
                Slot(code="receipt", title="收费收据"),
            ),
        ),
        Section(
            title="装修工程文件",
            slots=(
                Slot(code="renovation_application", title="装修申请"),
                Slot(code="renovation_permit", title="施工许可证"),
                Slot(code="renovation_undertaking", title="装修承诺书", signed_by="客户"),
                Slot(code="renovation_acceptance", title="验收记录"),
                Slot(code="renovation_refund", title="退押单"),
            ),
        ),
        Section(
            title="迁入时填具之资料",
            slots=(
                _paper("registration_form", "入驻登记表", "客户"),
                Slot(code="lease", title="租赁合同或购房合同", form=Form.copy),
                Slot(code="unit_handover", title="房屋交接清单", signed_by="客户"),
                Slot(code="key_receipt", title="钥匙签收单", signed_by="客户"),
                Slot(code="convention", title="管理公约承诺书", signed_by="客户"),
            ),
        ),
        Section(
            title="客户资料补充",
            slots=(
                Slot(code="supplement", title="资料变更声明"),
                Slot(code="move_out", title="迁出声明与结清单"),
            ),
        ),
        Section(title="客户联络资料", slots=(Slot(code="phone_card", title="联系人卡", required=True),)),
        Section(
            title="紧急事故联络人",
            slots=(
                Slot(code="emergency_contacts", title="紧急联系人表", required=True),
                Slot(code="spare_key", title="备用钥匙授权书", signed_by="客户"),
            ),
        ),
        Section(
            title="往来文件",
            slots=(
                Slot(code="letter_in", title="来函"),
                Slot(code="letter_out", title="去函"),
                Slot(code="notice_receipt", title="通知回执"),
            ),
        ),
        Section(
            title="违规事项与欠费",
            slots=(
                Slot(code="violation_notice", title="违规通知"),
                Slot(code="rectification", title="整改记录"),
                Slot(code="dunning_letter", title="欠费催缴函"),
            ),
        ),
        Section(title="维修记录", slots=(Slot(code="repair_order", title="维修单"),)),
        Section(
            title="投诉记录",
            slots=(
                Slot(code="complaint", title="投诉单"),
                Slot(code="return_visit", title="回访记录"),
            ),
        ),
        Section(
            title="工程档案与工作程序",
            slots=(
                Slot(code="as_built", title="单元竣工图"),
                Slot(code="service_points", title="机电点位图"),
                Slot(code="renovation_as_built", title="二次装修竣工图"),
                Slot(code="procedures", title="作业程序"),
            ),
        ),
    ),
)
TEMPLATES = (LOAN, GUARANTEE, PROPERTY)
POLICIES = (
    Policy(
        scope=PolicyScope.credit,
        title="小贷、担保档案管理办法",
        summary="随产品提供的文本，第五条第（三）款在原文中缺失；颁布日期请公司确认。",
    ),
    Policy(
        scope=PolicyScope.property,
        title="物业客户档案管理办法",
        summary="随产品提供的文本；颁布日期请公司确认。",
    ),
)
ROOM = "档案室"
