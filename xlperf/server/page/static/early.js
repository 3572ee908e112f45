// In every browser: the text for those that are too old is replaced where the page can work.
(function () {
  var status = document.getElementById("status");
  if (window.DecompressionStream && window.WebAssembly) status.textContent = status.getAttribute("data-starting");
})();
