/** Ways to sign in that Identity Platform has, under the names that app.yaml uses. */

/** Identity Platform checks the user itself. */
export const OWN_WAYS = ["email", "email-link", "phone", "anonymous"] as const;

/** Somebody else knows the user; way → Identity Platform's own id of them. */
export const OTHERS: Readonly<Record<string, string>> = {
  apple: "apple.com",
  facebook: "facebook.com",
  "game-center": "gc.apple.com",
  github: "github.com",
  google: "google.com",
  linkedin: "linkedin.com",
  microsoft: "microsoft.com",
  "play-games": "playgames.google.com",
  twitter: "twitter.com",
  yahoo: "yahoo.com",
};

export const ALL_WAYS: readonly string[] = [...OWN_WAYS, ...Object.keys(OTHERS)];
export const isOther = (way: string): boolean => Object.hasOwn(OTHERS, way);
