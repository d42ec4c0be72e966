/* What is wrong with the page that is open, one line each. look: {elder, english, names, people}. */
(look) => {
  const tap = look.elder ? 60 : 44, least = look.elder ? 24 : 18, lines = 40;
  const found = [];
  const say = (what, one) => found.push(`${what}: ${name(one)}`);
  const name = (one) => {
    const words = (one.innerText || one.textContent || one.name || "").trim().slice(0, 30);
    return `<${one.tagName.toLowerCase()}${one.className && one.className.baseVal === undefined ? "." + String(one.className).split(" ")[0] : ""}> ${words}`;
  };
  const heard = (one) => one.closest(".govuk-visually-hidden, [hidden], title, desc, script, style, noscript");
  const drawn = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !heard(one);
  const all = (query, from) => Array.from((from || document).querySelectorAll(query));

  for (const fold of all("main details")) fold.open = true;

  if (document.documentElement.scrollWidth > window.innerWidth)
    found.push(`scrolls sideways by ${document.documentElement.scrollWidth - window.innerWidth}`);

  const ids = all("[id]").map((one) => one.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`id twice: ${id}`);

  const heads = all("h1").filter(drawn);
  if (heads.length !== 1) found.push(`${heads.length} first headings`);

  for (const one of all("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!drawn(one) || one.matches(".ec-skip")) continue;
    const box = one.getBoundingClientRect();
    if (box.width && (box.width < tap - 0.5 || box.height < tap - 0.5))
      say(`small target ${Math.round(box.width)}×${Math.round(box.height)}`, one);
  }

  const blocks = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const holder = text.parentElement;
    if (!text.data.trim() || !drawn(holder) || holder.closest("select, .ec-skip")) continue;
    const svg = holder.closest("svg");
    let size = parseFloat(getComputedStyle(holder).fontSize);
    if (svg && svg.viewBox.baseVal && svg.viewBox.baseVal.width)
      size *= svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    if (size < (svg ? 18 : least) - 0.3) say(`small text ${size.toFixed(1)} px`, holder);
    if (svg) continue;
    let block = holder;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    if (!blocks.has(block)) blocks.set(block, []);
    blocks.get(block).push([text, size]);
  }
  for (const [block, texts] of blocks) {
    const chinese = texts.map(([text]) => text.data).join("").replace(/[^\u3400-\u9fff]/g, "").length;
    if (chinese <= lines || block.closest("table")) continue;
    const rows = new Map();
    for (const [text, size] of texts) {
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) {
        const row = rows.get(Math.round(box.bottom / 8)) || [Infinity, -Infinity, size];
        rows.set(Math.round(box.bottom / 8), [Math.min(row[0], box.left), Math.max(row[1], box.right), Math.max(row[2], size)]);
      }
    }
    const longest = Math.max(...Array.from(rows.values(), ([left, right, size]) => (right - left) / size));
    if (longest > lines + 0.6) say(`line of ${longest.toFixed(0)} characters`, block);
  }

  const help = document.querySelector(".ec-help");
  if (!help || !help.querySelector("a[href^='tel:']")) found.push("no telephone number in the help line");
  else if (help.previousElementSibling !== document.querySelector("header.ec-top")) found.push("the help line is not in its place");
  if (!document.querySelector(".ec-switches button[name=view]")) found.push("no switch for the large text");
  if (document.documentElement.classList.contains("ec-elder") !== look.elder) found.push("not in the view that was chosen");

  const han = /[\u3400-\u9fff]/, said = (one) => one.closest("[lang]:not(html)");
  if (look.english) {
    for (const one of all("[title], [alt], [aria-label], [placeholder]"))
      for (const part of ["title", "alt", "aria-label", "placeholder"])
        if (!said(one) && han.test(one.getAttribute(part) || "")) say(`Chinese in ${part}`, one);
    let title = document.title.replace(/ – .*/, "");
    for (const name of look.people) title = title.replaceAll(name, "");
    if (han.test(title)) found.push(`Chinese title: ${document.title}`);
  }
  for (const one of all("[lang]:not(html)")) one.remove();
  let words = document.body.innerText;
  for (const name of look.people) words = words.replaceAll(name, "");
  if (look.english) {
    for (const line of words.split("\n")) if (han.test(line)) found.push(`Chinese words: ${line.trim().slice(0, 60)}`);
  } else {
    const strange = (words.match(/[A-Za-z]{3,}/g) || []).filter((word) => !look.names.includes(word) && !/^([a-f]+|AAAA?)$/.test(word));
    if (strange.length) found.push(`English words: ${Array.from(new Set(strange)).slice(0, 8).join(", ")}`);
  }
  return found;
}
