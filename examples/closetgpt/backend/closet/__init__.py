"""ClosetGPT's API: pieces of a wardrobe, outfits from them, and who may see which."""
