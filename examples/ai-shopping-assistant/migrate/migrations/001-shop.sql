CREATE TABLE products (
  id      integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  name    text NOT NULL UNIQUE,
  kind    text NOT NULL,
  price   numeric(8, 2) NOT NULL CHECK (price > 0),
  colour  text NOT NULL CHECK (colour ~ '^#[0-9a-f]{6}$'),
  words   text NOT NULL,
  -- Key in the bucket.
  picture text
);

-- What was asked and answered; a conversation's id is known to its browser alone.
CREATE TABLE turns (
  id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  conversation uuid NOT NULL,
  question     text NOT NULL,
  answer       text NOT NULL,
  answered_by  text NOT NULL,
  asked_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX turns_conversation ON turns (conversation, id);

INSERT INTO products (name, kind, price, colour, words) VALUES
  ('Ridge rain jacket', 'jacket', 129.00, '#2b6cb0', 'waterproof light hooded rain storm'),
  ('Harbour wool coat', 'coat', 249.00, '#1a202c', 'warm winter city wool'),
  ('Trail running shoes', 'shoes', 99.50, '#c05621', 'light grip running trail summer'),
  ('Glacier boots', 'boots', 179.00, '#4a5568', 'warm waterproof winter snow'),
  ('Meadow linen shirt', 'shirt', 59.00, '#68a063', 'breathable summer linen'),
  ('Cairn hiking trousers', 'trousers', 89.00, '#744210', 'stretch hiking trail'),
  ('Summit down jacket', 'jacket', 219.00, '#9b2c2c', 'warm packable winter down'),
  ('Stream dry bag', 'bag', 34.90, '#2c7a7b', 'waterproof canoe rain'),
  ('Dune sun hat', 'hat', 29.00, '#b7791f', 'sun summer wide brim'),
  ('Fjord merino socks', 'socks', 19.00, '#553c9a', 'warm merino hiking');
