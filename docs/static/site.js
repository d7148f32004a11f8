// What the theme leaves out for those who do not see the page, or have no mouse.
document.addEventListener("DOMContentLoaded", () => {
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.setAttribute("aria-level", "2");
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "All pages");
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "This page");
  for (const block of document.querySelectorAll("pre, .output, .table-wrapper, article div")) {
    if (getComputedStyle(block).overflowX === "auto") block.tabIndex = 0; // the arrow keys scroll it then
  }
});
