"""The courses of the demonstration: what a district like this one teaches. Synthetic.

Columns: department, Chinese name, English name, number of stages, seats, wanted (weight of demand),
physical, fee in yuan at the district school, learning point (whether a village point offers it).
"""

from typing import NamedTuple


class Subject(NamedTuple):
    department: str
    name: str
    name_en: str
    stages: int
    seats: int
    wanted: float
    physical: bool
    fee: int
    village: bool


SUBJECTS = [
    Subject("calligraphy", "楷书", "Regular script", 3, 28, 5, False, 160, True),
    Subject("calligraphy", "行书", "Running script", 2, 28, 3, False, 160, False),
    Subject("calligraphy", "隶书", "Clerical script", 1, 26, 2, False, 160, False),
    Subject("calligraphy", "硬笔书法", "Pen calligraphy", 1, 30, 2, False, 150, True),
    Subject("painting", "国画花鸟", "Flower and bird painting", 2, 28, 4, False, 180, True),
    Subject("painting", "国画山水", "Landscape painting", 2, 28, 3, False, 180, False),
    Subject("painting", "水彩画", "Watercolour", 1, 26, 2, False, 180, False),
    Subject("painting", "剪纸", "Paper cutting", 1, 24, 1, False, 120, True),
    Subject("music", "声乐", "Singing", 2, 38, 7, False, 160, True),
    Subject("music", "合唱", "Choir", 1, 40, 3, False, 150, False),
    Subject("music", "越剧", "Yue opera", 2, 30, 5, False, 160, True),
    Subject("music", "古筝", "Guzheng", 2, 16, 4, False, 260, False),
    Subject("music", "二胡", "Erhu", 2, 16, 3, False, 240, False),
    Subject("music", "葫芦丝", "Hulusi", 1, 20, 3, False, 200, True),
    Subject("music", "电子琴", "Electronic keyboard", 2, 20, 3, False, 260, False),
    Subject("music", "钢琴", "Piano", 2, 22, 6, False, 290, False),
    Subject("dance", "民族舞", "Folk dance", 2, 24, 8, True, 180, False),
    Subject("dance", "广场舞", "Square dance", 1, 40, 4, True, 120, True),
    Subject("dance", "旗袍走秀", "Qipao walk", 1, 26, 7, True, 180, False),
    Subject("fitness", "二十四式太极拳", "Tai chi, 24 forms", 2, 30, 8, True, 120, True),
    Subject("fitness", "瑜伽", "Yoga", 2, 25, 16, True, 200, False),
    Subject("fitness", "健身操", "Fitness gymnastics", 1, 30, 12, True, 150, True),
    Subject("fitness", "乒乓球", "Table tennis", 1, 20, 3, True, 150, False),
    Subject("fitness", "八段锦", "Ba duan jin", 1, 36, 5, True, 120, True),
    Subject("digital", "智能手机入门", "First steps with a smartphone", 1, 24, 6, False, 0, True),
    Subject("digital", "手机摄影", "Phone photography", 2, 24, 5, False, 150, True),
    Subject("digital", "短视频制作", "Making short videos", 1, 24, 3, False, 150, False),
    Subject("digital", "电脑入门", "First steps with a computer", 1, 24, 1, False, 150, False),
    Subject("language", "英语入门", "First steps in English", 2, 28, 2, False, 150, False),
    Subject("language", "朗诵", "Recitation", 1, 30, 2, False, 150, False),
    Subject("language", "诗词欣赏", "Reading poems", 1, 34, 2, False, 150, True),
    Subject("language", "国学经典", "Chinese classics", 1, 36, 1, False, 150, False),
    Subject("life", "家常菜和点心", "Home cooking and pastry", 1, 20, 4, False, 220, True),
    Subject("life", "插花", "Flower arranging", 1, 20, 2, False, 240, False),
    Subject("life", "编织", "Knitting", 1, 22, 1, False, 120, True),
    Subject("life", "旅游英语和地理", "Geography for travellers", 1, 34, 1, False, 150, False),
    Subject("health", "中医养生", "Health and Chinese medicine", 1, 38, 4, False, 120, True),
    Subject("health", "穴位按摩", "Acupressure", 1, 28, 3, False, 150, True),
    Subject("health", "营养和慢病", "Food and long illness", 1, 36, 1, False, 0, True),
    Subject("society", "老年人法律", "Law for elders", 1, 36, 0.5, False, 0, True),
    Subject("society", "奉化乡土历史", "Local history of Fenghua", 1, 36, 1, False, 0, False),
]

STAGES = {1: ("一级", "1"), 2: ("二级", "2"), 3: ("三级", "3")}
SURNAMES = (
    "王 陈 张 李 周 徐 林 吴 胡 沈 毛 蒋 竺 江 俞 方 董 汪 孙 袁 傅 宋 邬 葛 卓 单 应 康"
).split()
WOMEN = (
    "秀英 桂花 玉兰 凤仙 彩娣 亚芬 美珍 阿香 月娥 菊芬 素琴 惠珍 雅琴 爱娣 杏花 "
    "水英 银凤 亚琴 小珍 国芬 翠娥 幼娟 文英 雪芬 信娣 瑞芳 莲芬 志芳 淑君 梅仙"
).split()
MEN = (
    "国平 建国 阿毛 志明 德华 永康 信根 文龙 国良 宏伟 安定 忠良 善根 祖良 启明 "
    "福根 世雄 荣华 存德 家骏 孝忠 贤良 仁杰 松年 岳定 兆丰 才根 伟民 如松 宗耀"
).split()
