"""What people complain about and do against the rules, in a service desk's words, and what came of it.

A block for each kind of complaint: where it is in the tree, how often of a hundred, what it is about, which department
or contractor, its root cause; below it what was said, what was planned, what was answered, why it came about, and what
was changed so that it does not happen again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance:
    group: str
    name: str
    weight: int
    about: str
    department: str  # "" where it is about nobody of ours
    contractor: str
    cause: str
    said: tuple[str, ...]
    plan: str
    replies: tuple[str, ...]
    why: str
    change: str  # "" where nothing is to be changed


_GRIEVANCES = """
工程维修/维修不及时 14 service 工程维修部 - response
报修三天了还没人上门；说好上午来修，等到晚上也没来；催了两次都说在安排
核对派工记录，当日安排上门并向客户说明
已于当日上门修复，并就延误向您致歉；已重新派工修好，今后改约会提前电话通知
派工集中在一人，缺料后没有改派也没有告知
超时未到场由调度改派，改约必须电话告知客户

工程维修/维修质量 9 service 工程维修部 - quality
刚修好的水管又漏了；补的墙皮掉了一地；换的锁芯用两天就卡
派另一名维修工复检，免费返修
已免费返修并经您现场确认；已更换合格配件并重新施工
材料用错，完工后没有试运行
完工前试运行拍照，返修由另一人复检

环境卫生/保洁不到位 13 public_area - cleaning quality
楼道一个星期没拖了；电梯里有尿味没人管；地下车库满地烟头
与保洁外包现场核对，当日补做并抽查
已补做保洁，并增加每周抽查；外包单位已按合同扣分，现场已清理
保洁员请假无人顶岗，领班未巡查
外包单位缺岗须当日报备，客服每日抽查两个楼道

环境卫生/垃圾清运 7 public_area - cleaning quality
垃圾桶满了两天没人清；建筑垃圾堆在单元门口
要求外包当日清运，建筑垃圾通知业主限时清走
垃圾已清运，今后每日两次；建筑垃圾已清走并做了登记
清运车故障，没有替代车辆
签订备用清运车协议

环境卫生/噪声扰民 12 neighbour - - neighbour
楼上半夜还在拖桌子；隔壁装修中午也不停；楼下跳广场舞声音太大
上门沟通，提示管理规约，噪声时段复查
已上门提醒，对方承诺晚十点后不再施工、拖动家具；已调解，双方达成一致
邻里作息不同，没有约束时段的提醒
在单元公告栏张贴安静时段提示

秩序安全/停车 11 public_area - security rule
有人天天占我的车位；消防车道停满了车；外来车随便进
核对车辆登记，劝离并张贴提示，门岗加强核验
已劝离违停车辆，门岗登记外来车辆；已为您恢复车位并安装地锁
门岗换班时段没有核验
门岗交接班须书面交接，换班时段双岗

秩序安全/门禁 6 service 工程维修部 - equipment
单元门关不上，谁都能进来；门禁卡刷了没反应要等人开门
安排弱电维修，修复前门岗加巡
门禁已修复，并更换了闭门器
闭门器老化，没有列入巡检
门禁闭门器列入月度巡检表

秩序安全/高空抛物 3 neighbour - security neighbour
楼上往下扔烟头砸到车；有人从楼上扔垃圾，差点砸到孩子
调看监控，逐户提醒，联系派出所
已逐户提醒并加装抛物监控；监控已锁定楼层，已请民警上门教育
有住户缺乏安全意识，监控有盲区
补装高空抛物摄像头

客服/态度 6 service 客户服务部 - attitude
前台说话不耐烦；打电话问个事，说了两句就挂了
听取录音，当面向客户致歉
已听取录音，当事人已当面致歉并接受培训；已向您致歉，今后由专人跟进
高峰时段一人接听，情绪管理不到位
高峰时段双人接听，月度复听录音

客服/答复不及时 6 service 客户服务部 - response
上周反映的问题到现在没个回音；说帮我问一下，就没下文了
查清原登记，当日答复并登记进度
已向您说明处理进度和完成日期；已当日答复并登记回访
口头反映没有登记
凡反映必登记，当日给编号

收费/账单错误 5 charge 财务部 - billing
我家面积算错了，多收了物业费；已经交过的水费又出账了
核对产权面积和收款记录，多收的当月冲减
经核对已更正账单并冲减差额；该笔已缴，重复账单已作废
面积变更没有同步到收费标准
面积变更由档案室通知财务核对

收费/收费不透明 3 charge 财务部 - information
公摊电费怎么算的没人说得清；车位费涨价也没通知
提供分摊明细并当面解释
已向您提供分摊明细和收费依据，并在公告栏公示
分摊依据没有随账单公示
分摊明细随账单一并公示

电梯/故障 4 public_area - lifts equipment
电梯一个月坏三次；电梯到楼层不平，老人出来绊一下
会同维保单位检查，更换易损件
维保单位已更换平层感应器，连续观察七天正常
门机部件到期未换
到期部件清单由工程部按月核对

