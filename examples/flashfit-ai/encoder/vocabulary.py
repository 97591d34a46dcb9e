"""The words that the small encoder understands. Every table is plain data; the order of a table is the order
of its dimensions, so add at the end and rebuild the index."""

# Colour name → sRGB.
COLOURS = {
    "black": (22, 22, 24), "white": (248, 248, 246), "grey": (136, 138, 142), "navy": (28, 39, 84),
    "blue": (43, 94, 201), "teal": (17, 122, 125), "green": (45, 138, 72), "olive": (112, 112, 48),
    "yellow": (244, 205, 60), "mustard": (204, 153, 40), "orange": (238, 124, 43), "rust": (168, 74, 38),
    "red": (204, 32, 44), "burgundy": (113, 24, 48), "pink": (240, 150, 178), "coral": (250, 120, 104),
    "purple": (112, 54, 150), "lavender": (188, 170, 222), "brown": (104, 66, 42), "beige": (222, 204, 174),
    "camel": (190, 144, 92), "mint": (160, 218, 190),
}  # fmt: skip

# Category → group. The first word is the category itself.
CATEGORIES = {
    "dress": "onepiece", "jumpsuit": "onepiece",
    "blouse": "top", "shirt": "top", "t-shirt": "top", "sweater": "top", "hoodie": "top", "cardigan": "top",
    "blazer": "outer", "jacket": "outer", "coat": "outer",
    "skirt": "bottom", "jeans": "bottom", "trousers": "bottom", "shorts": "bottom",
    "boots": "shoes", "sneakers": "shoes", "heels": "shoes",
    "bag": "accessory", "scarf": "accessory",
}  # fmt: skip
GROUPS = ["onepiece", "top", "outer", "bottom", "shoes", "accessory"]

PATTERNS = ["plain", "striped", "floral", "checked", "dotted", "knitted", "printed", "embroidered"]
MATERIALS = ["cotton", "linen", "silk", "wool", "denim", "leather", "cashmere", "velvet", "viscose", "canvas"]
SEASONS = ["spring", "summer", "autumn", "winter"]
STYLES = ["casual", "formal", "sporty", "party", "office", "boho"]

# What people write → the word of the tables above.
SYNONYMS = {
    "gray": "grey", "crimson": "red", "scarlet": "red", "maroon": "burgundy", "wine": "burgundy",
    "turquoise": "teal", "violet": "purple", "lilac": "lavender", "tan": "camel", "cream": "beige",
    "ivory": "white", "khaki": "olive", "gold": "mustard", "rose": "pink", "salmon": "coral",
    "tee": "t-shirt", "tshirt": "t-shirt", "pants": "trousers", "chinos": "trousers", "denims": "jeans",
    "gown": "dress", "frock": "dress", "sundress": "dress", "pullover": "sweater", "jumper": "sweater",
    "knit": "knitted", "trainers": "sneakers", "pumps": "heels", "stilettos": "heels", "handbag": "bag",
    "purse": "bag", "tote": "bag", "shawl": "scarf", "overcoat": "coat", "parka": "coat", "top": "blouse",
    "stripes": "striped", "stripy": "striped", "flowers": "floral", "flowery": "floral", "plaid": "checked",
    "polka": "dotted", "fall": "autumn", "sport": "sporty", "elegant": "formal", "evening": "party",
    "work": "office", "business": "office", "boot": "boots", "sneaker": "sneakers", "heel": "heels",
}  # fmt: skip

# Silhouette of a garment that is photographed flat: height over width, then its width at twelve heights from
# top to bottom, as a share of its widest place.
SILHOUETTES = {
    "dress": (1.7, [0.40, 0.46, 0.44, 0.38, 0.38, 0.46, 0.56, 0.66, 0.75, 0.84, 0.92, 1.00]),
    "jumpsuit": (2.3, [0.60, 0.85, 0.90, 0.80, 0.80, 0.90, 0.98, 1.00, 0.90, 0.84, 0.80, 0.76]),
    "t-shirt": (1.0, [0.45, 0.85, 1.00, 0.98, 0.64, 0.60, 0.60, 0.60, 0.60, 0.60, 0.60, 0.60]),
    "sweater": (1.0, [0.42, 0.66, 0.74, 0.80, 0.85, 0.90, 0.94, 0.98, 1.00, 0.98, 0.70, 0.56]),
    "coat": (1.5, [0.40, 0.64, 0.70, 0.76, 0.82, 0.90, 0.98, 1.00, 0.86, 0.78, 0.80, 0.82]),
    "skirt": (1.1, [0.46, 0.51, 0.56, 0.61, 0.66, 0.71, 0.76, 0.81, 0.86, 0.91, 0.96, 1.00]),
    "trousers": (2.0, [0.78, 0.82, 0.90, 0.98, 1.00, 0.94, 0.90, 0.86, 0.82, 0.80, 0.78, 0.76]),
    "shorts": (0.85, [0.74, 0.77, 0.80, 0.83, 0.86, 0.89, 0.92, 0.95, 0.97, 0.98, 0.99, 1.00]),
    "boots": (1.3, [0.50, 0.50, 0.49, 0.48, 0.48, 0.50, 0.54, 0.66, 0.86, 1.00, 1.00, 0.98]),
    "sneakers": (0.5, [0.30, 0.34, 0.38, 0.46, 0.60, 0.76, 0.88, 0.95, 0.99, 1.00, 1.00, 0.98]),
    "bag": (1.0, [0.28, 0.44, 0.42, 0.36, 0.90, 0.94, 0.96, 0.98, 1.00, 1.00, 1.00, 0.98]),
    "scarf": (3.0, [0.95, 0.97, 1.00, 1.00, 0.98, 0.98, 0.98, 0.98, 1.00, 1.00, 0.97, 0.95]),
}  # fmt: skip
