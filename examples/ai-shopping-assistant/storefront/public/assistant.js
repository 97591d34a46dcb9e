/** Asks the assistant and shows its words as they come. */
const form = document.getElementById("ask");
const answer = document.getElementById("answer");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { message } = Object.fromEntries(new FormData(form));
  answer.textContent = "";
  for (const item of document.querySelectorAll("#products .found")) item.classList.remove("found");
  const stream = new EventSource(`/api/assistant?message=${encodeURIComponent(message)}`);
  const on = (type, work) => stream.addEventListener(type, ({ data }) => work(JSON.parse(data)));
  on("product", ({ id }) => document.getElementById(`product-${id}`)?.classList.add("found"));
  on("word", ({ text }) => answer.append(text));
  on("done", () => stream.close());
  stream.addEventListener("error", () => {
    stream.close();
    if (answer.textContent === "")
      answer.textContent = "The assistant can't be reached now; try again in a minute.";
  });
});
