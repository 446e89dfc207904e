"""巡查: the plan of patrols and what was seen on them, by phone, with photos and violations (D07)."""
