"""What the company looks after: estates 小区, buildings 楼栋, entrances 单元, units 房屋, parking spaces 车位,
public areas and equipment. A parking space is a unit of its own kind, so that occupancies and bills treat it alike.
"""
