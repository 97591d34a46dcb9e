CREATE TABLE items (
  id serial PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO items (name) VALUES ('made by init');
