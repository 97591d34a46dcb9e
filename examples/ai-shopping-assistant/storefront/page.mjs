/** The page as text. Everything that comes from elsewhere is escaped. */
export function renderPage(products, versions, env) {
  const file = (name) => `/static/${name}?v=${versions[name]}`;
  const list = products
    ? products.map(product).join("\n")
    : `<li>The shelves can't be reached now; try again in a minute.</li>`;
  const assistant = env.NEXT_PUBLIC_AI_ASSISTANT_ENABLED === "false" ? "" : ASSISTANT;
  const demo =
    env.NEXT_PUBLIC_DEMO_MODE === "true" ? `<p class="demo">A demonstration: nothing is sold here.</p>` : "";
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Acme Outdoor</title>
    <link rel="icon" href="${file("icon.svg")}" type="image/svg+xml" />
    <link rel="stylesheet" href="${file("style.css")}" />
    <script type="module" src="${file("assistant.js")}"></script>
  </head>
  <body>
    <h1>Acme Outdoor</h1>
    ${demo}
    ${assistant}
    <ul id="products">
${list}
    </ul>
  </body>
</html>
`;
}

const ASSISTANT = `<form id="ask">
      <label>What are you looking for? <input name="message" maxlength="400" required /></label>
      <button type="submit">Ask</button>
    </form>
    <p id="answer" role="status"></p>`;

function product({ id, name, price, picture }) {
  const image = picture ? `<img src="${escaped(picture)}" alt="" width="96" height="96" />` : "";
  return `      <li id="product-${Number(id)}">${image}${escaped(name)} <span>$${Number(price).toFixed(2)}</span></li>`;
}

function escaped(text) {
  return String(text).replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
