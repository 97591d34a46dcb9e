-- FlashFit AI: users, catalogue and wardrobe, outfit history and feedback, metrics, health check logs.
-- Runs once, as the administrator, on an empty database. Services log in with roles of their own; what they
-- may do to these tables follows from `uses` in app.yaml.

-- ------------------------------------------------------------------------------------------------ users
CREATE TABLE users (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  -- What the user likes, learned from feedback: a vector in the space of the CLIP encoder.
  embedding   real[],
  likes       integer NOT NULL DEFAULT 0,
  dislikes    integer NOT NULL DEFAULT 0,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now()
);

-- --------------------------------------------------------------------------- fashion items and wardrobe
CREATE TABLE fashion_items (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title       text NOT NULL,
  category    text NOT NULL,
  colour      text NOT NULL,
  hex         text NOT NULL CHECK (hex ~ '^#[0-9a-f]{6}$'),
  pattern     text NOT NULL,
  material    text NOT NULL,
  season      text NOT NULL,
  style       text NOT NULL,
  price_cents integer NOT NULL CHECK (price_cents > 0),
  created_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (category, colour)
);

CREATE TABLE wardrobe_items (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  item_id    integer NOT NULL REFERENCES fashion_items,
  note       text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  worn       integer NOT NULL DEFAULT 0,
  -- Key of the photo in the media bucket.
  media_key  text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, item_id)
);

-- ------------------------------------------------------------------------- outfit history and feedback
CREATE TABLE outfit_history (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid REFERENCES users ON DELETE CASCADE,
  source     text NOT NULL CHECK (source IN ('text', 'image', 'item')),
  query      text NOT NULL,
  -- Item id → the three encoders' scores at the time; what the fusion learns from.
  scores     jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outfit_history_user ON outfit_history (user_id, created_at DESC);

CREATE TABLE feedback (
  id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id           uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  recommendation_id uuid NOT NULL REFERENCES outfit_history ON DELETE CASCADE,
  item_id           integer NOT NULL REFERENCES fashion_items,
  liked             boolean NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, recommendation_id, item_id)
);
CREATE INDEX feedback_recent ON feedback (created_at DESC);

-- One row: how much each encoder counts, as logits of a softmax in the order clip, blip, fashion.
CREATE TABLE fusion_weights (
  id         integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  logits     double precision[] NOT NULL,
  updates    integer NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO fusion_weights (logits) VALUES (ARRAY[0.4, 0.0, 0.2]);

-- ------------------------------------------------------------------------------ metrics and health logs
CREATE TABLE system_metrics (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instance    text NOT NULL,
  rss_bytes   bigint NOT NULL,
  cpu_seconds double precision NOT NULL,
  load_1m     double precision NOT NULL,
  at          timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE performance_metrics (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instance        text NOT NULL,
  recommendations integer NOT NULL,
  mean_seconds    double precision NOT NULL,
  index_version   text,
  at              timestamptz NOT NULL DEFAULT now()
);
-- A row for each change of an instance's readiness, not for each check.
CREATE TABLE health_check_logs (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instance text NOT NULL,
  ready    boolean NOT NULL,
  failing  text[] NOT NULL,
  at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX system_metrics_at ON system_metrics (at);
CREATE INDEX performance_metrics_at ON performance_metrics (at);
CREATE INDEX health_check_logs_at ON health_check_logs (at);

-- ---------------------------------------------------------------------- the catalogue: 20 × 12 garments
WITH category (n, name, base_cents, style, materials) AS (VALUES
  (0, 'dress', 8900, 'party', ARRAY['silk', 'viscose', 'cotton']),
  (1, 'jumpsuit', 9900, 'party', ARRAY['viscose', 'linen', 'cotton']),
  (2, 'blouse', 4900, 'office', ARRAY['silk', 'viscose', 'cotton']),
  (3, 'shirt', 4500, 'office', ARRAY['cotton', 'linen', 'denim']),
  (4, 't-shirt', 1900, 'casual', ARRAY['cotton', 'linen', 'viscose']),
  (5, 'sweater', 6900, 'casual', ARRAY['wool', 'cashmere', 'cotton']),
  (6, 'hoodie', 4900, 'sporty', ARRAY['cotton', 'cotton', 'viscose']),
  (7, 'cardigan', 5900, 'casual', ARRAY['wool', 'cashmere', 'cotton']),
  (8, 'blazer', 12900, 'formal', ARRAY['wool', 'linen', 'velvet']),
  (9, 'jacket', 10900, 'casual', ARRAY['denim', 'leather', 'canvas']),
  (10, 'coat', 18900, 'formal', ARRAY['wool', 'cashmere', 'canvas']),
  (11, 'skirt', 5500, 'office', ARRAY['viscose', 'denim', 'silk']),
  (12, 'jeans', 7900, 'casual', ARRAY['denim', 'denim', 'cotton']),
  (13, 'trousers', 6900, 'office', ARRAY['wool', 'linen', 'cotton']),
  (14, 'shorts', 3500, 'sporty', ARRAY['cotton', 'linen', 'denim']),
  (15, 'boots', 13900, 'casual', ARRAY['leather', 'leather', 'canvas']),
  (16, 'sneakers', 8900, 'sporty', ARRAY['canvas', 'leather', 'cotton']),
  (17, 'heels', 9900, 'party', ARRAY['leather', 'velvet', 'silk']),
  (18, 'bag', 11900, 'formal', ARRAY['leather', 'canvas', 'velvet']),
  (19, 'scarf', 3900, 'boho', ARRAY['silk', 'wool', 'cashmere'])
), colour (n, name, hex) AS (VALUES
  (0, 'red', '#cc202c'), (1, 'burgundy', '#711830'), (2, 'pink', '#f096b2'), (3, 'orange', '#ee7c2b'),
  (4, 'yellow', '#f4cd3c'), (5, 'green', '#2d8a48'), (6, 'teal', '#117a7d'), (7, 'blue', '#2b5ec9'),
  (8, 'navy', '#1c2754'), (9, 'black', '#161618'), (10, 'white', '#f8f8f6'), (11, 'beige', '#deccae')
), garment AS (
  SELECT category.n AS cn, colour.n AS kn, category.name AS category, colour.name AS colour, hex, style,
    (ARRAY['plain', 'striped', 'floral', 'checked', 'dotted', 'plain', 'knitted', 'embroidered'])
      [1 + (category.n * 5 + colour.n * 3) % 8] AS pattern,
    materials[1 + (category.n + colour.n) % 3] AS material,
    (ARRAY['spring', 'summer', 'autumn', 'winter'])[1 + (category.n + colour.n * 2) % 4] AS season,
    base_cents + ((category.n * 7 + colour.n * 11) % 9) * 500 AS price_cents
  FROM category CROSS JOIN colour
)
INSERT INTO fashion_items (title, category, colour, hex, pattern, material, season, style, price_cents)
SELECT initcap(colour) || ' ' || CASE pattern WHEN 'plain' THEN '' ELSE pattern || ' ' END || material || ' ' || category,
  category, colour, hex, pattern, material, season, style, price_cents
FROM garment ORDER BY cn, kn;
