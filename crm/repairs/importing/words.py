"""What companies write in the column for urgency."""

from __future__ import annotations

from crm.repairs.categories.models import Priority

E, U, N = Priority.emergency, Priority.urgent, Priority.normal
PRIORITIES = {
    "紧急": E, "特急": E, "非常紧急": E, "十分紧急": E, "应急": E, "抢修": E, "紧急抢修": E, "急修": E, "emergency": E,
    "加急": U, "急": U, "较急": U, "较紧急": U, "比较紧急": U, "重要": U, "高": U, "优先": U, "urgent": U,
    "一般": N, "普通": N, "正常": N, "标准": N, "常规": N, "不紧急": N, "不急": N, "中": N, "低": N, "normal": N,
}  # fmt: skip
