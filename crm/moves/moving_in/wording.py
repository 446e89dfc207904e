"""What the customer signs: the company's own words, to be confirmed by it; one paragraph a line."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

CONVENTION = """本人（单位）已收到并阅读《管理规约》（临时管理规约）全文，物业服务人员已就其内容作出说明。
本人（单位）同意遵守《管理规约》的各项约定，并督促共同居住人、使用人、访客遵守。
房屋转让或出租时，本人（单位）将告知受让人、承租人遵守《管理规约》，并在七日内书面告知物业服务企业。"""
COMMITMENT = """按房屋设计用途使用房屋，不擅自改变承重结构、外立面和房屋用途，不私搭乱建。
装饰装修前向物业服务企业申报登记，按规定时间和范围施工，建筑垃圾按指定地点堆放。
不在楼道、消防通道堆放物品，不高空抛物，不将电动自行车及电池带入室内充电。
按时足额缴纳物业服务费及代收代缴费用；联系方式变更时七日内告知物业服务企业。
妥善保管钥匙、门禁卡，遗失时及时申报，不擅自复制或转借他人。"""
FIRE = """本单位是所用房屋消防安全的责任主体，法定代表人（负责人）为消防安全责任人。
按规定配置并维护灭火器材，保持疏散通道、安全出口畅通，不锁闭、不占用。
用电、用火、用气符合规范，不存放易燃易爆物品，营业期间不进行动火作业。
定期对员工进行消防安全培训和演练，配合物业服务企业的消防检查并按期整改。"""
SPARE_KEY = """本人（单位）自愿将备用钥匙存放于物业服务企业值班室。
仅限漏水、漏电、燃气泄漏、火警等紧急情况使用。
使用前物业服务企业应先拨打本人及紧急联系人电话；确需入户时，应有两人以上在场并作记录，事后告知本人。
紧急联系人可以代表本人授权开启。本授权自签署之日起有效，可随时书面撤回。"""


def _words(code: str, title: object, default: str) -> Figure[str]:
    return Figure(key=f"moves.{code}", title=title, default=default)  # type: ignore[arg-type]


PLEDGES = {
    "convention": _words("convention", _l("Words of the receipt of the management convention"), CONVENTION),
    "commitment": _words("commitment", _l("Words of the commitment of the residents"), COMMITMENT),
    "fire": _words("fire", _l("Words of the commitment to fire safety"), FIRE),
    "spare_key": _words("spare_key", _l("Words of the authority over spare keys"), SPARE_KEY),
}