公共设施/健身游乐设施 1 public_area 工程维修部 - equipment
小区滑梯裂了口子；健身器材松动，怕摔着老人
围挡停用，更换或修复
已围挡并更换部件，恢复使用
日常检查流于形式
健身设施每周检查并签字
"""


def _grievances() -> tuple[Grievance, ...]:
    return tuple(_grievance(block.strip().split("\n")) for block in _GRIEVANCES.strip().split("\n\n"))


def _grievance(lines: list[str]) -> Grievance:
    place, weight, about, department, contractor, cause = lines[0].split()
    group, name = place.split("/")
    return Grievance(
        group=group,
        name=name,
        weight=int(weight),
        about=about,
        department=department.strip("-"),
        contractor=contractor.strip("-"),
        cause=cause,
        said=tuple(lines[1].split("；")),
        plan=lines[2],
        replies=tuple(lines[3].split("；")),
        why=lines[4],
        change=lines[5],
    )


GRIEVANCES = _grievances()
ANSWERED = ("已向客户说明受理编号和答复时间", "已致电安抚，告知处理步骤", "已登记，承诺当日核实")
CONTENT = ("满意，问题解决了", "可以，谢谢你们跟进", "处理得挺快", "已经好了")
MIDDLING = ("解决了，就是慢了点", "还行，希望别再发生")
DISCONTENT = ("只是口头说了，没有真正改", "好了两天又一样", "没人当面给我说法")
WITHDRAWN = ("客户来电说已自行解决", "误会，客户撤回")
WISHES = ("希望尽快处理", "要求给个书面说法", "希望以后别再这样", "")
COMPENSATED = "因处理延误，赠送当月车位清洁一次以示歉意"

FOUND = {  # type -> what was seen
    "擅自拆改承重结构": "客厅与厨房之间墙体被开洞，未见拆改审批",
    "违规施工时间": "中午12点30分仍在使用电锤施工",
    "建筑垃圾乱堆": "装修垃圾堆放在电梯厅，堵住消防栓",
    "占用消防通道": "单元门口消防通道停放电动车3辆",
    "楼道堆物": "楼道堆放纸箱、鞋柜，影响疏散",
    "飞线充电": "从窗户拉线到楼下给电动车充电",
    "噪声扰民": "深夜高声播放音乐，邻居多次反映",
    "宠物违规": "遛狗未牵绳，粪便未清理",
    "乱停车": "车辆停放在绿地内",
    "占用消防车道": "车辆长时间停放在消防车道",
    "住改商": "住宅内开设美容工作室，客流频繁",
    "群租": "三居室隔成五间对外出租",
}
STRANGERS = (
    "装修队工人",
    "租住人员（未登记）",
    "住户亲友（姓名不详）",
)  # who did it, where nobody has a file of theirs
PUT_RIGHT = ("现场复查，已清理干净", "已恢复原状，拍照留存", "已停止并书面承诺不再发生")
NOT_PUT_RIGHT = ("仍未清理，再次口头告知", "无人应门，门口状况未变")

LETTERS_IN = (  # kind, who writes where it is no customer, subject, days to answer
    ("application", "", "关于封闭阳台的申请", 5),
    ("application", "", "关于安装充电桩的申请", 7),
    ("enquiry", "", "关于公摊费用的询问", 5),
    ("enquiry", "", "关于绿化改造的建议", 10),
    ("complaint", "", "关于楼上漏水的来信", 3),
    ("authority", "城西区住房和城乡建设局", "关于开展消防安全检查的通知", 7),
    ("authority", "阳光路街道办事处", "关于协助人口登记的函", 10),
    ("authority", "市供水集团", "关于计划停水的函", 0),
    ("other", "西宁华电电梯维保公司", "关于电梯年检安排的函", 0),
)
ANSWERS = "您的来函收悉。经研究，现答复如下：我司已安排专人核实，具体事项请与客户服务中心联系。特此函复。"
ACCESS = "为保证供暖，我司将于本周入户检修您家供暖管道，请您与客户服务中心约定时间并予以配合。特此函告。"

NOTICES = (  # kind, subject, body, urgent
    ("outage", "停水通知", "因供水管道检修，本楼将于当日9时至17时停水，请提前储水。给您带来不便，敬请谅解。", False),
    ("outage", "停电通知", "因配电室检修，本楼将于当日8时至12时停电，请提前做好准备，电梯将停用。", False),
    ("works", "外墙清洗通知", "本楼将进行外墙清洗，为期三天，请关好门窗，收好窗外物品。", False),
    ("works", "电梯维保通知", "本楼电梯将进行季度维保，期间单台停用，请错峰出行。", False),
    ("safety", "冬季用火用电安全提示", "入冬以来天气干燥，请勿飞线充电、楼道堆物，外出请关闭电源火源。", False),
    ("weather", "大风降温预警", "气象部门发布大风蓝色预警，请收好阳台物品，车辆远离树木停放。", True),
    ("fees", "物业费缴纳提示", "本季度物业服务费已出账，请于月底前缴纳，前台、微信均可办理。", False),
    ("event", "便民服务日", "本周六上午在中心广场举办便民服务，免费磨刀、理发、量血压。", False),
)
