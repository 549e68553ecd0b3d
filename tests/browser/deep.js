// Looking through a page of web components, however deep they are within each other.
(() => {
  const hidden = new Set(["SCRIPT", "STYLE", "TEMPLATE"]);

  function* elements(root) {
    for (const element of root.children) {
      yield element;
      if (element.shadowRoot) yield* elements(element.shadowRoot);
      yield* elements(element);
    }
  }

  const texts = (root, found = []) => {
    if (root.shadowRoot) texts(root.shadowRoot, found);
    for (const node of root.childNodes) {
      const text = node.nodeType === Node.TEXT_NODE ? node.textContent.trim() : "";
      if (text) found.push(text);
      if (node.nodeType === Node.ELEMENT_NODE && !hidden.has(node.tagName)) texts(node, found);
    }
    return found;
  };

  const videos = () => [...elements(document)].filter((each) => each.tagName === "VIDEO");

  // On a busy machine a player falls behind what has arrived already.
  const catchUp = (video) => {
    const parts = video.buffered.length;
    const end = parts ? video.buffered.end(parts - 1) : 0;
    if (end - video.currentTime > 3) video.currentTime = end - 0.5;
  };

  // What an entity's row shows as its icon: a name, the default one of its kind, or a picture.
  const icon = (row) => {
    const badge = [...elements(row.shadowRoot)].find((each) => each.localName === "state-badge");
    if (!badge) return null;
    const inside = [...elements(badge.shadowRoot)];
    const named = inside.find((each) => each.localName === "ha-icon");
    if (named) return named.icon;
    if (inside.some((each) => each.localName === "ha-svg-icon" && each.path)) return "default";
    return badge.style.backgroundImage || getComputedStyle(badge).backgroundImage;
  };

  window.deep = {
    texts: () => texts(document.body),
    rows: () =>
      [...elements(document)]
        .filter((each) => /^hui-.*-entity-row$/.test(each.localName) && each._config?.entity)
        .map((row) => [row._config.entity, icon(row), texts(row).join(" ")]),
    errors: () =>
      [...elements(document)].filter((each) => /^hui-(error|warning)/.test(each.localName)).length,
    // Readiness, time and width of each video, in the order of the page.
    playing: () => videos().map((each) => [each.readyState, each.currentTime, each.videoWidth]),
    // The pixels of a video, as wide and as high as asked: red, green, blue, red and so on.
    look: ([number, width, height]) => {
      const video = videos()[number];
      catchUp(video);
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext("2d");
      context.drawImage(video, 0, 0, width, height);
      const data = context.getImageData(0, 0, width, height).data;
      return [...data].filter((_, index) => index % 4 !== 3);
    },
  };
})();
